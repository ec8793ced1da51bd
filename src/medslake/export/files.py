"""Files that are there whole or not at all, and what they are without."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

__all__ = ["by_class", "replaced", "write_json_lines", "write_text"]


@contextmanager
def replaced(target: Path) -> Iterator[Path]:
    """A path to write to; the file takes the place of an older one in one step when the block ends without an error."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        yield part
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def by_class(rows: Mapping[str, int]) -> str:
    """Rows by access class, in words."""
    return ", ".join(f"{count:,} of class {access}" for access, count in sorted(rows.items()))


def write_text(target: Path, text: str) -> Path:
    with replaced(target) as part:
        part.write_text(text, encoding="utf-8")
    return target


def write_json_lines(target: Path, rows: Iterable[dict[str, Any]]) -> Path:
    with replaced(target) as part, part.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return target
