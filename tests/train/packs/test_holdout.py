"""What is held out: whole subjects of the train split, at most so many of each domain, whatever the order of rows."""

from __future__ import annotations

import dataclasses
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from training_corpus import Aside, Packed, fill, instances

from medslake.lake import open_lake
from medslake.train.packs.holdout import held_out, split_off
from medslake.train.packs.pack import pack
from medslake.train.packs.packed_rows import packed_rows


def segments(lake: Any, plan: str) -> list[str]:
    return [s["instance_id"] for row in lake.arrow.read("gold.packs", where={"plan": plan}).to_pylist() for s in row["segments"]]


@pytest.mark.slow
def test_held_out_instances_are_in_no_training_row(packed: Packed, aside: Aside) -> None:
    rows = {r["instance_id"]: r for r in packed.lake.arrow.read("gold.instructions").to_pylist()}
    train = {i for i, r in rows.items() if r["split"] == "train"}
    trained, held = segments(packed.lake, aside.plan.id), segments(packed.lake, aside.plan.held_out.id)
    assert set(trained) | set(held) == train and not set(trained) & set(held)
    assert Counter(rows[i]["domain"] for i in held) == {"Academical Papers": 12, "Exam": 12}
    assert aside.made.facts["held_out"] == 24 == len(held)
    # In the order of the rows, whose segments the feed has.
    in_order = [
        rows[s["instance_id"]]["domain"]
        for row in packed.lake.arrow.read("gold.packs", where={"plan": aside.plan.held_out.id}).sort_by("row").to_pylist()
        for s in row["segments"]
    ]
    assert list(aside.held_out.domains) == in_order


def test_both_plans_are_written_once(packed: Packed, aside: Aside) -> None:
    again = pack(packed.lake, aside.recipe)
    assert again["tables"]["gold.packs"]["committed"] is False
    assert again["held_out"] == 24
    assert packed.made.facts["held_out"] == 0


def made(subjects: int, each: int = 3) -> pa.Table:
    """Every subject has instances in both domains; every fourth has no subject id and is known by its record."""
    return pa.Table.from_pylist(
        [
            {
                "instance_id": f"{subject}-{number}",
                "domain": ("Exam", "Clinical Text")[number % 2],
                "source": f"source{subject % 2}",
                "subject_id": None if subject % 4 == 0 else str(subject // 2),
                "record_ids": [f"record{subject}"],
            }
            for subject in range(subjects)
            for number in range(each)
        ],
        schema=pa.schema(
            [(name, pa.string()) for name in ("instance_id", "domain", "source", "subject_id")] + [("record_ids", pa.list_(pa.string()))]
        ),
    )


def test_a_subject_is_held_out_whole() -> None:
    table = made(200)
    trained, held = split_off(table, 20, 42)

    def subjects(part: pa.Table) -> set[tuple[Any, ...]]:
        return {(r["source"], r["subject_id"] or r["record_ids"][0]) for r in part.to_pylist()}

    assert held.num_rows and not subjects(trained) & subjects(held)
    found = Counter(held["domain"].to_pylist())
    assert 15 < found["Exam"] <= 20 and 15 < found["Clinical Text"] <= 20
    # Of those held out in one domain alone, the other domain's instances are in neither part.
    assert trained.num_rows + held.num_rows <= table.num_rows


def test_the_draw_knows_no_order_and_follows_the_seed() -> None:
    table = made(300)
    shuffled = table.take(pa.array(np.random.default_rng(0).permutation(table.num_rows)))
    one, other, seeded = (set(split_off(t, 15, seed)[1]["instance_id"].to_pylist()) for t, seed in ((table, 1), (shuffled, 1), (table, 2)))
    assert one == other != seeded


@pytest.mark.parametrize(("subjects", "holdout"), [(2, 10), (40, 0)])
def test_nothing_is_held_out_of_a_handful_or_when_not_asked(subjects: int, holdout: int) -> None:
    trained, held = split_off(made(subjects), holdout, 42)
    assert (trained.num_rows, held.num_rows) == (3 * subjects, 0)


@pytest.mark.slow
def test_a_lake_without_an_instance_to_spare_is_packed_whole(tmp_path: Path, packed: Packed) -> None:
    lake = fill(open_lake(str(tmp_path / "lake")), instances(15))
    for _ in range(2):
        result = pack(lake, dataclasses.replace(packed.recipe, holdout=5))
        assert (result["held_out"], result["instances"]) == (0, 13)
    version = lake.version("gold.packs")
    assert held_out(lake, packed_rows(lake, f"{result['plan']}-held", version), version, 0, tmp_path) is None
    rows = packed_rows(lake, result["plan"])
    assert (len(rows), rows.instances) == (result["rows"], 13)
