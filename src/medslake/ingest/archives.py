"""Archives among a source's files: their members are read as if each archive had been unpacked where it lies.

What may be a trap is refused by one rule each: names that lead elsewhere, names that are there twice, members that are no files, sizes made
to fill memory or disk, bytes that are damaged.
"""

from __future__ import annotations

import io
import posixpath
import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import IO, Any, ClassVar

from medslake.errors import InputRefused
from medslake.ingest.scan import TIMES, UNPACKED
from medslake.sources import ARCHIVES

__all__ = ["GET_AGAIN", "UNPACK", "Archive", "Checked", "is_archive_name", "is_hidden", "said", "stem_of"]

GET_AGAIN = "Get the archive again from the publisher, or move it out of the folder."
UNPACK = "Unpack it yourself if you trust it, and name that folder."
_DRIVE = re.compile(r"[A-Za-z]:")


def is_archive_name(name: str) -> bool:
    return name.lower().endswith(ARCHIVES)


def stem_of(name: str) -> str:
    """The name of an archive without its ending."""
    ending = max((one for one in ARCHIVES if name.lower().endswith(one)), key=len)
    return name[: -len(ending)]


def is_hidden(name: str) -> bool:
    """Spark takes names that begin with a dot or an underscore for hidden files."""
    return any(part[:1] in (".", "_") for part in name.split("/"))


class Archive(ABC):
    """The members of one archive. name: as the source's folder knows it. uri: what the identity is of. size: bytes of the archive itself.

    kind: begins the rules by which it refuses. damage: what reading a damaged one raises. members: name -> bytes when unpacked.
    """

    kind: ClassVar[str]
    damage: ClassVar[tuple[type[Exception], ...]]

    def __init__(self, source: str, name: str, uri: str, size: int) -> None:
        self.source, self.name, self.uri, self.size = source, name, uri, size
        self.members: Mapping[str, int] = {}
        self._top = False

    @abstractmethod
    def open(self, member: str) -> IO[bytes]:
        """The member's content as a stream that is checked while it is read; raises InputRefused where it may be a trap."""

    @abstractmethod
    def close(self) -> None: ...

    def known_as(self, member: str) -> tuple[str, ...]:
        """Paths below the folder that the member would have after unpacking: beside the archive, and in a folder of the archive's name.

        Where all members lie in one folder, also without that folder.
        """
        above, stem = posixpath.dirname(self.name), stem_of(self.name) if self.name else ""
        inner = [member, member.partition("/")[2]] if self._top and "/" in member else [member]
        found = [posixpath.join(place, one) for one in inner for place in (above, stem)] if self.name else inner
        return tuple(dict.fromkeys(found))

    def refuse_bomb(self, chosen: Iterable[str]) -> None:
        """Raise InputRefused where these members together unpack to more than an archive of this size honestly does."""
        # Members that share their packed bytes are each of an honest size.
        sizes = [self.members[member] for member in chosen]
        if sum(sizes) > max(UNPACKED, TIMES * self.size):
            what = f"{len(sizes)} members of {self.size} bytes unpack to {sum(sizes)}"
            raise self.refused("", "unpacks_too_large", what, UNPACK)

    def refused(self, member: str, rule: str, what: str, hint: str) -> InputRefused:
        place = "/".join(filter(None, (self.name or posixpath.basename(self.uri), _shown(member))))
        return InputRefused(self.source, place, rule, what, hint=hint)

    def corrupt(self, member: str, error: Exception) -> InputRefused:
        what = "the member cannot be unpacked" if member else "it cannot be read"
        return self.refused(member, f"{self.kind}_corrupt", f"{what} ({said(error)})", GET_AGAIN)

    def refuse_size(self, member: str, size: int, packed: int) -> None:
        if size > max(UNPACKED, TIMES * packed):
            raise self.refused(member, "unpacks_too_large", f"{packed} bytes unpack to {size}", UNPACK)

    def refuse_elsewhere(self, names: Iterable[str]) -> None:
        """Raise InputRefused for a name that leads out of the folder, whether it is asked for or not."""
        for name in names:
            if "\\" in name or "\0" in name or name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/"):
                what = f"the name of a member leads out of the {self.kind}'s folder"
                raise self.refused(name, f"{self.kind}_member_name", what, GET_AGAIN)

    def refuse_twice(self, names: Iterable[str]) -> None:
        for name, times in Counter(names).items():
            if times > 1:
                raise self.refused(name, f"{self.kind}_member_twice", "two members have that name", GET_AGAIN)

    def refuse_other(self, member: str, *, link: bool) -> None:
        what = "the member is a link" if link else "the member is no plain file"
        raise self.refused(member, f"{self.kind}_link", what, UNPACK)

    def hold(self, members: Mapping[str, int]) -> None:
        self.members = members
        seen = [member for member in members if not is_hidden(member)]
        self._top = len({member.partition("/")[0] for member in seen}) == 1 and all("/" in member for member in seen)


class Checked(io.RawIOBase):
    """A member's bytes. What breaks while they are read is told as the member's fault."""

    def __init__(self, packed: Archive, member: str, stream: IO[bytes] | io.RawIOBase) -> None:
        self.packed, self.member, self.stream = packed, member, stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self.stream.read(len(buffer)) or b""
        except self.packed.damage as error:
            raise self.packed.corrupt(self.member, error) from None
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self.stream.close()
        super().close()


def said(error: Exception) -> str:
    return "its CRC is another one" if "CRC" in str(error) else "it ends too early" if isinstance(error, EOFError) else type(error).__name__


def _shown(name: str) -> str:
    """A name from an archive, such that it cannot break the sentence."""
    return "".join(sign if sign.isprintable() else "?" for sign in name)[:200]
