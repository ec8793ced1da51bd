"""Sources: their examples on the real road, from native files to silver, in a scratch lake."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce
from typing import TYPE_CHECKING, Any

from medslake import registry
from medslake.conformance.conserved import unaccounted
from medslake.conformance.rows import differences
from medslake.conformance.scratch import Scratch
from medslake.errors import MedslakeError
from medslake.ingest.envelope import enveloped, located
from medslake.ingest.ingest import ingest
from medslake.ingest.synthetic import MARKER
from medslake.lake.quality.brought import faults_of_kind
from medslake.plugins import reason
from medslake.sources import Bronze, Source

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from medslake.lake import Lake

__all__ = ["findings"]

_NOTE = "The example of a declaration: every word in it was invented.\n"


def findings(sources: Mapping[str, Source], scratch: Scratch) -> dict[str, list[str]]:
    """Source -> what is wrong. All are ingested by one run, with the sources that they need, and then again."""
    found = {name: list(_against_others(source)) for name, source in sources.items()}
    ready = {name: source for name, source in sources.items() if not found[name]}
    needed = {n: registry.get("source", n) for source in ready.values() for n in source.needed}
    folders = {n: str(scratch.written(n, {**source.example.materialised(), MARKER: _NOTE})) for n, source in (needed | ready).items()}
    if not folders:
        return found
    lake = scratch.lake("sources")
    failed, _ = _ingested(lake, folders)
    for name in list(ready):
        if name in failed:
            found[name].append(failed[name])
            ready.pop(name)
    for name, source in ready.items():
        found[name] += [*_compared(lake, source), *unaccounted(lake, source)]
    failed, committed = _ingested(lake, {name: folders[name] for name in (*needed, *ready) if name not in failed})
    for name, source in ready.items():
        tables = [*(f"bronze.{name}__{native.table}" for native in source.files), *(f"silver.{kind}" for kind in source.silver)]
        again = [failed[name]] if name in failed else [f"A second ingest commits {t} again." for t in tables if t in committed]
        found[name] += again or _partitioned(lake, source, scratch)
    return found


def _against_others(source: Source) -> Iterator[str]:
    for native in source.files:
        try:
            registry.get("format", native.format)
        except MedslakeError as error:
            yield f"Table {native.table}: {error}"
    for kind in source.silver:
        yield from faults_of_kind(f"silver.{kind}")
    for name in source.needed:
        try:
            registry.get("source", name)
        except MedslakeError as error:
            yield f"needs: {error}"


def _ingested(lake: Lake, folders: Mapping[str, str]) -> tuple[dict[str, str], set[str]]:
    """Source -> why it failed, and the tables that were committed."""
    if not folders:
        return {}, set()
    try:
        result: dict[str, Any] = ingest(lake, folders)
    except Exception as error:
        # One that is alone raises. The files are examples, so that the message may quote them.
        return dict.fromkeys(folders, f"The example cannot be ingested. {reason(error)}"), set()
    failed = {name: f"The example cannot be ingested. {why}" for name, why in result.get("failed", {}).items()}
    return failed, {name for name, table in result["tables"].items() if table["committed"]}


def _compared(lake: Lake, source: Source) -> Iterator[str]:
    for kind, expected in source.example.rows.items():
        rows = lake.arrow.read(f"silver.{kind}", where={"source": source.name}).to_pylist()
        made = sorted(rows, key=lambda row: str(row["record_id"]))
        wanted = sorted(expected, key=lambda row: str(row.get("record_id")))
        yield from (f"silver.{kind}: {told}" for told in differences(wanted, made, key="record_id"))


def _partitioned(lake: Lake, source: Source, scratch: Scratch) -> list[str]:
    """Whether the rules make the same rows of one partition and of seven."""
    names = {native.table: f"bronze.{source.name}__{native.table}" for native in source.files}
    names = {table: name for table, name in [*names.items(), *((need, need) for need in source.needs)] if lake.exists(name)}
    classes = {name: str(lake.arrow.read(name, columns=["_access"])["_access"][0].as_py()) for name in names.values()}

    def made(count: int, kind: str) -> list[str]:
        bronze = Bronze({t: located(lake.read(n).repartition(count, "_row"), source, n, lake.version(n)) for t, n in names.items()})
        frames = [frame for rule in source.rules(kind) if (frame := rule(bronze)) is not None]
        spec = lake.spec(f"silver.{kind}")
        whole: DataFrame = reduce(lambda a, b: a.union(b), [enveloped(source, spec, frame, classes) for frame in frames])
        return sorted(str(row) for row in whole.collect())

    found = []
    for kind in source.silver:
        with scratch.partitions(1):
            one = made(1, kind)
        with scratch.partitions(7):
            if made(7, kind) != one:
                found.append(f"silver.{kind} depends on how Spark partitions bronze.")
    return found
