"""ops.sources: what is known of every source that was ingested, with the access class of the copy at hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from medslake.ingest.bronze import Standing

if TYPE_CHECKING:
    from medslake.lake.lake import Lake
    from medslake.lake.runs import Run

__all__ = ["register"]

_TABLE = "ops.sources"


def register(lake: Lake, run: Run, standing: Sequence[Standing]) -> None:
    """Write the rows that are new or say something else than the table does."""
    import pyarrow as pa

    known = {row["source"]: row for row in lake.arrow.read(_TABLE).to_pylist()} if lake.exists(_TABLE) else {}
    schema = lake.spec(_TABLE).arrow_schema()
    changed = [row for one in standing if (row := _row(one)) != {name: known.get(row["source"], {}).get(name) for name in row}]
    if changed:
        run.write(_TABLE, pa.Table.from_pylist(changed, schema=schema), mode="upsert")


def _row(one: Standing) -> dict[str, Any]:
    source = one.source
    return {
        "source": source.name,
        "title": source.title,
        "citation": source.citation,
        "licence": source.licence,
        "access": one.access,
        "urls": list(source.urls),
        "split_rule": source.split_rule,
    }
