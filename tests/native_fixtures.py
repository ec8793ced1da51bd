"""Reading a source without a lake: files on disk -> bronze frames -> silver frames."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from medslake import registry
from medslake.ingest.copies import at_hand
from medslake.ingest.envelope import enveloped, located
from medslake.ingest.inventory import take_inventory
from medslake.ingest.reading import read_records
from medslake.lake.schema import ddl
from medslake.sources import Bronze, Example, NativeFile, Source, by_hash, mapped

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

Files = Mapping[str, bytes | str]


def parquet_bytes(rows: list[dict[str, Any]], schema: pa.Schema) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), out)
    return out.getvalue()


def write_files(folder: Path, files: Files) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


@pytest.fixture
def put(tmp_path: Path) -> Callable[[Files], Path]:
    """Write files below a new folder."""

    def write(files: Files) -> Path:
        return write_files(tmp_path / f"native-{len(list(tmp_path.iterdir()))}", files)

    return write


@pytest.fixture
def records(spark: SparkSession, put: Callable[[Files], Path]) -> Callable[..., list[dict[str, Any]]]:
    """Records that a format makes of files, in order of file and row."""

    def read(files: Files, native: NativeFile) -> list[dict[str, Any]]:
        family = take_inventory(one_table(native), str(put(files))).families[0]
        rows = read_records(spark, family.form, native, family.files).collect()
        return sorted((row.asDict(recursive=True) for row in rows), key=lambda row: (row["_file"], row["_row"]))

    return read


def one_table(*natives: NativeFile) -> Source:
    """A source of these file families; nothing but its files is used."""
    return Source(
        name="probe",
        title="Probe",
        citation="none",
        licence="none",
        access="public",
        domain="Exam",
        page="https://example.org/get",
        files=natives,
        split=by_hash("record_id"),
        silver={"documents": mapped(natives[0].table, record_id="a", sections="array()")},
        example=Example({}, {}),
    )


@pytest.fixture
def bronze_of(spark: SparkSession) -> Callable[[Source, Path], dict[str, DataFrame]]:
    return lambda source, folder: _read_bronze(spark, source, folder)


@pytest.fixture
def silver_of(bronze_of: Callable[[Source, Path], dict[str, DataFrame]]) -> Callable[[Source, Path], dict[str, DataFrame]]:
    """Rows of every silver kind that a source makes of the files of a folder, envelope included."""
    return lambda source, folder: silver_frames(source, bronze_of(source, folder))


def silver_frames(source: Source, bronze: Mapping[str, DataFrame], *, held: bool = False) -> dict[str, DataFrame]:
    """Kind -> the union of what its rules make of bronze frames; kinds without rows are missing. held: made now, for several questions."""
    classes = {name if name in source.needs else f"bronze.{source.name}__{name}": source.access for name in bronze}
    told = bronze if isinstance(bronze, Bronze) else Bronze(bronze)
    found = {}
    for kind in source.silver:
        made = [frame for rule in source.rules(kind) if (frame := rule(told)) is not None]
        if made:
            spec = ddl.spec(f"silver.{kind}")
            found[kind] = reduce(lambda a, b: a.union(b), [enveloped(source, spec, frame, classes) for frame in made])
    return {kind: frame.localCheckpoint() for kind, frame in found.items()} if held else found


def _read_bronze(spark: SparkSession, source: Source, folder: Path) -> dict[str, DataFrame]:
    """Located bronze frames of the source and of the sources that it needs (their examples); unreadable records fail the test."""
    from pyspark.sql import functions as F

    def frames(of: Source, at: Path) -> dict[str, DataFrame]:
        found = {}
        for family in take_inventory(of, str(at)).families:
            with at_hand(of.name, family.form, family.files, spark) as files:
                rows = read_records(spark, family.form, family.native, files).persist()
                # All of them, before what lay in a zip is gone.
                assert rows.where("_error IS NOT NULL").collect() == []
            mine = rows.drop("_error", "_raw").withColumns({"_source": F.lit(of.name), "_access": F.lit(of.access)})
            found[family.native.table] = located(mine, source, f"bronze.{of.name}__{family.native.table}", 0)
        return found

    needed = {}
    for name in source.needed:
        other = registry.get("source", name)
        made = frames(other, write_files(folder.parent / f"{folder.name}-{name}", other.example.materialised()))
        needed |= {f"bronze.{name}__{table}": rows for table, rows in made.items()}
    return frames(source, folder) | {name: rows for name, rows in needed.items() if name in source.needs}
