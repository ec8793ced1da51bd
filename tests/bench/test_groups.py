"""Groups of the benchmark against what the tasks declare and the paper prints."""

from __future__ import annotations

from medslake import registry
from medslake.bench.groups import GROUPS


def test_every_task_with_a_bench_part_has_a_known_group() -> None:
    assert {t.bench.group for t in registry.items("task").values() if t.bench} <= set(GROUPS)


def test_groups_are_the_twelve_in_the_order_of_the_tables() -> None:
    assert [g.order for g in GROUPS.values()] == list(range(1, 13))
    assert [g.table for g in GROUPS.values()] == sorted(g.table for g in GROUPS.values())


def test_the_summarization_average_leaves_ct_and_mri_out() -> None:
    group = GROUPS["summarization"]
    assert group.averaged({"task78": 10.0, "task110": 20.0, "task83": 90.0, "task89": 90.0}) == 15.0
    assert group.pooled["CT"] == ("task83", "task84", "task85", "task86", "task87", "task88")


def test_other_averages_are_over_all_tasks_scored() -> None:
    assert GROUPS["ner"].averaged({"task125": 80.0, "task126": 60.0}) == 70.0
    assert GROUPS["ner"].averaged({}) is None
