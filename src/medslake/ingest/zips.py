"""Zips among a source's files: their members are read where they lie, as if each zip had been unpacked there, and nothing is unpacked.

The central directory tells the members. What may be a trap is refused by one rule each: names that lead elsewhere, names that are there
twice, links, encrypted members, methods that cannot be undone, sizes made to fill memory or disk, bytes that are not those of the CRC.
"""

from __future__ import annotations

import io
import posixpath
import re
import stat
import struct
import zipfile
import zlib
from collections import Counter
from typing import IO, TYPE_CHECKING, Any

from medslake.errors import InputRefused
from medslake.ingest.scan import TIMES, UNPACKED

if TYPE_CHECKING:
    from pyarrow.fs import FileSystem

__all__ = ["Zip", "is_hidden", "is_zip_name"]

_DRIVE = re.compile(r"[A-Za-z]:")
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_GET_AGAIN = "Get the zip again from the publisher, or move it out of the folder."
_UNPACK = "Unpack it yourself if you trust it, and name that folder."
#: What reading a damaged zip raises.
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, struct.error)


def is_zip_name(name: str) -> bool:
    return name.lower().endswith(".zip")


def is_hidden(name: str) -> bool:
    """Spark takes names that begin with a dot or an underscore for hidden files."""
    return any(part[:1] in (".", "_") for part in name.split("/"))


class Zip:
    """The members of one zip. name: as the source's folder knows it. uri: what the identity is of. Raises InputRefused, see `scan`."""

    def __init__(self, source: str, name: str, uri: str, filesystem: FileSystem, path: str) -> None:
        self.source, self.name, self.uri = source, name, uri
        self._file: Any = filesystem.open_input_file(path)
        self.size = int(self._file.size())
        try:
            self._zip = zipfile.ZipFile(self._file)
        except (*_DAMAGED, NotImplementedError, UnicodeDecodeError, ValueError) as error:
            self._file.close()
            raise self._refused("", "zip_corrupt", f"its directory cannot be read ({_said(error)})", _GET_AGAIN) from None
        try:
            self.members = self._checked()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._zip.close()
        self._file.close()

    def known_as(self, member: str) -> tuple[str, ...]:
        """Paths below the folder that the member would have after unpacking: beside the zip, and in a folder of the zip's name.

        Where all members lie in one folder, also without that folder.
        """
        above = posixpath.dirname(self.name)
        stem = self.name[: -len(".zip")]
        inner = [member, member.partition("/")[2]] if self._top and "/" in member else [member]
        found = [posixpath.join(place, one) for one in inner for place in (above, stem)] if self.name else inner
        return tuple(dict.fromkeys(found))

    def open(self, member: str) -> IO[bytes]:
        """The member's content as a stream that is checked while it is read: its size and its CRC."""
        info = self.members[member]
        kind = info.external_attr >> 16
        if info.create_system == 3 and stat.S_IFMT(kind) not in (0, stat.S_IFREG):
            what = "the member is a link" if stat.S_ISLNK(kind) else "the member is no plain file"
            raise self._refused(member, "zip_link", what, _UNPACK)
        if info.flag_bits & _ENCRYPTED:
            raise self._refused(member, "zip_encrypted", "the member is encrypted", "Unpack it with its password, and name that folder.")
        self._refuse_size(member, info.file_size, info.compress_size)
        try:
            return io.BufferedReader(_Member(self, member, self._zip.open(info)), 1024 * 1024)
        except NotImplementedError:
            what = f"the member is packed by method {info.compress_type}, which is not known here"
            raise self._refused(member, "zip_method", what, "Unpack it yourself, and name that folder.") from None
        except (*_DAMAGED, ValueError) as error:
            raise self._corrupt(member, error) from None

    def refuse_bomb(self, chosen: list[str]) -> None:
        """Raise InputRefused where these members together unpack to more than a zip of this size honestly does."""
        # Members that share their packed bytes are each of an honest size.
        total = sum(self.members[member].file_size for member in chosen)
        if total > max(UNPACKED, TIMES * self.size):
            what = f"{len(chosen)} members of {self.size} bytes unpack to {total}"
            raise self._refused("", "unpacks_too_large", what, _UNPACK)

    def _checked(self) -> dict[str, zipfile.ZipInfo]:
        members = {}
        names = Counter(info.filename for info in self._zip.infolist())
        for info in self._zip.infolist():
            name = info.orig_filename
            if "\\" in name or "\0" in name or name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/"):
                raise self._refused(name, "zip_member_name", "the name of a member leads out of the zip's folder", _GET_AGAIN)
            if names[info.filename] > 1:
                raise self._refused(name, "zip_member_twice", "two members have that name", _GET_AGAIN)
            if not info.is_dir():
                members[info.filename] = info
        tops = {member.partition("/")[0] for member in members if not is_hidden(member)}
        self._top = len(tops) == 1 and all("/" in member for member in members)
        return members

    def _refuse_size(self, member: str, size: int, packed: int) -> None:
        if size > max(UNPACKED, TIMES * packed):
            raise self._refused(member, "unpacks_too_large", f"{packed} bytes unpack to {size}", _UNPACK)

    def _corrupt(self, member: str, error: Exception) -> InputRefused:
        return self._refused(member, "zip_corrupt", f"the member cannot be unpacked ({_said(error)})", _GET_AGAIN)

    def _refused(self, member: str, rule: str, what: str, hint: str) -> InputRefused:
        return InputRefused(self.source, posixpath.join(self.name or posixpath.basename(self.uri), _shown(member)), rule, what, hint=hint)


class _Member(io.RawIOBase):
    """A member's bytes. What breaks while they are read is told as the member's fault."""

    def __init__(self, packed: Zip, member: str, stream: IO[bytes]) -> None:
        self.packed, self.member, self.stream = packed, member, stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self.stream.read(len(buffer))
        except (*_DAMAGED, ValueError) as error:
            raise self.packed._corrupt(self.member, error) from None
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self.stream.close()
        super().close()


def _said(error: Exception) -> str:
    return "its CRC is another one" if "CRC" in str(error) else "it ends too early" if isinstance(error, EOFError) else type(error).__name__


def _shown(name: str) -> str:
    """A name from a zip, such that it cannot break the sentence."""
    return "".join(sign if sign.isprintable() else "?" for sign in name)[:200]
