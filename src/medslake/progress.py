"""Progress of long work: library code calls back, the CLI draws."""

from __future__ import annotations

import sys
from collections.abc import Callable

__all__ = ["Progress", "quiet", "stderr_lines"]

#: (stage, done, total or None when unknown)
Progress = Callable[[str, int, int | None], None]


def quiet(stage: str, done: int, total: int | None) -> None:
    """Report to nobody."""


def stderr_lines(stage: str, done: int, total: int | None) -> None:
    """Report each call as a line on stderr, for the logs of a scheduler."""
    sys.stderr.write(f"{stage}: {done}/{total if total is not None else '?'}\n")
    sys.stderr.flush()
