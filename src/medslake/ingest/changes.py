"""What a new delivery changes in a source's bronze tables, told before anything is replaced: files that came, went or changed."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from medslake.ingest.inventory import Inventory
from medslake.sources import Source

if TYPE_CHECKING:
    from medslake.lake.lake import Lake

__all__ = ["FileChanges", "changes", "with_counts"]

_LOG = logging.getLogger(__name__)
#: Files that a line names of each kind.
_NAMED = 3
#: A file of which every record was set aside is there, too.
_STANDING = """
  select file, min(sha256) as sha256, sum(rows)::bigint as rows from (
    select _file as file, _sha256 as sha256, 1 as rows from {table}
    union all select file, sha256, 0 from ops.quarantine where table_name = '{table}' and file is not null
  ) group by file
"""


@dataclass(frozen=True)
class FileChanges:
    """Of one table: names of files. rows: that stand now. gone: none of the table's files is there any more, so that it stays as it is."""

    came: Sequence[str]
    went: Sequence[str]
    changed: Sequence[str]
    rows: int
    gone: bool = False

    def sentence(self, table: str) -> str:
        if self.gone:
            return f"{table} ({self.rows:,} rows) stays as it is: none of its files is there"
        told = [
            f"{len(files)} {verb} ({', '.join(files[:_NAMED])}{' ...' if len(files) > _NAMED else ''})"
            for verb, files in (("came", self.came), ("went", self.went), ("changed", self.changed))
            if files
        ]
        what = (
            f"of its files {', '.join(told)}"
            if told
            else "its files are the same; what lies beside them, the options or the code are others"
        )
        return f"{table} ({self.rows:,} rows) is to be replaced: {what}"


def changes(lake: Lake, source: Source, inventory: Inventory, current: Mapping[str, bool]) -> dict[str, FileChanges]:
    """Bronze table -> what changes, of those that stand and will not stay as they are; each is told as a line, too.

    current: table -> whether its rows are those of these files already, where that is known.
    """
    found = {}
    families = {f"bronze.{source.name}__{family.native.table}": family for family in inventory.families}
    for native in source.files:
        table = f"bronze.{source.name}__{native.table}"
        if current.get(table) or not lake.exists(table):
            continue
        standing = lake.query(_STANDING.format(table=table)).to_pylist()
        before = {row["file"]: row["sha256"] for row in standing}
        rows = sum(row["rows"] for row in standing)
        if table not in families:
            found[table] = FileChanges((), sorted(before), (), rows, gone=True)
            continue
        now = {one.name: one.sha256 for one in families[table].files}
        found[table] = FileChanges(
            sorted(now.keys() - before.keys()),
            sorted(before.keys() - now.keys()),
            sorted(name for name in now.keys() & before.keys() if now[name] != before[name]),
            rows,
        )
    for table, change in found.items():
        _LOG.warning("source %s: %s", source.name, change.sentence(table))
    return found


def with_counts(found: Mapping[str, FileChanges], tables: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The same for a run's result, with the rows that stand afterwards. tables: of the result."""
    return {
        table: {**asdict(change), "rows_after": tables[table]["rows"] if table in tables else change.rows}
        for table, change in found.items()
    }
