"""What a run leaves behind in ops.*: rows of lineage, check results and quarantine, made from what it did."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from medslake.lake.lineage.openlineage import Output
from medslake.lake.lineage.spark_plan import Origin, PlanNotRead, column_lineage
from medslake.lake.quality.gate import PartChecked
from medslake.lake.schema import ddl
from medslake.lake.schema.ddl import TableSpec
from medslake.lake.storage.frames import united
from medslake.lake.storage.place import Place
from medslake.lake.storage.stream import is_arrow

if TYPE_CHECKING:
    from medslake.lake.store import Store

__all__ = ["as_table", "columns", "datasets", "lineage", "quarantine", "results"]

_LOG = logging.getLogger(__name__)
_ANY = "*"


def results(run_id: str, parts: Iterable[PartChecked], checked: datetime) -> list[dict[str, Any]]:
    """Rows of ops.quality_results."""
    rows = []
    for part in parts:
        for result in part.results:
            row = {k: v for k, v in asdict(result).items() if k != "measure"}
            rows.append(row | {"table_name": row.pop("table"), "run_id": run_id, "slice": part.slice, "checked": checked})
    return rows


def lineage(run_id: str, outputs: Sequence[Output]) -> pa.Table:
    """Rows of ops.lineage; `*` as column where only the tables are known."""
    rows = [
        {
            "run_id": run_id,
            "output_table": output.spec.name,
            "output_version": output.version,
            "output_column": name,
            "input_table": table,
            "input_column": column,
        }
        for output in outputs
        for name, origins in output.columns.items()
        for table, column in origins
    ]
    return as_table("ops.lineage", rows)


def columns(
    place: Place, spec: TableSpec, frame: Any, known: Mapping[int, Origin], inputs: Mapping[str, Any], files: Sequence[str] = ()
) -> dict[str, list[Origin]]:
    """Output column -> origins. Bronze: the same column of `files`, families of native files. Spark: from the plan. Else: tables only.

    known: origins by expression id. inputs: tables -> version, and files, that the run read.
    """
    if spec.name.startswith("bronze."):
        shared = ddl.specs()["bronze._shared"].names
        return {name: [(file, name) for file in files] for name in spec.names if name not in shared and files}
    if not is_arrow(frame):
        try:
            found = column_lineage(frame, known, lambda path: _table_at(place, path))
        except PlanNotRead as error:
            _LOG.warning("Lineage of %s is told by table only, since Spark's plan could not be read: %s", spec.name, error)
        else:
            if any(found.values()):
                return {name: origins for name, origins in found.items() if origins}
    tables = [name for name, version in sorted(inputs.items()) if isinstance(version, int)]
    return {_ANY: [(name, _ANY) for name in tables]} if tables else {}


def datasets(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Inputs as data set -> version or digest: tables as they are, files one by one."""
    found: dict[str, Any] = {}
    for name, told in inputs.items():
        found.update({str(k): v for k, v in told.items()} if isinstance(told, Mapping) else {name: told})
    return found


def quarantine(store: Store, table: str, offenders: Any, known: Sequence[tuple[str, Any]], run_id: str) -> Any:
    """Rows of ops.quarantine from those of the gate (complete, or None) and those that readers knew, by slice.

    A pyarrow Table, unless some of them lie in Spark.
    """
    spec = store.spec("ops.quarantine")
    found = [] if offenders is None else [offenders]
    if all(isinstance(rows, pa.Table) for rows in (*found, *(rows for _, rows in known))):
        tables = [*found, *(_complete(rows, table, slice, run_id) for slice, rows in known if rows.num_rows)]
        schema = spec.arrow_schema()
        whole = [t.select(schema.names).cast(schema) for t in tables]
        return pa.concat_tables(whole) if whole else schema.empty_table()
    from pyspark.sql import functions as F

    frames = [store.spark.createDataFrame(rows) if isinstance(rows, pa.Table) else rows for rows in found]
    for slice, rows in known:
        frame = store.spark.createDataFrame(rows) if isinstance(rows, pa.Table) else rows
        frames.append(frame.withColumns({"table_name": F.lit(table), "slice": F.lit(slice), "run_id": F.lit(run_id)}))
    return united([frame.select(*spec.names) for frame in frames])


def _complete(rows: pa.Table, table: str, slice: str, run_id: str) -> pa.Table:
    for name, value in (("table_name", table), ("slice", slice), ("run_id", run_id)):
        rows = rows.append_column(name, pa.array([value] * rows.num_rows, pa.string()))
    return rows


def _table_at(place: Place, path: str) -> str | None:
    """`gold.instructions` for a file below this lake, None for files outside."""
    bare = path.removeprefix("file://").removeprefix("file:") if place.is_local else path
    if not bare.startswith(f"{place.base}/"):
        return None
    parts = bare[len(place.base) + 1 :].split("/")
    return f"{parts[0]}.{parts[1]}" if len(parts) > 2 else None


def as_table(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    """Rows of a table that `lakehouse/` declares."""
    return pa.Table.from_pylist(rows, schema=ddl.spec(name).arrow_schema())
