"""The two rules for tasks of Super-NaturalInstructions, against the repository's table of tasks."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

from medslake.sources.parts.sni_rules import LISTED, plain_rule

MISSED = {"task31", "task33", "task35", "task36"}


def test_the_list_has_the_29_tasks_and_the_plain_rule_27() -> None:
    taken = {one.taken_as for one in LISTED if one.taken_as}
    plain = [one for one in LISTED if plain_rule(one.domains)]
    assert len(taken) == 29 and len(plain) == 27
    assert {one.taken_as for one in LISTED if not plain_rule(one.domains)} == MISSED
    assert {one.number for one in plain if one.taken_as is None} == {690, 730}
    assert {one.taken_as for one in LISTED if "_head_qa_" in one.name} == {"task22", "task23", "task24", "task25"}
    assert all(one.reason for one in LISTED) and len({one.number for one in LISTED}) == len(LISTED)


def test_the_list_agrees_with_the_table_of_the_repository(test_data: Callable[[str], Path]) -> None:
    with (test_data("sni_tasks") / "domains_medical.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    listed = {f"task{one.number}": one for one in LISTED}
    assert len(rows) == 59
    for row in rows:
        one, domains = listed.get(row["sni_task"].partition("_")[0]), tuple(row["domains"].split(", "))
        assert (one.taken_as if one else None) == (row["meds_ins_task"] or None), row["sni_task"]
        assert one is not None or not plain_rule(domains), row["sni_task"]
        assert one is None or (one.name, one.domains) == (row["sni_task"], domains), row["sni_task"]


def test_a_word_counts_as_a_part_of_a_path_alone() -> None:
    assert plain_rule(("Biology -> Clinical Knowledge", "Healthcare")) and plain_rule(("Science -> Medicine",))
    assert not plain_rule(("Biology -> Clinical Knowledge",)) and not plain_rule(("Medicine Hat",)) and not plain_rule(())
