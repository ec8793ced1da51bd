"""What docs/differences.md says of a task."""

from __future__ import annotations

from pathlib import Path

__all__ = ["told"]

_PAGE = Path(__file__).resolve().parents[1] / "docs/differences.md"


def told(task: str, words: str) -> int:
    """The number of instances in the row of that task whose published rendering holds these words."""
    for line in _PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) > 4 and task in cells[0].split(", ") and words in cells[1]:
            return int(cells[4].split()[0].replace(",", ""))
    raise AssertionError(f"the page has no row of {task} on {words}")
