"""Logs of a run as JSON lines: one per optimiser step, one per evaluation."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

__all__ = ["StepLog"]

#: Bytes from the end of a log in which its last line is looked for; a line takes about a thousand.
_TAIL = 1 << 16


class StepLog:
    """One JSON line per `step`. After a restart the lines from `start` on are dropped: those steps run again."""

    def __init__(self, path: Path, start: int) -> None:
        kept = [line for line in self.read(path) if line["step"] < start]
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_text("".join(json.dumps(line) + "\n" for line in kept))
        fresh.replace(path)
        self._file = path.open("a", buffering=1)

    def write(self, line: dict[str, Any]) -> None:
        self._file.write(json.dumps(line) + "\n")

    def close(self) -> None:
        self._file.close()

    @staticmethod
    def read(path: Path) -> list[dict[str, Any]]:
        """All whole lines; a last line cut off by a crash is passed over."""
        text = path.read_text() if path.exists() else ""
        return [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]

    @staticmethod
    def last(path: Path) -> dict[str, Any] | None:
        """The last whole line, None where there is none. However long the log is, only its end is read."""
        if not path.exists():
            return None
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
            tail = file.read()
        lines = tail[: tail.rfind(b"\n") + 1].splitlines()
        line: dict[str, Any] | None = json.loads(lines[-1]) if lines else None
        return line
