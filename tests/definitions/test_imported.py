"""The released rewrites: every one gets a verdict; another file is refused; a build judges them anew and keeps them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from medslake import api, registry, settings
from medslake.errors import InputRefused, UnknownName, UsageError
from medslake.lake import Lake, open_lake

pytestmark = pytest.mark.slow

RELEASED = settings.test_data_dir() / "meds_ins_repo" / "RewriteDefinitions.json"
TOLD = {
    "task46": {
        "original_def": "Explain the term.",
        "auto_rewrite_def": [
            "Say what the medical term means.",
            "Say what the medical term means.",
            "Sure, here is the rewritten version: explain the term.",
        ],
    },
    "task12": {"original_def": "Say yes or no.", "auto_rewrite_def": ["Tell whether the answer fits the question."]},
    "task72": {"original_def": "Find names.", "auto_rewrite_def": ["Find the names in the text."]},
}


def written(tmp_path: Path, told: object) -> Path:
    path = tmp_path / "RewriteDefinitions.json"
    path.write_text(told if isinstance(told, str) else json.dumps(told))
    return path


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    (tmp_path / "lake").mkdir()
    return open_lake(str(tmp_path / "lake"))


def test_every_rewrite_is_a_row_with_its_verdict(tmp_path: Path, lake: Lake) -> None:
    result = api.import_definitions(lake, written(tmp_path, TOLD))
    assert result.kinds()["imported"] == {"definitions": 5, "accepted": 1}
    assert result.faults["imported"] == {"near_copy": 1, "question_back": 1, "labels": 1, "task": 1}
    query = "select task_id, accepted, reason, detail from gold.definition_verdicts where kind = 'imported'"
    rows = [tuple(row.values()) for row in lake.query(f"{query} order by task_id, text, accepted").to_pylist()]
    accepted = api.definitions(lake, tasks=["task46"], kind="imported")
    assert rows == [
        ("task12", False, "it does not name every label", "not named: yes, no"),
        ("task46", False, "it is a near copy of another definition of the task", accepted[0]["definition_id"]),
        ("task46", True, None, None),
        ("task46", False, "it speaks to who asked for it instead of asking for an answer", None),
        ("task72", False, "no task of that id is registered", None),
    ]
    assert [row["text"] for row in accepted] == ["Say what the medical term means."]


def test_the_same_file_changes_nothing_and_another_takes_its_place(tmp_path: Path, lake: Lake) -> None:
    path = written(tmp_path, TOLD)
    assert api.import_definitions(lake, path).committed
    assert not api.import_definitions(lake, path).committed
    fewer = {task: told for task, told in TOLD.items() if task != "task72"}
    assert api.import_definitions(lake, written(tmp_path, fewer)).kinds()["imported"]["definitions"] == 4


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ("not JSON", "it is not JSON"),
        ("[]", "it is not an object of tasks"),
        ({"task46": {"original_def": "x"}}, "task46 has no list of texts auto_rewrite_def"),
        ({"task46": {"original_def": "x", "auto_rewrite_def": [""]}}, "task46 has no list of texts auto_rewrite_def"),
        ({"task46": {"auto_rewrite_def": ["Explain the term."]}}, "task46 has no text original_def"),
    ],
)
def test_another_layout_is_refused(tmp_path: Path, lake: Lake, told: object, why: str) -> None:
    with pytest.raises(InputRefused, match=why):
        api.import_definitions(lake, written(tmp_path, told))
    assert not lake.exists("gold.definitions")


def test_what_is_asked_for_wrongly_is_said(tmp_path: Path, lake: Lake) -> None:
    with pytest.raises(UsageError, match="There is no file"):
        api.import_definitions(lake, tmp_path / "missing.json")
    with pytest.raises(UsageError, match="no table lies there"):
        api.definitions(lake)
    api.import_definitions(lake, written(tmp_path, {"task46": {"original_def": "x", "auto_rewrite_def": ["Explain the medical term."]}}))
    with pytest.raises(UnknownName, match="kind of definition"):
        api.definitions(lake, kind="found")
    with pytest.raises(UnknownName, match="task with definitions"):
        api.definitions(lake, tasks=["task9999"])


@pytest.mark.skipif(not RELEASED.is_file(), reason="the published definitions are not at hand")
def test_the_published_file_gets_a_verdict_for_each_of_its_rewrites(lake: Lake) -> None:
    result = api.import_definitions(lake, RELEASED)
    assert result.kinds()["imported"]["definitions"] == 18_996
    query = "select task_id, definitions, labels_kept, accepted from gold.definition_counts where kind = 'imported'"
    counts = {row["task_id"]: row for row in lake.query(query).to_pylist()}
    assert len(counts) == 122 and sum(row["definitions"] for row in counts.values()) == 18_996
    labels = {name: (row["labels_kept"], row["definitions"]) for name, row in counts.items()}
    # Counted independently in the file. Of task130 24 keep the options as published; ten of these misprint one label.
    assert (labels["task131"], labels["task106"], labels["task47"], labels["task130"]) == ((80, 145), (71, 165), (164, 165), (14, 89))
    assert {counts[task]["accepted"] for task in ("task118", "task119")} == {0}
    assert 0 < counts["task131"]["accepted"] <= 80
    registered = {name: row for name, row in counts.items() if row["accepted"] or name in registry.names("task")}
    told = ", ".join(
        f"{n} {registered[n]['accepted']}/{registered[n]['definitions']}" for n in sorted(registered, key=lambda n: int(n[4:]))
    )
    page = " ".join((Path(__file__).parents[2] / "docs" / "definitions.md").read_text().split())
    assert told in page, f"docs/definitions.md is to say: {told}"
    empty = "select count(*) n from gold.definition_verdicts where kind = 'imported' and not accepted and reason is null"
    assert lake.query(empty).to_pylist() == [{"n": 0}]
