"""No input gives its answer away, but where the category says that the answer is copied from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from medslake import registry
from medslake.ingest.synthetic import generate_all
from medslake.instructions.answer_inside import BY_CATEGORY, FEWEST, Inside, counted
from medslake.instructions.render import render_all
from medslake.tasks import CATEGORIES, Task

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from silver_fixtures import SilverFrame

TASKS: dict[str, Task] = registry.items("task")
SOURCES = sorted({task.source for task in TASKS.values()})
#: Folders of the test data that are not named as their source.
FOLDERS = {
    "bioasq": "bioasq_b",
    "cmedqa2": "cmedqa2_candidates",
    "ecdc_tm": "ecdc_tm_layout",
    "headqa": "headqa_native",
    "litcovid": "litcovid_bc7_labels",
    "medqa": "medqa_native",
    "mimic_cxr": "physionet_shapes_synthetic/mimic-cxr",
    "mimic_iv_note": "physionet_shapes_synthetic/note",
    "mimic4_icd10": "physionet_shapes_synthetic/mimicdata",
    "mimic4ed": "physionet_shapes_synthetic/mimic4ed",
    "mednli": "physionet_shapes_synthetic/mednli",
    "mmedbench": "mmedbench_native",
    "rumedbench": "rumeddanet",
    "seer": "released_converters/seer_treatment_text_classification_task/input",
    "wikidoc": "medical_meadow_wikidoc",
}


def told(found: Iterable[Inside]) -> list[str]:
    return [str(one) for one in found if one.given_away]


@pytest.fixture
def instances(spark: SparkSession) -> Callable[[Iterable[tuple[str, str, str]]], DataFrame]:
    """(task id, input, output) -> frame."""
    return lambda rows: spark.createDataFrame([*rows], "task_id string, input string, output string")


def test_what_may_stand_in_the_input_is_said_once() -> None:
    assert set(BY_CATEGORY) < set(CATEGORIES)
    assert [name for name, task in TASKS.items() if task.copied and task.category in BY_CATEGORY] == [], "said twice"
    assert not {"Text Summarization", "Text Classification", "Diagnosis", "Clinical Outcome Prediction", "Treatment Planning"} & set(
        BY_CATEGORY
    )


def test_an_answer_is_found_whatever_stands_between_its_words(instances: Callable[..., DataFrame]) -> None:
    chinese = replace(TASKS["task114"], id="chinese", input_language="Chinese", output_language="Chinese")
    rows = [
        ("task114", "Hello! Can hiccups\nbe cured?? Thanks", "Can hiccups be cured?"),
        ("task114", "Can hiccups ever be cured?", "Can hiccups be cured?"),
        ("task114", "Scan hiccups be cured?", "can hiccups be cured"),
        ("task114", "Is 'β-carotene' safe?", "β carotene"),
        ("task114", "Anything.", "?!"),
        ("chinese", "你好。夜盲症的原因是什么？谢谢", "夜盲症的原因是什么？"),
        ("chinese", "你好。夜盲症怎么办？谢谢", "夜盲症的原因是什么？"),
        ("task126", "Ketorolac raised it.", "Ketorolac."),
        ("task132", "Tea is cold. Tea is warm.", "Tea is cold."),
    ]
    tasks = [TASKS["task114"], chinese, TASKS["task126"], TASKS["task132"]]
    found = {one.task.id: one for one in counted(tasks, instances(rows))}
    assert {name: (one.rows, one.inside, one.given_away) for name, one in found.items()} == {
        "task114": (5, 2, 2),
        "chinese": (2, 1, 1),
        "task126": (1, 1, 0),
        "task132": (1, 1, 0),
    }
    assert found["task126"].allowed == BY_CATEGORY["Named Entity Recognition"] and found["task114"].allowed is None
    assert "2 of 5" in str(found["task114"]) and "allowed" not in str(found["task114"])


def test_a_label_gives_itself_away_where_it_alone_is_named_and_right(instances: Callable[..., DataFrame]) -> None:
    task = TASKS["task12"]
    labels = ("yes", "no")
    # Of each two rows one names its own label; the others both labels, or none.
    leaking = [(task.id, f"Row {n}. Verdict: {labels[n % 2]}{' (yes or no)' if n % 4 > 1 else ''}", labels[n % 2]) for n in range(80)]
    by_chance = [(task.id, f"Row {n}. There was no fever.", labels[n % 2]) for n in range(80)]
    (one,) = counted([task], instances(leaking))
    assert (one.rows, one.named, one.right, one.given_away) == (80, 40, 40, 40)
    (one,) = counted([task], instances(by_chance))
    assert (one.named, one.right, one.given_away) == (80, 40, 0)
    (one,) = counted([task], instances(leaking[: FEWEST * 2 - 4]))
    assert one.right == one.named < FEWEST and one.given_away == 0


def test_no_example_holds_its_answer(rendered_examples: dict[str, list[dict[str, Any]]], instances: Callable[..., DataFrame]) -> None:
    rows = [(name, row["input"], row["output"]) for name, found in rendered_examples.items() for row in found]
    found = counted(TASKS.values(), instances(rows))
    assert len(found) == len(TASKS)
    assert told(found) == []


def test_the_copied_answers_of_the_published_rendering_are_noticed(silver_frame: SilverFrame) -> None:
    task = TASKS["task114"]
    rows = silver_frame(task, task.example.rows)
    (published,) = counted([task], render_all([task.as_published()], {task.kind: rows}))
    (ours,) = counted([task], render_all([task], {task.kind: rows}))
    assert (published.given_away, ours.given_away) == (1, 0)


def judged(source: str, silver: dict[str, DataFrame], record_property: Callable[[str, object], None]) -> list[str]:
    tasks = [task for task in TASKS.values() if task.source == source and task.kind in silver]
    found = counted(tasks, render_all(tasks, silver)) if tasks else []
    for one in found:
        record_property(one.task.id, str(one))
        print(one)
    return told(found)


@pytest.mark.long
@pytest.mark.parametrize("source", SOURCES)
def test_no_twin_gives_answers_away(
    source: str, tmp_path: Path, spark: SparkSession, silver_of: Callable[..., Any], record_property: Callable[[str, object], None]
) -> None:
    home = generate_all(tmp_path, n=300, sources=[source])[source]
    assert judged(source, silver_of(registry.get("source", source), home), record_property) == []
    spark.catalog.clearCache()


@pytest.mark.long
@pytest.mark.parametrize("source", SOURCES)
def test_no_real_file_gives_answers_away(
    source: str,
    tmp_path: Path,
    spark: SparkSession,
    test_data: Callable[[str], Path],
    silver_of: Callable[..., Any],
    record_property: Callable[[str, object], None],
) -> None:
    # What a source needs of others is written beside its folder.
    home = tmp_path / source
    home.symlink_to(test_data(FOLDERS.get(source, source)), target_is_directory=True)
    assert judged(source, silver_of(registry.get("source", source), home), record_property) == []
    spark.catalog.clearCache()
