"""What docs/differences.md says of a task."""

from __future__ import annotations

from pathlib import Path

__all__ = ["told", "told_of"]

_PAGE = Path(__file__).resolve().parents[1] / "docs/differences.md"


def told(task: str, words: str) -> int:
    """The number of instances in the row of that task whose published rendering holds these words."""
    return _number(_row(task, words)[4])


def told_of(task: str, words: str) -> tuple[int, int]:
    """The same, and out of how many."""
    cells = _row(task, words)
    return _number(cells[4]), _number(cells[5])


def _row(task: str, words: str) -> list[str]:
    for line in _PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) > 5 and task in cells[0].split(", ") and words in cells[1]:
            return cells
    raise AssertionError(f"the page has no row of {task} on {words}")


def _number(cell: str) -> int:
    return int(cell.split()[0].replace(",", ""))
