"""Plans with shots, caps and weights: what their rows hold, and what they say of it in SQL."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest
from training_corpus import Packed, definitions, fill, instance

from medslake.errors import UnknownName, UsageError
from medslake.lake import open_lake
from medslake.recipes import DATA_FIELDS, override
from medslake.recipes.tiny import RECIPE as TINY
from medslake.train.models import load_tokenizer
from medslake.train.models.llama3_template import LLAMA3_TEMPLATE
from medslake.train.packs.chat import chat_format
from medslake.train.packs.pack import pack
from medslake.train.packs.plan import plan_of

pytestmark = pytest.mark.slow

TEXTS = {d["definition_id"]: d["text"] for d in definitions()}
MIXED = ["few_shot=0.5", "shots=3", "epochs=2", "weights=task11:2", "caps=task57:100"]


@pytest.fixture(scope="module")
def mixed(packed: Packed) -> tuple[Any, dict[str, Any]]:
    """The recipe, and what `pack` said."""
    recipe = override(TINY, MIXED)
    return recipe, pack(packed.lake, recipe)


def appearances(lake: Any, plan: str) -> dict[tuple[int, int], list[dict[str, Any]]]:
    """(row, segment) -> the segment's instances: shots in order, then the one that is taught."""
    found: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    for one in lake.arrow.read("gold.pack_instances", where={"plan": plan}).to_pylist():
        found[one["row"], one["segment"]].append(one)
    for members in found.values():
        members.sort(key=lambda m: m["shot"] or 99)
    return found


def test_rows_hold_shots_as_turns(packed: Packed, mixed: tuple[Any, dict[str, Any]]) -> None:
    recipe, result = mixed
    lake, chat = packed.lake, chat_format(load_tokenizer(packed.plan.model))
    source = {r["instance_id"]: r for r in lake.arrow.read("gold.instructions", where={"split": "train"}).to_pylist()}
    members = appearances(lake, result["plan"])
    per_task: dict[int, Counter[str]] = defaultdict(Counter)
    few = 0
    for row in lake.arrow.read("gold.packs", where={"plan": result["plan"]}).to_pylist():
        classes = set()
        for number, segment in enumerate(row["segments"], 1):
            *shots, own = members[row["row"], number]
            assert own["instance_id"] == segment["instance_id"] and own["definition_id"] == segment["definition_id"]
            assert [m["shot"] for m in shots] == list(range(1, len(shots) + 1))
            assert sum(m["tokens"] for m in (*shots, own)) == segment["length"]
            assert own["supervised"] == segment["length"] - segment["prompt"] and not any(s["supervised"] for s in shots)
            told = [source[m["instance_id"]] for m in (*shots, own)]
            assert len({t["input"] for t in told}) == len(told) and len({t["task_id"] for t in told}) == 1
            ids, prompt = chat.instance(
                TEXTS[own["definition_id"]], told[-1]["input"], told[-1]["output"], [(t["input"], t["output"]) for t in told[:-1]]
            )
            assert (row["input_ids"][segment["start"] :][: segment["length"]], segment["prompt"]) == (ids, prompt)
            classes |= {t["access"] for t in told}
            per_task[row["epoch"]][told[-1]["task_id"]] += 1
            few += bool(shots)
        assert row["access"] == ("dua" if "dua" in classes else "public")
        assert json.loads(row["recipe"]) == {f: list(v) if isinstance(v := getattr(recipe, f), tuple) else v for f in DATA_FIELDS}
    train = Counter(r["task_id"] for r in source.values())
    assert dict(per_task) == {e: {"task11": 2 * train["task11"], "task57": 100} for e in (0, 1)}
    assert few == result["few_shot"]
    assert 0.4 < few / result["instances"] < 0.6


def test_every_epoch_draws_other_shots(packed: Packed, mixed: tuple[Any, dict[str, Any]]) -> None:
    seen: dict[int, set[Any]] = {0: set(), 1: set()}
    for (_, _), members in appearances(packed.lake, mixed[1]["plan"]).items():
        *shots, own = members
        seen[own["epoch"]].add((own["instance_id"], own["definition_id"], tuple(s["instance_id"] for s in shots)))
    assert len(seen[0] & seen[1]) < 0.5 * len(seen[0])
    twice = [i for i, n in Counter(i for i, _, _ in seen[0]).items() if n == 2]
    assert len(twice) > 100  # repetitions of one epoch differ too


def test_the_index_comes_in_order_of_epoch_and_instance(packed: Packed, mixed: tuple[Any, dict[str, Any]]) -> None:
    rows = packed.lake.arrow.read("gold.pack_instances", columns=["epoch", "instance_id"], where={"plan": mixed[1]["plan"]}).to_pylist()
    keys = [(r["epoch"], r["instance_id"]) for r in rows]
    assert keys == sorted(keys)


def test_the_mix_is_part_of_the_plan(packed: Packed) -> None:
    settings = ["few_shot=0.5", "shots=2", "weights=task11:2", "caps=task57:100", "cap=10", "definitions=drawn", "definitions=fixed"]
    plans = {plan_of(packed.lake, override(TINY, [s])).id for s in settings} | {plan_of(packed.lake, TINY).id}
    assert len(plans) == 8
    with pytest.raises(UnknownName, match="task"):
        pack(packed.lake, override(TINY, ["weights=task9999:2"]))


def test_shots_give_way_before_the_input_the_last_first(tmp_path: Path) -> None:
    words = [" ".join(f"{word}{n}" for n in range(12)) for word in ("ache", "burn", "cramp", "dizzy")]
    rows = [instance(f"s{n}", "task11", text, "yes", "task11-d1") for n, text in enumerate(words)]
    rows += [
        instance("big", "task57", "FIRST " + "word " * 150 + "LAST", "no", "task57-d1"),
        instance("o", "task57", "o", "o", "task57-d1"),
    ]
    lake = fill(open_lake(str(tmp_path / "lake")), rows)
    narrow, wide = (override(TINY, ["few_shot=1", "shots=3", f"length={n}"]) for n in (128, 2048))
    results = [pack(lake, recipe) for recipe in (narrow, wide)]
    tokenizer = load_tokenizer(plan_of(lake, narrow).model)
    shown = []
    for result in results:
        drawn = {m[-1]["instance_id"]: [s["instance_id"] for s in m[:-1]] for m in appearances(lake, result["plan"]).values()}
        shown.append(drawn)
    assert results[1]["shots_cut"] == 0
    gone = 0
    for name, all_shots in shown[1].items():
        left = shown[0][name]
        assert left == all_shots[: len(left)]
        gone += len(all_shots) - len(left)
    assert results[0]["shots_cut"] == gone > 0
    big = instance("big", "", "", "", "")["instance_id"]
    assert shown[0][big] == []
    for row in lake.arrow.read("gold.packs", where={"plan": results[0]["plan"]}).to_pylist():
        for segment in row["segments"]:
            if segment["instance_id"] == big:
                text = tokenizer.decode(row["input_ids"][segment["start"] :][: segment["length"]])
                assert TEXTS[segment["definition_id"]] in text and text.endswith("no<|eot_id|>") and "LAST" in text
                assert "FIRST" not in text and results[0]["cut"] == 1


def test_a_model_whose_template_has_no_shots_is_refused_for_them(packed: Packed, tmp_path: Path) -> None:
    model = shutil.copytree(packed.plan.model, tmp_path / "model")
    odd = LLAMA3_TEMPLATE.replace("{{ message['role'] }}", "{{ message['role'] }}{% if loop.index == 3 and not loop.last %}!{% endif %}")
    (model / "chat_template.jinja").write_text(odd)
    recipe = dataclasses.replace(packed.recipe, model=str(model), few_shot=0.5)
    with pytest.raises(UsageError, match="cannot bear shots"):
        pack(packed.lake, recipe)
    assert pack(packed.lake, dataclasses.replace(recipe, few_shot=0.0))["rows"]


def test_instances_of_the_test_split_are_never_shots(packed: Packed, mixed: tuple[Any, dict[str, Any]]) -> None:
    rows = packed.lake.query(
        f"""select i.split, count(*) from gold.pack_instances p join gold.instructions i using (instance_id)
        where p.plan = '{mixed[1]["plan"]}' group by all"""
    )
    assert rows["split"].to_pylist() == ["train"]
