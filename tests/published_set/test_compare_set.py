"""The published files beside the instructions: what is equal, altered, missing, more, alike, and what cannot be read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from made_tasks import write_sources, write_tasks
from medslake import api, registry
from medslake.errors import UnknownName, UsageError
from medslake.export.medsins import KEYS
from medslake.lake import Lake, open_lake
from medslake.lake.storage.tables import CommitInfo
from medslake.published_set import match as matching
from medslake.published_set.files import files_of
from medslake.results import CompareSetResult

pytestmark = pytest.mark.slow

SIX = ("Categories", "Definition", "Input_language", "Output_language", "Domains", "Instances")
TASK = "task106"
#: Sixteen words, so that one altered word leaves 11 of 17 trigrams, and one put behind them 14 of 15.
TEXT = "the tumour of patient {} showed growth without signals from outside and kept dividing for many days"


def instance(number: int, task: str = TASK, split: str = "train", **more: Any) -> dict[str, Any]:
    row = {
        "instance_id": f"{task}-{split}-{number:03d}-{more.get('input_variant', 'both')}",
        "task_id": task,
        "category": "Text Classification",
        "domain": "Medical Knowledge",
        "definition_id": "d",
        "input_language": "English",
        "output_language": "English",
        "definition_language": "English",
        "input_variant": "both",
        "input": TEXT.format(f"{number} of {split}"),
        "output": f"label {number % 3}",
        "renderer": 1,
        "split": split,
        "access": "public",
        "source": "hoc",
        "record_ids": [str(number)],
        "origin": {"table": "bronze.hoc__texts", "version": 0, "file": "f", "sha256": "0" * 64, "row": 1},
    }
    return row | more


def filled(root: Path, rows: list[dict[str, Any]]) -> Lake:
    lake = open_lake(str(root))
    table = pa.Table.from_pylist(rows, schema=lake.spec("gold.instructions").arrow_schema())
    lake.arrow.replace("gold.instructions", table, CommitInfo("test"))
    write_tasks(lake, [TASK, "task46", "task131"])
    write_sources(lake)
    return lake


@pytest.fixture
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Twice the same instance, one with alternatives, one task in two renderings, and rows of other splits."""
    rows = [
        *(instance(n) for n in range(20)),
        instance(0, instance_id="twin"),
        instance(30, alternatives=["label 0", "label 1"]),
        instance(40, split="test", access="dua"),
        instance(41, split="validation"),
        *(instance(n, "task46", input_variant="paper", output="as printed") for n in range(5)),
        *(instance(n, "task46", input_variant="strict", output="as it should be") for n in range(5)),
    ]
    return filled(tmp_path_factory.mktemp("lake"), rows)


def exported(lake: Lake, out: Path, *, rendering: str = "paper", split: str = "train") -> dict[str, Path]:
    files = api.export(lake, "medsins", tasks=[TASK, "task46"], out=out, rendering=rendering, split=split, clearance="private").files
    return {path.name.partition("_")[0]: path for path in files}


def changed(path: Path, change: Any) -> None:
    whole = json.loads(path.read_text(encoding="utf-8"))
    change(whole["Instances"])
    path.write_text(json.dumps(whole), encoding="utf-8")


def counts(result: CompareSetResult, task: str = TASK) -> tuple[int, ...]:
    one = result.shares[task]
    return (one.there, one.exact, one.other_output, one.near, one.only_there, one.only_here, one.refused)


def rows(lake: Lake, where: str = "true") -> list[dict[str, Any]]:
    return lake.query(f"select * from gold.set_matches where {where} order by task_id, file, number, instance_id").to_pylist()


@pytest.mark.parametrize("rendering", ["paper", "strict"])
@pytest.mark.parametrize(("split", "all_rows"), [("train", 22), ("all", 24)])
def test_an_export_of_our_own_is_whole(lake: Lake, tmp_path: Path, rendering: str, split: str, all_rows: int) -> None:
    exported(lake, tmp_path / "set", rendering=rendering, split=split)
    told = api.compare_set(lake, tmp_path / "set", rendering=rendering, split=split)
    assert counts(told) == (all_rows, all_rows, 0, 0, 0, 0, 0)
    assert counts(told, "task46") == (5, 5, 0, 0, 0, 0, 0)
    assert json.loads(json.dumps(told.to_dict()))["total"]["exact"] == all_rows + 5
    assert (told.total.exact_share, told.total.found_share, told.without_file, told.refused) == (100.0, 100.0, (), ())
    pairs = [(row["file"], row["number"]) for row in rows(lake)]
    assert len(set(pairs)) == len(pairs) == len({row["instance_id"] for row in rows(lake)}) == all_rows + 5


def test_the_other_rendering_is_not_the_published_one(lake: Lake, tmp_path: Path) -> None:
    exported(lake, tmp_path / "set", rendering="strict")
    told = api.compare_set(lake, tmp_path / "set")
    assert counts(told, "task46") == (5, 0, 5, 0, 0, 0, 0)
    assert (told.shares["task46"].exact_share, told.shares["task46"].found_share) == (0.0, 100.0)
    api.compare_set(lake, tmp_path / "set", rendering="strict")
    shares = lake.query("select rendering, exact from gold.set_shares where task_id = 'task46' order by 1").to_pylist()
    assert shares == [{"rendering": "paper", "exact": 0}, {"rendering": "strict", "exact": 5}]


def test_altered_missing_extra_and_near_are_told_each(lake: Lake, tmp_path: Path) -> None:
    path = exported(lake, tmp_path / "set")[TASK]

    def change(instances: list[dict[str, Any]]) -> None:
        by_id = {one["id"]: one for one in instances}
        by_id["task106-train-003-both"]["output"] = ["label 7"]
        instances.remove(by_id["task106-train-004-both"])
        by_id["task106-train-005-both"]["input"] += " again"
        by_id["task106-train-006-both"]["input"] = by_id["task106-train-006-both"]["input"].upper().replace(" ", "  ")
        by_id["task106-train-007-both"]["output"].append("one more")
        instances.append({"input": "a sentence about nothing of the kind", "output": "label 1"})

    changed(path, change)
    told = api.compare_set(lake, tmp_path / "set")
    assert counts(told) == (22, 17, 2, 2, 1, 1, 0)
    assert (told.shares[TASK].exact_share, told.shares[TASK].found_share) == (77.27, 95.45)
    found = {
        (row["outcome"], row["instance_id"], row["same_output"], row["similarity"] and round(row["similarity"], 3))
        for row in rows(lake, "outcome <> 'exact'")
    }
    assert found == {
        ("other_output", "task106-train-003-both", False, 1.0),
        ("other_output", "task106-train-007-both", False, 1.0),
        ("near", "task106-train-005-both", True, round(17 / 18, 3)),
        ("near", "task106-train-006-both", True, 1.0),
        ("only_there", None, None, None),
        ("only_here", "task106-train-004-both", None, None),
    }
    (extra,) = rows(lake, "outcome = 'only_there'")
    assert (extra["file"], extra["number"], extra["access"]) == (path.name, 22, "public")


def test_the_threshold_is_the_jaccard_of_word_trigrams(tmp_path: Path) -> None:
    """Every pair of a small set, against a count by hand over all pairs."""
    words = TEXT.split()
    texts = [" ".join(words[: 17 - cut] + [f"w{cut}{n}" for n in range(cut)]) for cut in range(12)]

    def grams(text: str) -> set[tuple[str, ...]]:
        own = text.replace("{}", "").split()
        return {tuple(own[at : at + 3]) for at in range(len(own) - 2)}

    whole = TEXT + " x"
    for near in (0.5, 0.9):
        for cut, text in enumerate(texts):
            lake = filled(tmp_path / f"{near}-{cut}", [instance(1, input=text)])
            (tmp_path / "one.json").write_text(json.dumps({"Instances": [{"input": whole, "output": "y"}]}))
            told = api.compare_set(lake, tmp_path / "one.json", near=near, task_of=[f"one.json={TASK}"])
            one, other = grams(whole), grams(text)
            alike = len(one & other) / len(one | other)
            assert counts(told)[3] == (alike >= near), (near, cut, alike)


def test_equal_instances_count_as_often_as_they_are_there(lake: Lake, tmp_path: Path) -> None:
    path = exported(lake, tmp_path / "set")[TASK]
    changed(path, lambda instances: instances.append(instances[0]))
    assert counts(api.compare_set(lake, tmp_path / "set")) == (23, 22, 0, 0, 1, 0, 0)
    changed(path, lambda instances: [instances.remove(one) for one in [x for x in instances if x["input"] == instances[0]["input"]][:2]])
    assert counts(api.compare_set(lake, tmp_path / "set")) == (21, 21, 0, 0, 0, 1, 0)


def test_rows_of_other_splits_are_found_and_not_missed(lake: Lake, tmp_path: Path) -> None:
    path = exported(lake, tmp_path / "set")[TASK]
    changed(path, lambda instances: instances.append({"input": TEXT.format("40 of test"), "output": "label 1"}))
    told = api.compare_set(lake, tmp_path / "set")
    assert counts(told) == (23, 23, 0, 0, 0, 0, 0)
    (row,) = rows(lake, "split = 'test'")
    assert (row["outcome"], row["access"]) == ("exact", "dua")
    assert counts(api.compare_set(lake, tmp_path / "set", split="all")) == (23, 23, 0, 0, 0, 1, 0)


@pytest.mark.parametrize("keys", [SIX, KEYS])
@pytest.mark.parametrize("first", [False, True])
def test_both_layouts_are_read(lake: Lake, tmp_path: Path, keys: tuple[str, ...], first: bool) -> None:
    """Instances may stand before the other keys, without ids, outputs as a text."""
    told = [{"input": TEXT.format(f"{n} of train"), "output": f"label {n % 3}"} for n in range(3)]
    order = ("Instances", *(key for key in keys if key != "Instances")) if first else keys
    (tmp_path / f"{TASK}_x.json").write_text(json.dumps({key: told if key == "Instances" else ["text"] for key in order}))
    assert counts(api.compare_set(lake, tmp_path))[:2] == (3, 3)


def test_a_file_of_an_export_is_of_its_task(tmp_path: Path) -> None:
    known = {name: task.name for name, task in registry.sound("task").items()}
    assert len(set(known.values())) < len(known), "some tasks share a name"
    for task, name in known.items():
        (tmp_path / f"{task}_{name}.json").touch()
    found = {file.name: file.task for file in files_of(tmp_path, (), known)}
    assert found == {f"{task}_{name}.json": task for task, name in known.items()}


def test_tasks_of_files(lake: Lake, tmp_path: Path) -> None:
    one = json.dumps({"Instances": [{"input": TEXT.format("1 of train"), "output": "label 1"}]})
    for name in (f"{TASK}_whatever.json", f"{registry.get('task', TASK).name}.json", "sub/deep.jsonl", f"{TASK}0_x.json", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(one)
    told = api.compare_set(lake, tmp_path, task_of=["sub/deep.jsonl=task131"])
    assert (counts(told)[:2], counts(told, "task131")[:2]) == ((2, 1), (1, 0))
    assert [(row.file, row.number, row.rule) for row in told.refused] == [(f"{TASK}0_x.json", None, "unknown_task")]
    assert told.without_file == ("task46",)
    # The name of a file yields to what is said of it.
    assert counts(api.compare_set(lake, tmp_path, task_of=[f"{TASK}_whatever.json=task46", "sub/deep.jsonl=task46"]))[:2] == (1, 1)
    assert {row["access"] for row in rows(lake, "task_id is null")} == {"private"}
    with pytest.raises(UnknownName, match="task9999"):
        api.compare_set(lake, tmp_path, task_of=["sub/deep.jsonl=task9999"])
    with pytest.raises(UsageError, match=r"holds no file 'none\.json'"):
        api.compare_set(lake, tmp_path, task_of=["none.json=task46"])
    with pytest.raises(UsageError, match="does not say which task"):
        api.compare_set(lake, tmp_path, task_of=["sub/deep.jsonl"])


def test_an_instance_that_only_the_files_have_is_as_closed_as_its_source(lake: Lake, tmp_path: Path) -> None:
    (tmp_path / "task131_SEER.json").write_text(json.dumps({"Instances": [{"input": "a", "output": "b"}, {"input": "c"}]}))
    api.compare_set(lake, tmp_path)
    assert [(row["outcome"], row["access"]) for row in rows(lake)] == [("only_there", "dua"), ("refused", "dua")]
    assert lake.ask("select * from gold.set_matches", clearance="public").rows.num_rows == 0


BROKEN = {
    "no_json": ("this is no JSON", [(None, "not_json")]),
    "empty": ("", [(None, "not_json")]),
    "array": ("[1, 2]", [(None, "not_json")]),
    "no_instances": ('{"Definition": ["x"]}', [(None, "no_instances")]),
    "object": ('{"Instances": {"a": 1}}', [(None, "no_instances")]),
    "breaks_off": ('{"Instances": [{"input": "a", "output": "b"}, {"input": "c", "out', [(2, "not_json")]),
    "after": ('{"Instances": [{"input": "a", "output": "b"}]} x', [(2, "not_json")]),
    "twice": ('{"Instances": [{"input": "a", "output": "b"}], "Instances": []}', [(None, "instances_twice")]),
    "rows": (
        '{"Instances": [7, {"output": "b"}, {"input": "a"}, {"input": "a", "output": []}, {"input": "a", "output": ""},'
        ' {"input": "a", "output": 3}, {"input": null, "output": "b"}, {"input": "a", "output": ["b", 1]}, {"input": }, {"input": "",'
        ' "output": "kept"}]}',
        [
            (1, "no_object"),
            (2, "no_input"),
            (3, "no_output"),
            (4, "no_output"),
            (5, "no_output"),
            (6, "no_text"),
            (7, "no_text"),
            (8, "no_text"),
            (9, "not_json"),
        ],
    ),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_what_cannot_be_read_is_told_with_file_row_and_rule(fault: str, lake: Lake, tmp_path: Path) -> None:
    text, expected = BROKEN[fault]
    (tmp_path / f"{TASK}_{fault}.json").write_text(text)
    (tmp_path / "task46_good.json").write_text('{"Instances": [{"input": "a", "output": "b"}]}')
    told = api.compare_set(lake, tmp_path)
    assert [(row.number, row.rule) for row in told.refused] == expected
    assert {row.file for row in told.refused} == {f"{TASK}_{fault}.json"}
    assert (counts(told)[-1], counts(told, "task46")[0]) == (len(expected), 1)
    assert len(rows(lake, "outcome = 'refused'")) == len(expected)
    assert counts(told)[0] == (1 if fault in ("breaks_off", "after", "twice", "rows") else 0)


def test_nothing_to_compare_is_said(lake: Lake, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="holds no JSON files"):
        api.compare_set(lake, tmp_path / "empty")
    with pytest.raises(UsageError, match="does not exist"):
        api.compare_set(lake, tmp_path / "none")
    for wrong in ({"rendering": "both"}, {"split": "dev"}, {"near": 0.0}, {"near": 1.5}):
        with pytest.raises(UsageError):
            api.compare_set(lake, tmp_path / "empty", **wrong)
    with pytest.raises(UsageError, match="no instructions"):
        bare = open_lake(str(tmp_path / "bare"))
        write_tasks(bare, [TASK])
        api.compare_set(bare, tmp_path)


def test_the_same_again_is_not_compared_again(lake: Lake, tmp_path: Path) -> None:
    path = exported(lake, tmp_path / "set")[TASK]
    seen: list[tuple[str, int, int | None]] = []
    first = api.compare_set(lake, tmp_path / "set", progress=lambda stage, done, total, *_: seen.append((stage, done, total)))
    assert seen == [("compare set (files)", 1, 2), ("compare set (files)", 2, 2)]
    before = rows(lake)
    again = api.compare_set(lake, tmp_path / "set")
    assert (first.committed, again.committed, again.shares) == (True, False, first.shares)
    changed(path, lambda instances: instances.pop())
    assert api.compare_set(lake, tmp_path / "set").committed and len(rows(lake)) == len(before)
    changed(path, lambda instances: instances.reverse())
    assert api.compare_set(lake, tmp_path / "set", near=0.5).committed


def test_more_than_are_compared_with_near_ones_are_counted(lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = exported(lake, tmp_path / "set")[TASK]

    def change(instances: list[dict[str, Any]]) -> None:
        for one in instances:
            one["input"] += " again"

    changed(path, change)
    whole = api.compare_set(lake, tmp_path / "set")
    assert counts(whole) == (22, 0, 0, 22, 0, 0, 0) and not whole.not_looked_at
    monkeypatch.setattr(matching, "NEAR_ROWS", 10)
    changed(path, lambda instances: instances.reverse())
    told = api.compare_set(lake, tmp_path / "set")
    assert told.not_looked_at == {TASK: 12} and counts(told)[3] + counts(told)[4] == 22 and counts(told)[3] <= 10
