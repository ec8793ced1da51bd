"""Whether each record of a source came to something: written, set aside, or left out by a reason that was counted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from medslake.lake import Lake
    from medslake.sources import Source

__all__ = ["unaccounted"]

#: Name of a native file and number of a record in it.
_Place = tuple[str, int]


def unaccounted(lake: Lake, source: Source) -> Iterator[str]:
    """A sentence for each table of the source of which records vanished, in the lake that it was ingested into.

    Between files and bronze the accounts of the runs tell it, and whether the rows are there; between bronze and silver each record of a
    table that silver rows are made of must be where one came from, be joined to one, lie in ops.quarantine, or be among those that the
    rules say that they pass over. Tables that are only looked up are counted by the coverage of their joins.
    """
    told = {native.table: f"bronze.{source.name}__{native.table}" for native in source.files}
    bronze = {table: name for table, name in told.items() if lake.exists(name)}
    newest = _accounts(lake, source)
    for name in bronze.values():
        account = newest.get(name)
        if account is None or account["rows_read"] is None:
            yield f"{name}: nobody says how many records were read."
        elif account["rows_read"] != lake.arrow.count(name) + account["set_aside"] + account["left_out"]:
            yield f"{name}: {account['rows_read']} records were read, which is not what became of them."
    made, used = set(), _aside(lake, source)
    for kind in source.silver:
        if lake.exists(f"silver.{kind}"):
            rows = lake.arrow.read(f"silver.{kind}", columns=["origin", "joined"], where={"source": source.name}).to_pylist()
            made |= {row["origin"]["table"] for row in rows}
            used |= {(one["file"], one["row"]) for row in rows for one in (row["origin"], *(row["joined"] or ()))}
    passed_over = min((newest[f"silver.{kind}"]["left_out"] for kind in source.silver if f"silver.{kind}" in newest), default=0)
    for name in sorted(made & set(bronze.values())):
        lost = {(row["_file"], row["_row"]) for row in lake.arrow.read(name, columns=["_file", "_row"]).to_pylist()} - used
        if len(lost) > passed_over:
            first = ", ".join(f"{file} row {row}" for file, row in sorted(lost)[:3])
            yield f"{name}: {len(lost)} records are in no silver row, not set aside and not told as left out, such as {first}."


def _accounts(lake: Lake, source: Source) -> dict[str, dict[str, Any]]:
    """Table of bronze, and of silver the source's slice -> its account by the last run that wrote it."""
    runs = lake.arrow.read("ops.runs", columns=["accounts", "started"]).sort_by("started").to_pylist()
    every = [account for run in runs for account in run["accounts"] or ()]
    return {one["table_name"]: one for one in every if one["slice"] in ("whole", f"source={source.name}")}


def _aside(lake: Lake, source: Source) -> set[_Place]:
    """Records that were set aside, and those that were joined to them, which the content of the row tells."""
    if not lake.exists("ops.quarantine"):
        return set()
    rows = lake.arrow.read("ops.quarantine", where={"source": source.name}).to_pylist()
    joined = [one for row in rows if row["table_name"].startswith("silver.") for one in json.loads(row["content"]).get("joined") or ()]
    return {(one["file"], one["row"]) for one in (*rows, *joined)}
