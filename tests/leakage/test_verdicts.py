"""Verdicts as they stand in ops.contamination, in lakes of all ages."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from medslake.lake import open_lake
from medslake.lake.storage.arrow import ArrowTables
from medslake.lake.storage.tables import CommitInfo
from medslake.leakage.compare import Leak
from medslake.leakage.verdicts import TABLE, leaks_of, recorded, verdict_rows, write_verdicts

OLD = Leak("a", "task1", "b", "task2", "train", "exact", 1.0, "found", "s", "f", 1, "g", 2, "public")
NEW = Leak("c", "task1", "b", "task2", "train", "ngram", 0.75, "found", "s", "f", 3, "g", 2, "public", 0.5)


def test_a_table_from_before_a_column_is_read_and_gets_it_with_the_next_verdicts(tmp_path: Path) -> None:
    lake = open_lake(str(tmp_path / "lake"))
    spec = lake.spec(TABLE)
    older = dataclasses.replace(spec, columns=tuple(c for c in spec.columns if c.name != "part"))
    ArrowTables(lake.root, lambda _: older).replace(TABLE, verdict_rows(lake, [OLD]).drop_columns(["part"]), CommitInfo("older version"))
    # A nullable column of today reads as null before the table has it.
    assert lake.arrow.read(TABLE)["part"].null_count == 1
    assert leaks_of(recorded(lake, "found")) == [OLD]
    with lake.run("leaks") as run:
        write_verdicts(run, "found", [NEW], recorded(lake, "found"))
    assert leaks_of(recorded(lake, "found")) == [OLD, NEW]
