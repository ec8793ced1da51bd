"""What is used is what was checked: a file that is replaced, grown, cut or deleted on the way is refused, whatever reads it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from format_sources import write_plugin
from medslake import registry
from medslake.errors import InputRefused
from medslake.formats import REFUSED, Delivered
from medslake.ingest import bronze
from medslake.ingest.identity import GONE, identity_of
from medslake.ingest.ingest import ingest
from medslake.ingest.reading import read_records
from medslake.lake import open_lake

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from medslake.lake import Lake


def _replaced(path: Path) -> None:
    """The file of before comes back later, under another inode."""
    other = path.with_suffix(".new")
    other.write_bytes(path.read_bytes())
    os.utime(other, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    other.replace(path)


CHANGES: dict[str, Callable[[Path], Any]] = {
    "replace": _replaced,
    "grow": lambda path: path.write_bytes(path.read_bytes() + b"\n"),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "delete": Path.unlink,
}
MOMENTS = ("before it is read", "before it is committed")
EVERY = [(name, change, moment) for name in registry.names("format") for change in CHANGES for moment in MOMENTS]
#: Read by the JVM, by Python in one go, and by Python as it likes.
SOME = {("csv", "delete", MOMENTS[0]), ("jsonl", "replace", MOMENTS[0]), ("json_array", "cut", MOMENTS[0]), ("parquet", "grow", MOMENTS[1])}
SOME |= set(Random(10).sample(EVERY, 3))


@pytest.fixture
def every_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    write_plugin(tmp_path / "plugins")
    monkeypatch.setenv("MEDSLAKE_PLUGINS", str(tmp_path / "plugins"))
    yield
    registry._load.cache_clear()


def _rows(lake: Lake, name: str) -> list[dict[str, Any]]:
    return sorted(lake.arrow.read(f"bronze.of_{name}__example").to_pylist(), key=lambda row: row["_row"])


@pytest.mark.parametrize(
    ("name", "change", "moment"), [pytest.param(*one, marks=[] if one in SOME else [pytest.mark.long]) for one in EVERY]
)
def test_a_file_that_changes_on_the_way(
    name: str,
    change: str,
    moment: str,
    every_format: None,
    lake: Lake,
    spark: SparkSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    example = registry.get("format", name).example
    folder = tmp_path / "files"
    folder.mkdir()
    for file, content in example.files().items():
        (folder / file).write_bytes(content)
    path = folder / example.file
    whole = path.read_bytes()
    place, attribute = (bronze, "read_records") if moment == MOMENTS[0] else (bronze._Table, "_judge")
    before = getattr(place, attribute)

    def meanwhile(*given: Any) -> Any:
        CHANGES[change](path)
        return before(*given)

    with monkeypatch.context() as patched:
        patched.setattr(place, attribute, meanwhile)
        with pytest.raises(InputRefused) as caught:
            ingest(lake, {f"of_{name}": str(folder)})
    assert caught.value.rule == "file_changed"
    assert "\n" not in str(caught.value)
    assert [table for table in lake.names() if not table.startswith("ops.")] == []
    path.write_bytes(whole)
    fresh = open_lake(str(tmp_path / "fresh"), spark=spark)
    for one in (lake, fresh):
        ingest(one, {f"of_{name}": str(folder)})
    assert _rows(lake, name) == _rows(fresh, name) != []


@pytest.mark.parametrize("name", ["json_array", "parquet"])
def test_a_parser_reads_the_bytes_of_the_digest(name: str, spark: SparkSession, tmp_path: Path) -> None:
    """Whatever the file's times say."""
    form = registry.get("format", name)
    path = tmp_path / form.example.file
    path.write_bytes(form.example.files()[form.example.file])
    rows = read_records(spark, form, form.example.native(name), [Delivered(path.name, str(path), path.stat().st_size, "0" * 64)]).collect()
    assert [row["_error"] for row in rows if row["_error"]] == [f"{REFUSED}file_changed: the file changed while it was read"]


def test_identity(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    assert identity_of(str(path)) == GONE
    path.write_text("one")
    first = identity_of(str(path))
    assert identity_of(str(path)) == identity_of(path.as_uri()) == first
    for change in CHANGES.values():
        change(path)
        assert identity_of(str(path)) != first
        first = identity_of(str(path))
