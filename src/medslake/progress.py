"""Progress of long work: library code calls back, the CLI draws."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["Progress", "quiet"]

#: (stage, done, total or None when unknown)
Progress = Callable[[str, int, int | None], None]


def quiet(stage: str, done: int, total: int | None) -> None:
    """Report to nobody."""
