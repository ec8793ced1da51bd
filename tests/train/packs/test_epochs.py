from __future__ import annotations

import dataclasses
import itertools
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.dataset as ds
import pytest
from training_corpus import Packed, definitions, fill, instance, instances

from medslake.errors import DataCheckFailed, UnknownName, UsageError
from medslake.lake import open_lake
from medslake.recipes import override
from medslake.recipes.tiny import RECIPE as TINY
from medslake.train.models import load_tokenizer
from medslake.train.packs.chat import chat_format
from medslake.train.packs.feed import IGNORE, collate, make_feed, rows_of_step, rows_per_step
from medslake.train.packs.pack import pack
from medslake.train.packs.packed_rows import RowSizes
from medslake.train.packs.packed_rows import packed_rows as sizes_of
from medslake.train.packs.plan import plan_of

pytestmark = pytest.mark.slow

TEXTS = {d["definition_id"]: d["text"] for d in definitions()}


def packed_rows(lake: Any, plan: str) -> list[dict[str, Any]]:
    return sorted(lake.arrow.read("gold.packs", where={"plan": plan}).to_pylist(), key=lambda r: r["row"])


def test_every_train_instance_is_packed_once_with_its_own_text(packed: Packed) -> None:
    chat = chat_format(load_tokenizer(packed.plan.model))
    source = {r["instance_id"]: r for r in packed.lake.arrow.read("gold.instructions").to_pylist()}
    rows = packed_rows(packed.lake, packed.plan.id)
    assert [r["row"] for r in rows] == list(range(len(rows)))
    seen = Counter(s["instance_id"] for r in rows for s in r["segments"])
    assert seen == Counter(i for i, r in source.items() if r["split"] == "train")
    for row in rows[:40]:
        end = 0
        for segment in row["segments"]:
            assert segment["start"] == end
            end += segment["length"]
            want = source[segment["instance_id"]]
            assert segment["definition_id"] == want["definition_id"]
            ids, prompt = chat.instance(TEXTS[segment["definition_id"]], want["input"], want["output"])
            assert (row["input_ids"][segment["start"] : end], segment["prompt"]) == (ids, prompt)
        assert (end, len(row["input_ids"])) == (row["tokens"], row["tokens"])
        assert row["supervised"] == sum(s["length"] - s["prompt"] for s in row["segments"])
        classes = {source[s["instance_id"]]["access"] for s in row["segments"]}
        assert row["access"] == ("dua" if "dua" in classes else "public")
    assert packed.made.rows.fill > 0.9
    assert packed.made.rows.access == "dua"


def test_the_same_plan_is_not_written_twice(packed: Packed) -> None:
    again = pack(packed.lake, packed.recipe)
    assert again["tables"]["gold.packs"] | {"version": 0} == {**packed.made.result["tables"]["gold.packs"], "committed": False}
    assert {k: again[k] for k in ("plan", "rows", "instances", "fill")} == {
        k: packed.made.facts[k] for k in ("plan", "rows", "instances", "fill")
    }
    faster = dataclasses.replace(packed.recipe, lr=1.0, workers=1)
    assert plan_of(packed.lake, faster).id == packed.plan.id


def test_rows_do_not_depend_on_the_order_of_the_table(packed: Packed, tmp_path: Path) -> None:
    lake = fill(open_lake(str(tmp_path / "lake")), instances(500)[::-1])
    plan = pack(lake, packed.recipe)["plan"]
    assert plan == packed.plan.id
    assert packed_rows(lake, plan) == packed_rows(packed.lake, plan)


def test_later_epochs_draw_other_definitions_and_other_orders(packed: Packed) -> None:
    recipe = dataclasses.replace(packed.recipe, epochs=3, limit=200)
    result = pack(packed.lake, recipe)
    rows = packed_rows(packed.lake, result["plan"])
    drawn: dict[int, dict[str, str]] = {0: {}, 1: {}, 2: {}}
    for row in rows:
        drawn[row["epoch"]] |= {s["instance_id"]: s["definition_id"] for s in row["segments"]}
    assert [len(d) for d in drawn.values()] == [200, 200, 200]
    assert set(drawn[0]) == set(drawn[1])
    assert list(drawn[0]) != list(drawn[1])
    for epoch in (1, 2):
        changed = sum(drawn[epoch][i] != drawn[0][i] for i in drawn[0])
        assert 100 < changed < 165  # two of three draws differ
        assert all(d.split("-")[0] == drawn[0][i].split("-")[0] for i, d in drawn[epoch].items())
    other = pack(packed.lake, dataclasses.replace(recipe, seed=7))
    assert other["plan"] != result["plan"]


@pytest.mark.parametrize("cut", ["left", "right"])
def test_long_inputs_give_way_and_nothing_else_does(tmp_path: Path, cut: str) -> None:
    words = " ".join(f"word{n}" for n in range(400))
    rows = [
        *instances(60),
        instance("long", "task11", f"FIRST {words} LAST", "the whole answer", "task11-d1"),
        instance("wide", "task11", "发" * 400 + "热", "oui", "task11-d1"),
        instance("endless", "task57", "short", "answer " * 900, "task57-d1"),
        instance("empty", "task57", "short", " ", "task57-d1"),
    ]
    lake = fill(open_lake(str(tmp_path / "lake")), rows)
    result = pack(lake, override(TINY, [f"cut={cut}", "length=128"]))
    tokenizer = load_tokenizer(plan_of(lake, override(TINY, [f"cut={cut}", "length=128"])).model)
    texts = {
        s["instance_id"]: tokenizer.decode(r["input_ids"][s["start"] : s["start"] + s["length"]])
        for r in packed_rows(lake, result["plan"])
        for s in r["segments"]
    }
    names = {name: instance(name, "", "", "", "")["instance_id"] for name in ("long", "wide", "endless", "empty")}
    assert (result["dropped_long"], result["dropped_empty"]) == (1, 1)
    assert not {names["endless"], names["empty"]} & set(texts)
    kept = texts[names["long"]]
    assert TEXTS["task11-d1"] in kept
    assert kept.endswith("<|end_header_id|>\n\nthe whole answer<|eot_id|>")
    assert ("LAST" in kept, "FIRST" in kept) == ((True, False) if cut == "left" else (False, True))
    assert "user<|end_header_id|>\n\n" in kept
    assert "�" not in texts[names["wide"]]  # no cut inside a character
    assert result["cut"] >= 2


def test_bench_only_tasks_and_other_splits_stay_out(tmp_path: Path) -> None:
    bench_only = "task123"
    rows = [*instances(40), *(instance(f"b{n}", bench_only, "input", "output", "task11-d1") for n in range(5))]
    lake = fill(open_lake(str(tmp_path / "lake")), rows, untrained=(bench_only,))
    source = {r["instance_id"]: r for r in rows}
    result = pack(lake, TINY, length=256)
    used = {s["instance_id"] for r in packed_rows(lake, result["plan"]) for s in r["segments"]}
    assert {source[i]["split"] for i in used} == {"train"}
    assert bench_only not in {source[i]["task_id"] for i in used}
    only = pack(lake, override(TINY, ["tasks=task57"]))
    assert {source[s["instance_id"]]["task_id"] for r in packed_rows(lake, only["plan"]) for s in r["segments"]} == {"task57"}
    with pytest.raises(UnknownName, match="task"):
        pack(lake, override(TINY, ["tasks=task9999"]))


def test_nothing_to_pack_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="medslake build instructions"):
        pack(open_lake(str(tmp_path / "empty")), TINY)
    lake = fill(open_lake(str(tmp_path / "lake")), [r for r in instances(40) if r["split"] == "test"])
    with pytest.raises(DataCheckFailed, match="train split"):
        pack(lake, TINY)
    assert not lake.exists("gold.packs")
    assert not [p for p in (tmp_path / "lake" / "_models").iterdir() if p.name.startswith(".pack")]


def test_labels_cover_outputs_only(packed: Packed) -> None:
    tokenizer = load_tokenizer(packed.plan.model)
    source = {
        r["instance_id"]: r["output"] for r in packed.lake.arrow.read("gold.instructions", columns=["instance_id", "output"]).to_pylist()
    }
    rows = packed_rows(packed.lake, packed.plan.id)[:8]
    batch = collate(packed.feed, [r["row"] for r in rows], tokenizer.pad_token_id)
    assert "attention_mask" not in batch
    for at, row in enumerate(rows):
        targets = batch["targets"][at]
        spoken = tokenizer.decode(targets[targets != IGNORE])
        assert spoken == "".join(source[s["instance_id"]] + "<|eot_id|>" for s in row["segments"])
        assert int((targets != IGNORE).sum()) == row["supervised"]
        starts = (batch["position_ids"][at] == 0).nonzero().ravel().tolist()
        assert starts[: len(row["segments"])] == [s["start"] for s in row["segments"]]


def test_flat_layout_tells_the_same_segments(packed: Packed) -> None:
    rows, flat = (collate(packed.feed, [3, 4], 5, layout=layout) for layout in ("rows", "flat"))
    for name in ("input_ids", "position_ids", "targets"):
        assert flat[name].shape == (1, 2 * packed.feed.length)
        assert flat[name].ravel().tolist() == rows[name].ravel().tolist()
    seams = flat["cu_seq_lens_q"].tolist()
    assert seams == [*(flat["position_ids"][0] == 0).nonzero().ravel().tolist(), 2 * packed.feed.length]
    assert flat["max_length_q"] == max(b - a for a, b in itertools.pairwise(seams))


def test_a_step_is_a_function_of_plan_and_number() -> None:
    assert [list(rows_of_step(k, 4, 10)) for k in range(4)] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9], [0, 1, 2, 3]]
    assert rows_per_step(128, 1000, 8000) == 16
    assert rows_per_step(1, 1000, 8000) == 1
    assert rows_per_step(128, 3, 12) == 3


def test_a_plan_with_missing_rows_is_refused(packed: Packed, tmp_path: Path) -> None:
    with pytest.raises(DataCheckFailed, match="has no rows"):
        make_feed(packed.lake, sizes_of(packed.lake, "absent"), packed.made.version, tmp_path)
    assert not list(tmp_path.iterdir())
    sizes = RowSizes(packed.plan.id)
    for batch in packed.lake.arrow.read("gold.packs", where=(ds.field("plan") == packed.plan.id) & (ds.field("row") != 3)).to_batches():
        sizes.add(batch)
    with pytest.raises(DataCheckFailed, match=f"Plan {packed.plan.id} in gold.packs has gaps"):
        sizes.rows()


def test_rows_are_told_alike_by_who_made_them_and_by_the_table(packed: Packed) -> None:
    rows, read = packed.made.rows, sizes_of(packed.lake, packed.plan.id, packed.made.version)
    assert (read.length, read.access, read.fill) == (rows.length, rows.access, rows.fill)
    for name in ("tokens", "segments", "supervised"):
        assert np.array_equal(getattr(read, name), getattr(rows, name))
    assert np.array_equal(packed.feed.rows[:, 1], rows.tokens)
