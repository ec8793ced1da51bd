"""ops.sources: what is known of every source that was ingested, with the access class of the copy at hand, and whether that is invented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from medslake.ingest.bronze import Landed
from medslake.lake.access import rank

if TYPE_CHECKING:
    from medslake.lake.lake import Lake
    from medslake.lake.runs import Run

__all__ = ["raise_classes", "register"]

_TABLE = "ops.sources"


def register(lake: Lake, run: Run, landed: Sequence[Landed]) -> None:
    """Write the rows that are new or say something else than the table does."""
    known = _known(lake)
    rows = map(_row, landed)
    _write(lake, run, [row for row in rows if row != {name: known.get(row["source"], {}).get(name) for name in row}])


def raise_classes(lake: Lake, run: Run, classes: Mapping[str, str]) -> None:
    """Write the classes of sources that are now higher than ops.sources says, before any of their rows: rows that stand leave as these say.

    A lower class counts when the rows that bear it stand.
    """
    raised = {name: row for name, row in _known(lake).items() if name in classes and rank(classes[name]) > rank(row["access"])}
    _write(lake, run, [row | {"access": classes[name]} for name, row in raised.items()])


def _known(lake: Lake) -> dict[str, dict[str, Any]]:
    return {row["source"]: row for row in lake.arrow.read(_TABLE).to_pylist()} if lake.exists(_TABLE) else {}


def _write(lake: Lake, run: Run, rows: Sequence[Mapping[str, Any]]) -> None:
    import pyarrow as pa

    if rows:
        run.write(_TABLE, pa.Table.from_pylist(list(map(dict, rows)), schema=lake.spec(_TABLE).arrow_schema()), mode="upsert")


def _row(one: Landed) -> dict[str, Any]:
    source = one.source
    return {
        "source": source.name,
        "title": source.title,
        "citation": source.citation,
        "licence": source.licence,
        "access": one.access,
        "urls": list(source.urls),
        "split_rule": source.split_rule,
        "synthetic": one.synthetic,
    }
