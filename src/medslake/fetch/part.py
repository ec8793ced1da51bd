"""What has come of a file so far: `<file>.part`, and `<file>.part.json`, which says of what it is the beginning.

The final name is given to a file that was checked as a whole, and to no other.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from typing import Any

from medslake.errors import UsageError

__all__ = ["Part"]


class Part:
    """The beginning of `final`. url: where it comes from; what came from elsewhere is not gone on with."""

    def __init__(self, final: Path, url: str) -> None:
        self.final, self.url = final, url
        self.path = final.with_name(f"{final.name}.part")
        self._told = final.with_name(f"{final.name}.part.json")

    @property
    def size(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    @contextmanager
    def held(self) -> Iterator[FileIO]:
        """The file, to be written at its end; UsageError where another process writes it."""
        self.final.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab", buffering=0) as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                if error.errno not in (errno.EAGAIN, errno.EACCES):
                    raise
                raise UsageError(f"Another process fetches {self.final}.", hint="Wait for it, or end it.") from None
            yield file

    def note(self, **facts: Any) -> None:
        """Keep what tells a later attempt whether the server still has the same file."""
        self._told.write_text(json.dumps({"url": self.url, **facts}), encoding="utf-8")

    def noted(self) -> dict[str, Any]:
        """What was kept, empty where nothing was or it is about another address."""
        try:
            facts = json.loads(self._told.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return facts if isinstance(facts, dict) and facts.get("url") == self.url else {}

    def write(self, file: FileIO, chunk: bytes) -> None:
        """All of it. An error of the system names the file."""
        rest = memoryview(chunk)
        try:
            while rest:
                rest = rest[file.write(rest) :]
        except OSError as error:
            error.filename = str(self.path)
            raise

    def empty(self, file: FileIO) -> None:
        self._told.unlink(missing_ok=True)
        if self.size:
            file.truncate(0)

    def finish(self, file: FileIO) -> None:
        """Give it the final name, once all of it is on the disk."""
        os.fsync(file.fileno())
        self.path.replace(self.final)
        self._told.unlink(missing_ok=True)

    def lay_aside(self) -> Path:
        """Keep what was refused, under a name that nothing reads; returns it."""
        aside = self.final.with_name(f"{self.final.name}.refused")
        self.path.replace(aside)
        self._told.unlink(missing_ok=True)
        return aside
