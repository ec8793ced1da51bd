"""A native file as a stream whose digest is taken of the bytes that were read."""

from __future__ import annotations

import gzip
import hashlib
import io
from typing import IO, Any

from medslake.stores import place_of

__all__ = ["Hashed", "content", "opened"]

_CHUNK = 4 * 1024 * 1024


class Hashed(io.RawIOBase):
    """Bytes of a file as delivered. A reader that jumps has its file read once more, through the same open file, for the digest."""

    def __init__(self, uri: str) -> None:
        filesystem, path = place_of(uri)
        self.file: Any = filesystem.open_input_file(path)
        self.digest, self.jumped = hashlib.sha256(), False

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return int(self.file.tell())

    def size(self) -> int:
        return int(self.file.size())

    def seek(self, offset: int, whence: int = 0) -> int:
        before = self.file.tell()
        self.file.seek(offset, whence)
        self.jumped = self.jumped or self.file.tell() != before
        return self.tell()

    def read(self, size: int = -1) -> bytes:
        data: bytes = self.file.read() if size is None or size < 0 else self.file.read(size)
        if not self.jumped:
            self.digest.update(data)
        return data

    def readinto(self, buffer: Any) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def sha256(self) -> str:
        """Of the whole file; what the reader left is read now."""
        if self.jumped:
            self.digest = hashlib.sha256()
            self.file.seek(0)
        while data := self.file.read(_CHUNK):
            self.digest.update(data)
        return self.digest.hexdigest()

    def close(self) -> None:
        if not self.closed:
            self.file.close()
        super().close()


def opened(raw: Hashed, name: str) -> IO[bytes]:
    """The content of the file, gunzipped by its name: a binary stream as `open(path, "rb")` gives it."""
    return gzip.open(raw) if name.endswith(".gz") else io.BufferedReader(raw, _CHUNK)  # type: ignore[return-value]


def content(uri: str, sha256: str) -> bytes | None:
    """The content of a small file; None where its digest is another one."""
    with Hashed(uri) as raw:
        stream = opened(raw, uri)
        data = stream.read()
        return data if raw.sha256() == sha256 else None
