"""Zips are read as if they were unpacked, and a new release of a source is told before it replaces the old one."""

from __future__ import annotations

import io
import logging
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

import medslake
from medslake import registry
from medslake.errors import InputRefused
from medslake.formats import NativeFile
from medslake.ingest import copies
from medslake.ingest.changes import FileChanges, changes
from medslake.ingest.inventory import take_inventory
from medslake.lake import Lake, open_lake
from medslake.lake.schema.ddl import bronze_spec
from medslake.lake.spark.session import scratch
from medslake.lake.storage.tables import CommitInfo
from native_fixtures import one_table, write_files

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

#: One source of each way to read: lines in the JVM, a workbook, whole files in Python with others beside them.
SOURCES = ("catalonia_independence", "meqsum", "linnaeus")
HEADER = "id_str\tTWEET\tLABEL\r\n"


def zipped(files: Mapping[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return out.getvalue()


def silver(lake: Lake, source: str) -> list[dict[str, Any]]:
    """Rows without the place that they came from."""
    kinds = registry.get("source", source).silver
    found = [row for kind in kinds for row in lake.arrow.read(f"silver.{kind}", where={"source": source}).to_pylist()]
    return sorted(({**row, "origin": None, "joined": None} for row in found), key=str)


def test_a_zip_gives_the_rows_of_its_files_and_leaves_nothing(
    spark: SparkSession, tmp_path: Path, put: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {name: dict(registry.get("source", name).example.materialised()) for name in SOURCES}
    plain, packed = open_lake(str(tmp_path / "plain"), spark=spark), open_lake(str(tmp_path / "packed"), spark=spark)
    medslake.ingest(plain, {name: write_files(tmp_path / "files" / name, files[name]) for name in SOURCES})
    for name in SOURCES:
        write_files(tmp_path / "zips", {f"{name}.zip": zipped(files[name])})
    # One is a folder that holds its zip.
    write_files(tmp_path / "zips" / "linnaeus", {"corpus.zip": (tmp_path / "zips" / "linnaeus.zip").read_bytes()})
    folders = {name: tmp_path / "zips" / (name if name == "linnaeus" else f"{name}.zip") for name in SOURCES}
    result = medslake.ingest(packed, folders)
    assert not result.failed and not result.changes
    for name in SOURCES:
        assert silver(packed, name) == silver(plain, name) != []
    table = next(name for name in packed.names() if name.startswith("bronze.linnaeus__"))
    assert all(name.startswith("corpus.zip/") for name in packed.arrow.read(table, columns=["_file"])["_file"].to_pylist())
    assert not list(scratch().glob("files-*"))
    monkeypatch.setattr(copies, "_copy", None)
    again = open_lake(str(tmp_path / "packed"))
    assert not medslake.ingest(again, folders).committed and not again.has_spark


def test_a_zip_that_changes_between_two_looks_is_refused(lake: Lake, put: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    row = f"{HEADER}1\tEl gat.\tFAVOR\r\n"
    folder = put({"x.zip": zipped({"spanish_train.csv": row})})
    at_hand = copies._archives

    def changing(*args: Any) -> Any:
        (folder / "x.zip").write_bytes(zipped({"spanish_train.csv": row.replace("gat", "gos")}))
        return at_hand(*args)

    monkeypatch.setattr(copies, "_archives", changing)
    with pytest.raises(InputRefused) as caught:
        medslake.ingest(lake, "catalonia_independence", folder)
    assert (caught.value.rule, caught.value.file) == ("file_changed", "x.zip/spanish_train.csv")
    assert lake.names() == ["ops.runs"]


def test_what_a_release_changes_is_told_before_it_replaces(lake: Lake, put: Callable[..., Path], caplog: pytest.LogCaptureFixture) -> None:
    def tweets(*texts: str) -> str:
        return HEADER + "".join(f"{at}\t{text}\tFAVOR\r\n" for at, text in enumerate(texts))

    old = put({"spanish_train.csv": tweets("a", "b", "c"), "spanish_val.csv": tweets("d"), "spanish_test.csv": tweets("e")})
    new = put({"spanish_train.csv": tweets("a", "B", "c", "f"), "spanish_test.csv": tweets("e"), "catalan_train.csv": tweets("g")})
    medslake.ingest(lake, "catalonia_independence", old)
    table, kind = "bronze.catalonia_independence__tweets", "silver.labelled_texts"
    versions = {name: lake.version(name) for name in (table, kind)}

    class Committed(logging.Handler):
        """What stood when the line was told."""

        def emit(self, record: logging.LogRecord) -> None:
            stood.append((record.getMessage(), {name: lake.version(name) for name in versions}))

    stood: list[tuple[str, dict[str, int]]] = []
    logger, handler = logging.getLogger("medslake.ingest.changes"), Committed()
    logger.addHandler(handler)
    try:
        outlined = medslake.ingest(lake, "catalonia_independence", new, dry_run=True)
        result = medslake.ingest(lake, "catalonia_independence", new)
    finally:
        logger.removeHandler(handler)
    line = (
        f"source catalonia_independence: {table} (5 rows) is to be replaced: of its files 1 came (catalan_train.csv), "
        "1 went (spanish_val.csv), 1 changed (spanish_train.csv)"
    )
    assert stood == [(line, versions)] * 2
    told = result.changes[table]
    assert (told.came, told.went, told.changed) == (["catalan_train.csv"], ["spanish_val.csv"], ["spanish_train.csv"])
    assert (told.rows, told.rows_after) == (5, 6) and outlined.outline["changes"][table]["went"] == ["spanish_val.csv"]
    found = medslake.diff(lake, kind, versions[kind], lake.version(kind))
    one = found.slices["catalonia_independence"]
    assert (one.came, one.went, one.changed, one.same) == (2, 1, 1, 3) and found.columns == {"text": 1}
    by_place = medslake.diff(lake, table, versions[table], lake.version(table))
    assert by_place.key == ("_file", "_row") and (by_place.total.came, by_place.total.went, by_place.total.changed) == (2, 1, 1)
    caplog.clear()
    assert not medslake.ingest(lake, "catalonia_independence", new).changes and not caplog.records


def test_files_whose_rows_were_all_set_aside_and_tables_without_files_are_told_apart(
    tmp_path: Path, put: Callable[..., Path], caplog: pytest.LogCaptureFixture
) -> None:
    natives = [NativeFile(table, (f"{table}*.csv",), "csv", "a INT", required=False, all_globs=True) for table in ("one", "two", "three")]
    source, lake, job = one_table(*natives), open_lake(str(tmp_path / "lake")), CommitInfo("job")
    inventory = take_inventory(source, str(put({"one.csv": "a\n1\n", "one-bad.csv": "a\nx\n", "three.csv": "a\n1\n"})))
    digests = inventory.families[0].digests
    place = {"a": 1, "_source": "probe", "_row": 1, "_access": "public"}
    stood = {"one": ("one.csv", digests["one.csv"]), "two": ("two.csv", "2" * 64)}
    for table, (name, digest) in stood.items():
        spec = bronze_spec("probe", table, "a INT")
        rows = pa.Table.from_pylist([{**place, "_file": name, "_sha256": digest}], schema=spec.arrow_schema())
        lake.arrow.append(spec.name, rows, job, spec=spec)
    schema = lake.spec("ops.quarantine").arrow_schema()
    aside = dict.fromkeys(schema.names, "whole") | {"rules": ["type"], "row": 1}
    aside |= {"table_name": "bronze.probe__one", "file": "one-bad.csv", "sha256": digests["one-bad.csv"]}
    lake.arrow.append("ops.quarantine", pa.Table.from_pylist([aside], schema=schema), job)
    assert changes(lake, source, inventory, {}) == {
        "bronze.probe__one": FileChanges([], [], [], 1),
        "bronze.probe__two": FileChanges((), ["two.csv"], (), 1, gone=True),
    }
    assert [record.getMessage() for record in caplog.records] == [
        "source probe: bronze.probe__one (1 rows) is to be replaced: its files are the same; what lies beside them, the options or the code"
        " are others",
        "source probe: bronze.probe__two (1 rows) stays as it is: none of its files is there",
    ]
    assert set(changes(lake, source, inventory, {"bronze.probe__one": True})) == {"bronze.probe__two"}
