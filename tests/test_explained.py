"""What other libraries raise becomes one sentence with the thing and the next step; each error here is raised by the library itself."""

from __future__ import annotations

import errno
import gzip
import os
import urllib.request
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import deltalake
import pyarrow.parquet as pq
import pytest

from medslake.errors import InputRefused, MedslakeError, UsageError
from medslake.explained import causes, explained

SECRET = "Anna Ziegler"


def _broken_log(folder: Path) -> None:
    (folder / "_delta_log").mkdir()
    (folder / "_delta_log" / f"{0:020}.json").write_text(f'{{"add": "{SECRET}')
    deltalake.DeltaTable(folder)


def _cut_parquet(folder: Path) -> None:
    (folder / "a.parquet").write_text(f"PAR1 {SECRET}")
    pq.read_table(folder / "a.parquet")


def _no_zip(folder: Path) -> None:
    (folder / "a.zip").write_text(SECRET)
    zipfile.ZipFile(folder / "a.zip")


def _no_gzip(folder: Path) -> None:
    (folder / "a.gz").write_text(SECRET)
    with gzip.open(folder / "a.gz") as file:
        file.read()


def _no_deflate(folder: Path) -> None:
    zlib.decompress(SECRET.encode())


def _file_for_folder(folder: Path) -> None:
    (folder / "file").write_text("x")
    (folder / "file" / "below").mkdir()


def _exists(folder: Path) -> None:
    (folder / "file").write_text("x")
    (folder / "file").mkdir()


def _too_long(folder: Path) -> None:
    (folder / ("x" * 300)).write_text("x")


def _no_file(folder: Path) -> None:
    (folder / "nothing.csv").read_text()


def _a_folder(folder: Path) -> None:
    folder.read_text()


def _no_service(folder: Path) -> None:
    urllib.request.urlopen("http://127.0.0.1:9/v1", timeout=5)


def _name_without_text(folder: Path) -> None:
    os.fsdecode(b"caf\xe9.csv").encode()


def _full(folder: Path) -> None:
    Path("/dev/full").write_text("x" * 100_000)


def _damaged_weights(folder: Path) -> None:
    from safetensors import safe_open

    (folder / "model.safetensors").write_text(SECRET * 10)
    safe_open(str(folder / "model.safetensors"), "numpy")


@pytest.mark.parametrize(
    ("fail", "told"),
    [
        (_broken_log, "log of a table"),
        (_cut_parquet, "Parquet file"),
        (_no_zip, "packed file"),
        (_no_gzip, "packed file"),
        (_no_deflate, "packed file"),
        (_file_for_folder, "through a file"),
        (_exists, "exists and is no folder"),
        (_too_long, "longer than the system allows"),
        (_no_file, "nothing.csv is not there"),
        (_a_folder, "is a folder, and a file is needed"),
        (_no_service, "service"),
        (_name_without_text, "not UTF-8"),
        (_full, "disk is full"),
        (_damaged_weights, "weights"),
    ],
)
def test_what_libraries_raise_is_a_sentence(fail: Callable[[Path], None], told: str, tmp_path: Path) -> None:
    with pytest.raises(Exception) as caught:
        fail(tmp_path)
    found = explained(caught.value)
    assert found is not None, f"{type(caught.value).__mro__}: {caught.value}"
    assert told in str(found) and found.hint and found.exit_code == 2
    assert SECRET not in str(found)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EMFILE, errno.ENOMEM, errno.EIO, errno.ECONNREFUSED])
def test_errors_of_the_system_name_the_path(number: int) -> None:
    error = OSError(number, os.strerror(number), "/somewhere/file.csv")
    found = explained(error)
    assert isinstance(found, UsageError) and found.hint
    if number not in (errno.EMFILE, errno.ENOMEM, errno.ECONNREFUSED):
        assert "/somewhere/file.csv" in str(found)


def test_ours_comes_through_what_wraps_it() -> None:
    refused = InputRefused("made", "a.csv", "no_records", "the file holds no records")
    try:
        try:
            raise refused
        except MedslakeError as error:
            raise RuntimeError("task failed") from error
    except RuntimeError as error:
        assert explained(error) is refused


def test_what_wrappers_of_ray_and_torch_keep_is_found() -> None:
    from ray.exceptions import RayTaskError
    from torch.distributed.checkpoint import CheckpointException

    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/somewhere/shard")
    of_ranks = CheckpointException("save", {1: (full, None)})  # type: ignore[dict-item]
    task = RayTaskError("work", "", of_ranks)
    assert list(causes(task)) == [task, of_ranks, full]
    assert "disk is full" in str(explained(task))


def test_a_plug_in_is_named_by_file_and_line_without_its_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from medslake import registry

    (tmp_path / "sources").mkdir()
    file = tmp_path / "sources" / "ward.py"
    file.write_text(f"def fails(row):\n    raise ValueError(row)\n\n\nSOURCE = fails\nWORDS = {SECRET!r}\n")
    monkeypatch.setenv("MEDSLAKE_PLUGINS", str(tmp_path))
    registry.broken("source")
    import medslake_plugins.sources.ward as ward  # type: ignore[import-not-found]

    with pytest.raises(ValueError, match="Ziegler") as caught:
        ward.fails(SECRET)
    found = explained(caught.value)
    assert found is not None and f"{file}, line 2" in str(found) and "ValueError" in str(found) and SECRET not in str(found)


def test_what_nobody_can_explain_is_ours() -> None:
    assert explained(AssertionError("x")) is None
    assert explained(KeyError("x")) is None
