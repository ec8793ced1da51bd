"""Tars: what gzip packed is unpacked once, to a file without a name that goes when it is closed, and members are read from there.

Gzip has no way to begin in the middle: read member by member, an archive would be unpacked as often as it has members.
"""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import tempfile
import zlib
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Any

from medslake.ingest.archives import GET_AGAIN, UNPACK, Archive, Checked
from medslake.ingest.scan import TIMES, UNPACKED

if TYPE_CHECKING:
    from pyarrow.fs import FileSystem

__all__ = ["Tar"]

_CHUNK = 4 * 1024 * 1024
_BLOCK = 512
#: A header of more bytes than this is made to fill memory.
_LONGEST_HEADER = 1024 * 1024


class Tar(Archive):
    """Raises InputRefused for one that is damaged or unpacks to too much, and for names that may be a trap."""

    kind = "tar"
    damage = (tarfile.TarError, zlib.error, EOFError, gzip.BadGzipFile, ValueError)

    def __init__(self, source: str, name: str, uri: str, filesystem: FileSystem, path: str) -> None:
        packed: Any = filesystem.open_input_file(path)
        super().__init__(source, name, uri, int(packed.size()))
        self._file = packed
        try:
            if not path.lower().endswith(".tar"):
                self._file = self._unpacked(packed)
            self._infos = self._listed()
            self.hold({name: info.size for name, info in self._infos.items()})
        except UnicodeDecodeError:
            self.close()
            raise self.refused("", "tar_member_name", "the name of a member is not UTF-8", GET_AGAIN) from None
        except self.damage as error:
            self.close()
            raise self.corrupt("", error) from None
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._file.close()

    def open(self, member: str) -> IO[bytes]:
        info = self._infos[member]
        if not info.isreg() or info.issparse():
            self.refuse_other(member, link=info.issym() or info.islnk())
        return io.BufferedReader(Checked(self, member, _Slice(self._read_at, info.offset_data, info.size)), 1024 * 1024)

    def _unpacked(self, packed: Any) -> IO[bytes]:
        plain = tempfile.TemporaryFile(prefix="medslake-tar-")  # noqa: SIM115
        try:
            most = max(UNPACKED, TIMES * self.size)
            with packed, gzip.GzipFile(fileobj=packed) as stream:
                while chunk := stream.read(_CHUNK):
                    plain.write(chunk)
                    if plain.tell() > most:
                        raise self.refused("", "unpacks_too_large", f"{self.size} bytes unpack to more than {most}", UNPACK)
            plain.flush()
        except BaseException:
            plain.close()
            raise
        return plain

    def _listed(self) -> dict[str, tarfile.TarInfo]:
        self._file.seek(0)
        with tarfile.open(fileobj=_Headers(self._file), mode="r:", encoding="utf-8", errors="strict") as tar:  # type: ignore[call-overload]
            infos = tar.getmembers()
            end = tar.offset
        # The library takes what it cannot read for the end.
        if self._read_at(end, _BLOCK) != bytes(_BLOCK):
            raise EOFError
        whole = self._file.seek(0, os.SEEK_END)
        if any(info.size < 0 or (info.isreg() and info.offset_data + info.size > whole) for info in infos):
            raise EOFError
        self.refuse_elsewhere(info.name for info in infos)
        files = [(info.name.removeprefix("./"), info) for info in infos if not info.isdir()]
        self.refuse_twice(name for name, _ in files)
        return dict(files)

    def _read_at(self, offset: int, size: int) -> bytes:
        """Whatever others read meanwhile."""
        if isinstance(self._file, io.BufferedRandom):
            return os.pread(self._file.fileno(), size, offset)
        return bytes(self._file.read_at(size, offset))


class _Headers:
    """What the library reads of a tar to list it: headers, the longest of which names one member."""

    def __init__(self, file: Any) -> None:
        self._file, self.seek, self.tell = file, file.seek, file.tell

    def read(self, size: int) -> bytes:
        if size > _LONGEST_HEADER:
            raise tarfile.ReadError("a header is too long")
        return bytes(self._file.read(size))


class _Slice(io.RawIOBase):
    """Bytes of a file from `at` on, `left` of them."""

    def __init__(self, read_at: Callable[[int, int], bytes], at: int, left: int) -> None:
        self.read_at, self.at, self.left = read_at, at, left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self.read_at(self.at, min(len(buffer), self.left)) if self.left else b""
        if self.left and not data:
            raise EOFError
        buffer[: len(data)] = data
        self.at, self.left = self.at + len(data), self.left - len(data)
        return len(data)
