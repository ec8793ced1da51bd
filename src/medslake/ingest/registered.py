"""ops.sources: what is known of every source that was ingested, with the access class of the copy at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from medslake.ingest.bronze import Standing
from medslake.lake.access import highest

if TYPE_CHECKING:
    from medslake.lake.lake import Lake
    from medslake.lake.runs import Run

__all__ = ["raise_classes", "register"]

_TABLE = "ops.sources"


def register(lake: Lake, run: Run, standing: Sequence[Standing]) -> None:
    """Write the rows that are new or say something else than the table does."""
    import pyarrow as pa

    known = {row["source"]: row for row in lake.arrow.read(_TABLE).to_pylist()} if lake.exists(_TABLE) else {}
    schema = lake.spec(_TABLE).arrow_schema()
    changed = [row for one in standing if (row := _row(one)) != {name: known.get(row["source"], {}).get(name) for name in row}]
    if changed:
        run.write(_TABLE, pa.Table.from_pylist(changed, schema=schema), mode="upsert")


def raise_classes(lake: Lake, run: Run, classes: Mapping[str, str]) -> None:
    """Write the classes of sources that are now higher than ops.sources says, before any of their rows: rows that stand leave as these say.

    A lower class counts when the rows that bear it stand.
    """
    import pyarrow as pa

    known = lake.arrow.read(_TABLE).to_pylist() if lake.exists(_TABLE) else []
    higher = [row | {"access": classes[row["source"]]} for row in known if row["source"] in classes]
    changed = [row for row, before in zip(higher, (r for r in known if r["source"] in classes), strict=True) if _above(row, before)]
    if changed:
        run.write(_TABLE, pa.Table.from_pylist(changed, schema=lake.spec(_TABLE).arrow_schema()), mode="upsert")


def _above(row: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return highest(row["access"], other["access"]) != other["access"]


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
