"""Where tables lie: the one place that knows about paths and URIs.

A root is a local folder or a URI (`s3://...`, `gs://...`, `hdfs://...`). Only local folders were run; the others go through pyarrow's file
systems by the same calls, where a rename is a copy.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import socket
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from medslake.errors import UnknownName, UsageError
from medslake.stores import store_of

if TYPE_CHECKING:
    from pyarrow.fs import FileSystem

__all__ = ["Place", "escape_partition"]

_NAME = re.compile(r"[A-Za-z]\w*\.\w+")
_ESCAPED = re.compile(r"[\x00-\x1f\x7f\"#%'*/:=?\\{}\[\]^]")
_ODD = re.compile(r"%[0-9A-Fa-f]{2}|\\")
_STAGE = "_stage-"
_STALE_SECONDS = 7 * 24 * 3600


@dataclass(frozen=True)
class Place:
    """A lake's root. `uri` as the user gave it."""

    uri: str

    @cached_property
    def base(self) -> str:
        """The root as delta-rs takes it: an absolute local path, or the URI."""
        if self.is_local:
            return str(Path(self.uri.removeprefix("file://")).expanduser().absolute())
        return self.uri.rstrip("/")

    @property
    def is_local(self) -> bool:
        return "://" not in self.uri or self.uri.startswith("file://")

    @cached_property
    def _filesystem(self) -> tuple[FileSystem, str]:
        from pyarrow.fs import LocalFileSystem

        if self.is_local:
            return LocalFileSystem(), self.base
        return store_of(self.base)

    @property
    def filesystem(self) -> FileSystem:
        return self._filesystem[0]

    def table(self, name: str, *, new: bool = False) -> str:
        """Path or URI of a table for delta-rs; raises UsageError for what is no `layer.table`. new: it is about to be made."""
        path = f"{self.base}/{_relative(name)}"
        return self._shadow(path, new) if self.has_odd_path else path

    @property
    def has_odd_path(self) -> bool:
        """Whether delta-rs would look elsewhere: it decodes `%20` in a local path twice, and takes a backslash for a slash."""
        return self.is_local and _ODD.search(self.base) is not None

    def _shadow(self, path: str, new: bool) -> str:
        """A folder with a plain name, in which nothing lies but a link to the table's log."""
        shadow = Path(tempfile.gettempdir(), f"medslake-logs-{os.getuid()}", hashlib.sha256(path.encode()).hexdigest()[:32])
        shadow.mkdir(mode=0o700, parents=True, exist_ok=True)
        log, link = Path(path, "_delta_log"), shadow / "_delta_log"
        if new:
            log.mkdir(parents=True, exist_ok=True)
        if log.is_dir() and not link.is_symlink():
            with contextlib.suppress(FileExistsError):
                link.symlink_to(log, target_is_directory=True)
        return str(shadow)

    def file(self, name: str, relative: str) -> str:
        """Path of a table's file inside `filesystem`."""
        return f"{self._filesystem[1]}/{_relative(name)}/{relative}"

    def folder(self, name: str) -> str:
        """Path inside `filesystem` of a folder beside the layers, such as `_quality`."""
        return f"{self._filesystem[1]}/{name}"

    def spark(self, name: str, relative: str = "") -> str:
        """The same as Hadoop takes it (raw, not percent-encoded)."""
        full = f"{self.base}/{_relative(name)}" + (f"/{relative}" if relative else "")
        return f"file://{full}" if self.is_local else full

    def prepare(self) -> None:
        """Make a local root for its owner alone; what lies below is out of reach of others too. One that is there stays as it is."""
        if self.is_local:
            root = Path(self.base)
            root.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileExistsError):
                root.mkdir(mode=0o700)

    @property
    def open_to_others(self) -> bool:
        """Whether other users of this machine may read what lies here."""
        return self.is_local and Path(self.base).is_dir() and bool(Path(self.base).stat().st_mode & 0o077)

    def names(self) -> list[str]:
        """Tables below the root, sorted."""
        return sorted(self._names())

    def is_lake(self) -> bool:
        """Whether a table lies here."""
        return next(self._names(), None) is not None

    def _names(self) -> Iterator[str]:
        from pyarrow.fs import FileSelector, FileType

        filesystem, top = self._filesystem
        for layer in filesystem.get_file_info(FileSelector(top, allow_not_found=True)):
            if layer.type != FileType.Directory or layer.base_name.startswith(("_", ".")):
                continue
            for table in filesystem.get_file_info(FileSelector(layer.path)):
                name = f"{layer.base_name}.{table.base_name}"
                if table.type == FileType.Directory and _NAME.fullmatch(name) and self.has_log(name):
                    yield name

    def has_log(self, name: str) -> bool:
        """Whether a Delta table lies there. Two names tell of nearly all; delta-rs, which goes through the whole log, of the others."""
        from deltalake import DeltaTable
        from pyarrow.fs import FileType

        signs = [self.file(name, f"_delta_log/{sign}") for sign in ("_last_checkpoint", f"{0:020}.json")]
        if any(found.type == FileType.File for found in self.filesystem.get_file_info(signs)):
            return True
        return bool(DeltaTable.is_deltatable(self.table(name)))

    def known(self, name: str) -> UnknownName:
        """The error for a table that is not there."""
        return UnknownName("table in this lake", name, self.names())

    def new_stage(self, name: str) -> str:
        """Name of a new staging folder below the table; it tells who writes there. `_` keeps every reader out."""
        return f"{_STAGE}{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex}"

    def publish(self, name: str, stage: str) -> list[str]:
        """Move a stage's Parquet files to their final (Hive) places and drop the stage; returns their relative paths, sorted.

        Names are unique, and no reader sees a file before the log names it.
        """
        from pyarrow.fs import FileSelector, FileType

        top = self.file(name, stage)
        moved = []
        for info in self.filesystem.get_file_info(FileSelector(top, recursive=True, allow_not_found=True)):
            if info.type != FileType.File or not info.base_name.endswith(".parquet") or info.base_name.startswith(("_", ".")):
                continue
            relative = info.path[len(top) + 1 :]
            target = self.file(name, relative)
            self.filesystem.create_dir(target.rsplit("/", 1)[0], recursive=True)
            self.filesystem.move(info.path, target)
            moved.append(relative)
        self.drop(name, stage)
        return sorted(moved)

    def drop(self, name: str, relative: str) -> None:
        """Delete a stage or an unpublished file, if it is there."""
        from pyarrow.fs import FileType

        path = self.file(name, relative)
        kind = self.filesystem.get_file_info(path).type
        if kind == FileType.Directory:
            self.filesystem.delete_dir(path)
        elif kind == FileType.File:
            self.filesystem.delete_file(path)

    def clean_stages(self, name: str) -> list[str]:
        """Delete staging folders of writers that are dead (this host) or a week old; returns their names."""
        from pyarrow.fs import FileSelector, FileType

        top = self.file(name, "")[:-1]
        dropped = []
        for info in self.filesystem.get_file_info(FileSelector(top, allow_not_found=True)):
            if info.type == FileType.Directory and info.base_name.startswith(_STAGE) and _is_stale(info.base_name, info.mtime_ns):
                if self.is_local:
                    # Another writer may clean at the same time.
                    shutil.rmtree(info.path, ignore_errors=True)
                else:
                    self.drop(name, info.base_name)
                dropped.append(info.base_name)
        return dropped


def escape_partition(value: str | None) -> str:
    """A partition value as Spark spells it in a folder name."""
    if value is None or value == "":
        return "__HIVE_DEFAULT_PARTITION__"
    return _ESCAPED.sub(lambda m: f"%{ord(m.group(0)):02X}", value)


def _relative(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} is not a table name; tables are named layer.table, such as gold.instructions.")
    return name.replace(".", "/")


def _is_stale(stage: str, mtime_ns: int | None) -> bool:
    host, pid, _ = stage.removeprefix(_STAGE).rsplit("-", 2)
    if host == socket.gethostname() and pid.isdigit() and not alive(int(pid)):
        return True
    return mtime_ns is not None and time.time() - mtime_ns / 1e9 > _STALE_SECONDS


def alive(pid: int) -> bool:
    """Whether this host runs such a process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
