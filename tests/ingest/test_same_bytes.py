"""What is used is what was checked: a file that is replaced, grown, cut or deleted on the way is refused, whatever reads it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from format_sources import write_plugin
from medslake import registry
from medslake.formats import REFUSED, Delivered
from medslake.identity import GONE, identity_of
from medslake.ingest import bronze
from medslake.ingest.ingest import ingest
from medslake.ingest.inventory import Family
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
EVERY = [(change, moment) for change in CHANGES for moment in MOMENTS]


@pytest.fixture(scope="module")
def every_format(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A source for every format that there is."""
    plugins = tmp_path_factory.mktemp("plugins")
    write_plugin(plugins)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("MEDSLAKE_PLUGINS", str(plugins))
        registry._load.cache_clear()
        yield
    registry._load.cache_clear()


@pytest.fixture(scope="module")
def content(every_format: None) -> dict[str, dict[str, bytes]]:
    """Format to the files of its example, written once: a workbook bears its time."""
    return {name: dict(registry.get("format", name).example.files()) for name in registry.names("format")}


def _delivered(folder: Path, content: dict[str, dict[str, bytes]]) -> tuple[dict[str, str], dict[str, Path]]:
    """Source to folder, and format to the file that is to change."""
    for name, files in content.items():
        (folder / name).mkdir(parents=True)
        for file, told in files.items():
            (folder / name / file).write_bytes(told)
    files = {name: folder / name / registry.get("format", name).example.file for name in content}
    return {f"of_{name}": str(folder / name) for name in content}, files


def _rows(lake: Lake, names: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    return {name: sorted(lake.arrow.read(f"bronze.of_{name}__example").to_pylist(), key=lambda row: row["_row"]) for name in names}


@pytest.fixture(scope="module")
def fresh(
    content: dict[str, dict[str, bytes]], spark: SparkSession, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[dict[str, Any]]]:
    """Rows of every format in a lake whose files nobody touched."""
    folder = tmp_path_factory.mktemp("fresh")
    lake = open_lake(str(folder / "lake"), spark=spark)
    assert "failed" not in ingest(lake, _delivered(folder / "files", content)[0])
    return _rows(lake, content)


def _refused(lake: Lake, folders: dict[str, str], files: dict[str, Path], change: str, moment: str, patched: pytest.MonkeyPatch) -> None:
    """All formats in one run, each of whose files changes at this moment: each is refused, and nothing of it stands."""
    place, attribute = (bronze, "read_records") if moment == MOMENTS[0] else (Family, "refuse_changed")
    before = getattr(place, attribute)
    changed: set[str] = set()

    def meanwhile(*given: Any) -> Any:
        # The format of a reading, and the family that is looked at once more.
        name = given[1].name if moment == MOMENTS[0] else given[0].form.name
        if name not in changed:
            CHANGES[change](files[name])
        changed.add(name)
        return before(*given)

    patched.setattr(place, attribute, meanwhile)
    failed = ingest(lake, folders)["failed"]
    assert changed == set(files)
    assert {source: told for source, told in failed.items() if "(rule file_changed)" not in told or "\n" in told} == {}, (change, moment)
    assert set(failed) == set(folders)
    assert [table for table in lake.names() if not table.startswith("ops.")] == []


@pytest.mark.parametrize(
    "changes", [EVERY[2:3], pytest.param(EVERY, marks=[pytest.mark.long, pytest.mark.timeout(2700)])], ids=["one", "every"]
)
def test_files_that_change_on_the_way(
    changes: list[tuple[str, str]],
    content: dict[str, dict[str, bytes]],
    fresh: dict[str, list[dict[str, Any]]],
    lake: Lake,
    tmp_path: Path,
) -> None:
    folders, files = _delivered(tmp_path / "files", content)
    for change, moment in changes:
        with pytest.MonkeyPatch.context() as patched:
            _refused(lake, folders, files, change, moment, patched)
        for name, path in files.items():
            path.write_bytes(content[name][path.name])
    # The next ingest is that of a fresh lake.
    assert "failed" not in ingest(lake, folders)
    assert _rows(lake, content) == fresh
    assert all(fresh.values())


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
