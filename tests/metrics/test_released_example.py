"""The authors' example results (300 rows, 50 per language) give the ROUGE-L that reproduces the scale of the published Table 5."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from medslake.score.predictions_file import score_predictions

pytestmark = pytest.mark.slow

#: task -> language, ROUGE-L F1 of the released scorer, two decimals.
EXPECTED = {"task51": 35.35, "task52": 38.22, "task53": 39.24, "task54": 36.83, "task55": 23.71, "task56": 36.42}


@pytest.fixture(scope="module")
def scores(test_data: Callable[[str], Path]) -> dict[str, dict[str, dict[str, float]]]:
    return score_predictions(next(test_data("meds_ins_repo").glob("eval_results_Rationale*.csv")), "both")


@pytest.mark.parametrize("task", EXPECTED)
def test_rouge_l_is_reproduced(scores: dict[str, dict[str, dict[str, float]]], task: str) -> None:
    assert round(scores[task]["rouge"]["paper"], 2) == EXPECTED[task]


def test_both_variants_stand_side_by_side(scores: dict[str, dict[str, dict[str, float]]]) -> None:
    assert set(EXPECTED) <= set(scores)
    for task in (scores[name] for name in EXPECTED):
        assert {name: set(variants) for name, variants in task.items()} == {
            "bleu1": {"paper"},
            "rouge": {"paper"},
            "rouge1": {"strict"},
            "rouge2": {"strict"},
            "rougeL": {"strict"},
            "bleu": {"strict"},
        }
        assert all(10 < next(iter(variants.values())) < 100 for name, variants in task.items() if name != "bleu")
