"""The open files of a twin: payloads in order to plain files, compressed ones, members of a zip, and folders."""

from __future__ import annotations

import gzip
import shutil
import zipfile
from collections.abc import Iterable
from io import FileIO
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from medslake.errors import UsageError
from medslake.synth.base import Part
from medslake.synth.writers.base import FilesWriter, RowsWriter, Sink, TextWriter, Writer
from medslake.synth.writers.tables import EPOCH

__all__ = ["Outputs", "containers", "packed", "placed"]

_IN_ZIP = ".zip/"
_LEVEL = 1


def containers(part: Part) -> set[str]:
    """The files and folders below the source's that a part writes to; a zip for its members."""
    return {_split(path)[0] for path, _ in part.outputs.values()}


def packed(data: bytes) -> bytes:
    """A member of a gzip file: fast rather than small."""
    return gzip.compress(data, _LEVEL, mtime=0)


def placed(home: Path, path: str) -> Path:
    """Where a path below the folder lies. Raises UsageError for one that leaves it."""
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts or "\\" in path:
        raise UsageError(f"The synthetic file {path!r} leaves the folder.")
    return home / pure


def _split(path: str) -> tuple[str, str | None]:
    """The container, and the name in it where it is a zip."""
    head, found, member = path.partition(_IN_ZIP)
    return (f"{head}{_IN_ZIP[:-1]}", member) if found else (path, None)


class _Text:
    def __init__(self, out: BinaryIO, writer: TextWriter, compressed: bool) -> None:
        self.out, self.writer, self.compressed, self.begun = out, writer, compressed, False
        self._put(writer.header, always=True)

    def _put(self, text: str, *, always: bool = False) -> None:
        data = text.encode(self.writer.encoding)
        if data or (always and self.compressed):
            # A member of its own; a file of none is no gzip file.
            self.out.write(packed(data) if self.compressed else data)

    def write(self, payload: bytes) -> None:
        if payload:
            if self.begun:
                self._put(self.writer.separator)
            self.begun = True
            self.out.write(payload)

    def close(self) -> None:
        self._put(self.writer.footer)


class _Zip:
    """Members that are written at once, and those that are gathered beside it first."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.file = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)

    def add(self, name: str, content: bytes) -> None:
        self.file.writestr(self._about(name), content, zipfile.ZIP_DEFLATED, _LEVEL)

    def take(self, name: str, gathered: Path) -> None:
        with gathered.open("rb") as source, self.file.open(self._about(name), "w", force_zip64=True) as member:
            shutil.copyfileobj(source, member, 1 << 20)
        gathered.unlink()

    @staticmethod
    def _about(name: str) -> zipfile.ZipInfo:
        about = zipfile.ZipInfo(name, EPOCH)
        about.compress_type = zipfile.ZIP_DEFLATED
        return about


class Outputs:
    """The files of some parts of a twin, open until `close`."""

    def __init__(self, home: Path, parts: Iterable[tuple[int, Part]]) -> None:
        self.home = home
        self.zips: dict[str, _Zip] = {}
        self.sinks: dict[tuple[int, str], tuple[Sink, BinaryIO, str, Path]] = {}
        self.folders: dict[tuple[int, str], str] = {}
        self.bytes: dict[str, int] = {}
        self.known: set[str] = set()
        for place, part in parts:
            for name, (path, writer) in part.outputs.items():
                self._open((place, name), path, writer)

    def _open(self, key: tuple[int, str], path: str, writer: Writer) -> None:
        container, member = _split(path)
        if member is not None and container not in self.zips:
            self.zips[container] = _Zip(placed(self.home, container))
        if isinstance(writer, FilesWriter):
            self.folders[key] = path
            self.bytes.setdefault(path or "./", 0)
            return
        file = placed(self.home, path if member is None else f"{container}.{len(self.sinks)}.member")
        file.parent.mkdir(parents=True, exist_ok=True)
        out = file.open("wb")
        sink: Sink = writer.opened(out) if isinstance(writer, RowsWriter) else _Text(out, writer, path.endswith(".gz"))
        self.sinks[key] = (sink, out, path, file)

    def write(self, part: int, output: str, payload: Any) -> None:
        if (part, output) in self.sinks:
            self.sinks[part, output][0].write(payload)
            return
        folder = self.folders[part, output]
        container, member = _split(folder)
        for name, content in payload:
            if member is not None:
                self.zips[container].add(f"{member}{name}", content)
            else:
                with FileIO(self._place(f"{folder}{name}"), "w") as file:
                    file.write(content)
            self.bytes[folder or "./"] += len(content)

    def _place(self, path: str) -> str:
        """Where one of many files lies; its folder is made, and looked at, once."""
        parent, _, name = path.rpartition("/")
        if parent not in self.known or ".." in name or "\\" in name:
            placed(self.home, path).parent.mkdir(parents=True, exist_ok=True)
            self.known.add(parent)
        return f"{self.home}/{path}"

    def close(self) -> dict[str, int]:
        """Path, as declared -> bytes, before a zip packs them."""
        for sink, out, path, file in self.sinks.values():
            sink.close()
            out.close()
            self.bytes[path] = file.stat().st_size
            container, member = _split(path)
            if member is not None:
                self.zips[container].take(member, file)
        for one in self.zips.values():
            one.file.close()
        return self.bytes
