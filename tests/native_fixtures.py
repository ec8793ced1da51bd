"""Reading a source without a lake: files on disk -> bronze frames -> silver frames."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from medslake import formats, registry
from medslake.ingest.inventory import take_inventory
from medslake.sources.base import NativeFile, Source
from medslake.sources.parts.mapping import located

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

Files = Mapping[str, bytes | str]


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
    """Rows that a reader makes of files, in order of file and row."""

    def read(files: Files, native: NativeFile) -> list[dict[str, Any]]:
        inventory = take_inventory(one_table(native), str(put(files)))
        rows = formats.read(spark, native, inventory.families[0].files).collect()
        return sorted((row.asDict(recursive=True) for row in rows), key=lambda row: (row["_file"], row["_row"]))

    return read


def one_table(native: NativeFile) -> Source:
    """A source of one file family; nothing but its files is used."""
    from medslake.sources.base import Example

    return Source(
        "probe", "Probe", "none", "none", "public", ("https://example.org",), (native,), "none", dict, Example({}, {}), lambda r, n: {}
    )


@pytest.fixture
def bronze_of(spark: SparkSession) -> Callable[[Source, Path], dict[str, DataFrame]]:
    return lambda source, folder: _read_bronze(spark, source, folder)


def _read_bronze(spark: SparkSession, source: Source, folder: Path) -> dict[str, DataFrame]:
    """Located bronze frames of the source and of the sources that it needs (their examples); unreadable records fail the test."""
    from pyspark.sql import functions as F

    def frames(of: Source, at: Path) -> dict[str, DataFrame]:
        found = {}
        for family in take_inventory(of, str(at)).families:
            rows = formats.read(spark, family.native, family.files).persist()
            assert rows.where("_error IS NOT NULL").limit(3).collect() == []
            mine = rows.drop("_error", "_raw").withColumns({"_source": F.lit(of.name), "_access": F.lit(of.access)})
            found[family.native.table] = located(mine, f"bronze.{of.name}__{family.native.table}", 0)
        return found

    needed = {}
    for name in sorted({need.removeprefix("bronze.").partition("__")[0] for need in source.needs}):
        other = registry.get("source", name)
        made = frames(other, write_files(folder.parent / f"{folder.name}-{name}", other.example.materialised()))
        needed |= {f"bronze.{name}__{table}": rows for table, rows in made.items()}
    return frames(source, folder) | {name: rows for name, rows in needed.items() if name in source.needs}
