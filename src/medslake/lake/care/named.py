"""Which versions of tables somebody names: pack plans, trainings, answers and scores, and rows of which the record is no more.

A plan says its instructions in gold.packs, and all that it read in its row of ops.runs; a training what it read in its own. Answers and
scores say what they answered and scored; a trace follows them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from medslake.errors import UsageError
from medslake.lake.duck import duck, quoted
from medslake.lake.storage.arrow import dataset
from medslake.lake.storage.snapshot import Snapshot, newest, open_snapshot

if TYPE_CHECKING:
    from medslake.lake.storage.place import Place
    from medslake.lake.store import Store

__all__ = ["Named", "named_versions", "records_gone"]

#: Table -> version -> who names it, a phrase each.
Named = dict[str, dict[int, list[str]]]
_PACKS, _RUNS = "gold.packs", "ops.runs"
_INSTRUCTIONS, _BENCHMARK, _PREDICTIONS, _SCORES = "gold.instructions", "gold.benchmark", "gold.predictions", "gold.scores"
#: Tables whose rows say of which bronze record they are.
_ORIGINS = (_INSTRUCTIONS, _BENCHMARK)
#: Where a record lies and in whose copy is no part of what a trace tells of it.
_PLACE = ("_source", "_file")


def named_versions(store: Store) -> Named:
    """Versions that a plan, a training, an answer or a score names; newest ones among them."""
    found: Named = defaultdict(lambda: defaultdict(list))
    trainings = list(_runs(store, "train"))
    for run in trainings:
        by = f"training {run['params'].get('training', run['run_id'])}"
        for table, version in run["inputs"].items():
            _add(found, table, version, by)
    plans = _plans(store)
    for plan, versions in plans.items():
        for version in versions:
            _add(found, _INSTRUCTIONS, version, f"pack plan {plan}")
    # A plan that is not there any more counts while a training stands on it.
    standing = {*plans, *(str(run["params"]["plan"]) for run in trainings if run["params"].get("plan"))}
    for run in _runs(store, "pack"):
        for plan in sorted(run["plans"] & standing):
            for table, version in run["inputs"].items():
                _add(found, table, version, f"pack plan {plan}")
    for row in _distinct(store, _SCORES, ["model", "predictions_version", "benchmark_version"]):
        _add(found, _PREDICTIONS, row["predictions_version"], f"scores of {row['model']}")
        _add(found, _BENCHMARK, row["benchmark_version"], f"scores of {row['model']}")
    for row in _distinct(store, _PREDICTIONS, ["model", "benchmark_version"], sorted(found.get(_PREDICTIONS, ()))):
        _add(found, _BENCHMARK, row["benchmark_version"], f"answers of {row['model']}")
    return {table: dict(versions) for table, versions in found.items()}


def records_gone(store: Store, named: Mapping[str, Mapping[int, list[str]]], ending: Mapping[str, Iterable[int]]) -> Named:
    """Of the bronze versions that would end, those that hold a record of a row of today which the newest version does not have alike.

    Without such a version a trace would end before the record; with the record in the newest one it says the same.
    """
    asked = {(table, version) for table, versions in ending.items() for version in versions if table.startswith("bronze.")}
    origins: dict[tuple[str, int], list[pa.Table]] = defaultdict(list)
    for name in _ORIGINS if asked else ():
        for snapshot in _snapshots(store, name, sorted(named.get(name, ())) if name == _BENCHMARK else []):
            for (table, version), rows in _records(store.place, snapshot, asked).items():
                origins[table, version].append(rows)
    found: Named = defaultdict(lambda: defaultdict(list))
    for (table, version), parts in sorted(origins.items()):
        if lost := _lost(store, table, version, pa.concat_tables(parts)):
            _add(found, table, version, f"the trace of {lost:,} records that it alone has")
    return {table: dict(versions) for table, versions in found.items()}


def _add(found: Named, table: str, version: Any, by: str) -> None:
    if isinstance(version, int) and by not in (told := found[table][version]):
        told.append(by)


def _runs(store: Store, job: str) -> Iterator[dict[str, Any]]:
    """run_id, params, inputs (table -> version) and plans of the runs of a job."""
    if not store.exists(_RUNS):
        return
    columns = ["run_id", "params", "inputs", "accounts"]
    for row in store.arrow.read(_RUNS, columns=columns, where={"job": job}).to_pylist():
        inputs = {name: version for name, version in json.loads(row["inputs"]).items() if isinstance(version, int)}
        slices = [one["slice"] for one in row["accounts"] or () if one["table_name"] == _PACKS]
        plans = {slice.removeprefix("plan=") for slice in slices}
        yield {"run_id": row["run_id"], "params": json.loads(row["params"]), "inputs": inputs, "plans": plans}


def _plans(store: Store) -> dict[str, list[int]]:
    """Plan -> versions of gold.instructions that its rows say, of those that stand."""
    found: dict[str, list[int]] = defaultdict(list)
    for row in _distinct(store, _PACKS, ["plan", "instructions_version"]):
        found[str(row["plan"])].append(row["instructions_version"])
    return dict(found)


def _distinct(store: Store, table: str, columns: list[str], versions: Iterable[int] = ()) -> list[dict[str, Any]]:
    """Distinct values in the newest version and in those named that can still be read."""
    rows: list[dict[str, Any]] = []
    for snapshot in _snapshots(store, table, versions):
        with duck() as connection:
            connection.register("rows", dataset(store.place, snapshot))
            rows += connection.sql(f"SELECT DISTINCT {', '.join(columns)} FROM rows ORDER BY ALL").to_arrow_table().to_pylist()
    return rows


def _snapshots(store: Store, table: str, versions: Iterable[int]) -> Iterator[Snapshot]:
    now = newest(store.place, table)
    if now is None:
        return
    yield now
    for version in versions:
        if version != now.version:
            try:
                yield open_snapshot(store.place, table, version)
            except UsageError:
                # It ended before anybody asked; nothing of it can be kept.
                continue


def _records(place: Place, snapshot: Snapshot, asked: set[tuple[str, int]]) -> dict[tuple[str, int], pa.Table]:
    """Bronze table and version -> file, sha256 and row of the records that the rows of a gold table are made of."""
    with duck() as connection:
        connection.register("rows", dataset(place, snapshot))
        wanted = pa.table({"table": [table for table, _ in asked], "version": [version for _, version in asked]})
        connection.register("wanted", wanted)
        found = connection.sql(
            """
            WITH origins AS (SELECT unnest(list_prepend(origin, coalesce(joined, []))) AS o FROM rows)
            SELECT DISTINCT o."table" AS "table", o.version AS version, o.file AS file, o.sha256 AS sha256, o."row" AS "row"
            FROM origins SEMI JOIN wanted ON o."table" = wanted."table" AND o.version = wanted.version
            """
        ).to_arrow_table()
    parts = {}
    for table, version in asked:
        part = found.filter((pc.field("table") == table) & (pc.field("version") == version)).select(["file", "sha256", "row"])
        if part.num_rows:
            parts[table, version] = part
    return parts


def _lost(store: Store, table: str, version: int, records: pa.Table) -> int:
    """How many of these records of a version the newest one has not, or has otherwise."""
    old, new = open_snapshot(store.place, table, version), open_snapshot(store.place, table)
    told = [column for column in old.columns if column not in _PLACE]
    names = ", ".join(map(quoted, told))
    today = ", ".join(quoted(name) if name in new.columns else f"NULL AS {quoted(name)}" for name in told)
    with duck() as connection:
        connection.register("old", dataset(store.place, old))
        connection.register("new", dataset(store.place, new))
        connection.register("records", records)
        ((lost,),) = connection.sql(
            f"""
            SELECT count(*) FROM (
              SELECT {names} FROM old SEMI JOIN records ON old._file = records.file AND old._row = records."row"
              EXCEPT SELECT {today} FROM new SEMI JOIN records ON new._sha256 = records.sha256 AND new._row = records."row"
            )
            """
        ).fetchall()
    return int(lost)
