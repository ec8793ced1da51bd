"""Two models on the same rows: exact McNemar, paired bootstrap, Holm, and names of sets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from scipy.stats import binomtest

from made_benchmark import benchmark_row, lake_with
from medslake.errors import UnknownName, UsageError
from medslake.lake import Lake
from medslake.score.compare import Comparison, compare, holm, mcnemar
from score_lake import predict

A = "The right answer is A: x"


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """40 exam rows: both right on 20, only `good` on 12, only `weak` on 2, none on 6; 40 entity rows of which `good` finds more."""
    exam = [benchmark_row("task57", k, f"q{k}", A) for k in range(40)]
    entity = [benchmark_row("task126", 100 + k, "q", "aspirin, heparin.", task_group="ner") for k in range(40)]
    lake = lake_with(tmp_path_factory.mktemp("two"), exam + entity)

    def answers(right: range, names: str) -> list[dict[str, object]]:
        said = [row | {"answer": "A" if k in right else "B"} for k, row in enumerate(exam)]
        return said + [row | {"answer": names} for row in entity]

    predict(lake, answers(range(2, 34), "aspirin, heparin."), "good")
    weak = [row | {"answer": "A"} if k in (0, 1) else row for k, row in enumerate(answers(range(2, 22), "aspirin."))]
    predict(lake, weak, "weak")
    return lake


def test_rows_right_or_wrong_are_tested_by_mcnemar(two: Lake) -> None:
    found = {(row.task_id, row.metric): row for row in compare(two, "good", "weak")}
    exam = found["task57", "accuracy"]
    assert (exam.n, exam.a, exam.b, exam.difference) == (40, 80.0, 55.0, 25.0)
    assert (exam.test, exam.only_a, exam.only_b) == ("mcnemar", 12, 2)
    assert exam.p == pytest.approx(binomtest(2, 14).pvalue)
    assert 0 < exam.low < 25 < exam.high


def test_pooled_values_are_tested_by_paired_bootstrap(two: Lake) -> None:
    found = {(row.task_id, row.metric): row for row in compare(two, "good", "weak", tasks=["task126"])}
    assert set(found) == {("task126", name) for name in ("precision", "recall", "f1")}
    assert (found["task126", "recall"].difference, found["task126", "recall"].test) == (50.0, "bootstrap")
    assert found["task126", "recall"].p < 0.01 and found["task126", "precision"].p == 1.0


def test_right_or_wrong_beside_pooled_values_is_tested_by_mcnemar(tmp_path: Path) -> None:
    """accuracy of outcome_prediction is a mean of rows, balanced accuracy is none."""
    own = [benchmark_row("task117", k, "q", "True" if k % 3 else "False", task_group="outcome_prediction") for k in range(30)]
    lake = lake_with(tmp_path, own)
    predict(lake, [row | {"answer": row["reference"]} for row in own], "right")
    predict(lake, [row | {"answer": "True"} for row in own], "constant")
    found = {row.metric: row for row in compare(lake, "right", "constant")}
    assert (found["accuracy"].test, found["accuracy"].only_a, found["accuracy"].only_b) == ("mcnemar", 10, 0)
    assert found["accuracy"].p == pytest.approx(binomtest(0, 10).pvalue)
    assert found["balanced_accuracy"].test == "bootstrap"


def test_turned_round_the_difference_changes_its_sign(two: Lake) -> None:
    there, back = compare(two, "good", "weak"), compare(two, "weak", "good")
    assert [row.difference for row in there] == [-row.difference for row in back]
    assert [row.p for row in there] == [row.p for row in back]


@pytest.mark.parametrize(("b", "c"), [(0, 0), (5, 5), (0, 7), (3, 40), (700, 800)])
def test_mcnemar_is_exact(b: int, c: int) -> None:
    expected = binomtest(b, b + c).pvalue if b + c else 1.0
    assert mcnemar(b, c) == mcnemar(c, b) == pytest.approx(expected, rel=1e-9)


def test_holm() -> None:
    rows = [Comparison("t", "paper", "m", "strict", 1, 0, 0, 0, 0, 0, "mcnemar", p) for p in (0.01, 0.04, 0.03)]
    assert [row.p_holm for row in holm(rows)] == pytest.approx([0.03, 0.06, 0.06])


def test_names(two: Lake, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="best"):
        compare(two, "best", "weak")
    own = [benchmark_row("task57", 1, "q", A), benchmark_row("task57", 2, "q", A)]
    lake = lake_with(tmp_path, own)
    predict(lake, [row | {"answer": "A"} for row in own], run_set="aa1")
    predict(lake, [row | {"answer": "B"} for row in own[:1]], run_set="bb2", settings=json.dumps({"tasks": ["task57"], "limit": 1}))
    with pytest.raises(UsageError, match=r"'m' names 2 sets of answers.*m@aa1, m@bb2"):
        compare(lake, "m", "m@aa")
    # Only the row that was asked of both.
    assert [(row.n, row.a, row.only_a) for row in compare(lake, "m@aa", "m@bb")] == [(1, 100.0, 1)]
    with pytest.raises(UsageError, match="No row was asked of both"):
        compare(lake, "m@aa", "m@bb", tasks=["task999"])
