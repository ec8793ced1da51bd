"""The script that compares two lakes sees what differs, and nothing else."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from compare_lakes import compare, differences
from made_silver import commit, exams
from medslake.lake import open_lake

ROWS: list[dict[str, Any]] = [
    {"record_id": "1", "run_id": "a", "origin": {"file": "f", "version": 1}, "entities": [{"start": 0, "type": "Drug"}], "n": 1},
    {"record_id": "2", "run_id": "a", "origin": {"file": "f", "version": 1}, "entities": [], "n": None},
]


def test_order_runs_versions_and_new_fields_do_not_count() -> None:
    after = [
        row | {"run_id": "b", "origin": {"file": "f", "version": 7}, "entities": [{"id": "T1", **e} for e in row["entities"]], "new": 1}
        for row in reversed(ROWS)
    ]
    found = compare(pa.Table.from_pylist(ROWS), pa.Table.from_pylist(after), "silver.t")
    assert found.equal and found.notes == ("only after: new", "only after: entities.id")


def test_rows_that_differ_are_counted_and_their_columns_named() -> None:
    after = [ROWS[0], ROWS[1] | {"n": 2}, ROWS[1]]
    found = compare(pa.Table.from_pylist(ROWS), pa.Table.from_pylist(after), "silver.t")
    assert (found.gone, found.come, found.notes) == (
        0,
        1,
        ("values of record_id differ", "values of origin differ", "values of entities differ", "values of n differ"),
    )
    emptied = compare(pa.Table.from_pylist(ROWS), pa.table({"record_id": pa.array([], pa.string())}), "silver.t")
    assert (emptied.gone, emptied.come) == (2, 0)


@pytest.mark.slow
def test_two_lakes(tmp_path: Any) -> None:
    for name, count in (("before", 3), ("after", 3), ("more", 4)):
        commit(open_lake(str(tmp_path / name)), "questions", "medqa", exams(1, count, "train"))
    same = differences(str(tmp_path / "before"), str(tmp_path / "after"))
    assert [(one.table, one.before, one.equal) for one in same] == [("silver.questions", 3, True)]
    (one,) = differences(str(tmp_path / "before"), str(tmp_path / "more"))
    assert (one.gone, one.come) == (0, 1)
