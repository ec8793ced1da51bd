"""Lists of words from a Markdown file beside a tagger: a heading per group, with its weight, then words and phrases between commas."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from medslake.errors import UsageError

__all__ = ["WordLists", "word_lists"]

_HEADING = re.compile(r"# ([a-z]+)(?: (-?\d+(?:\.\d+)?))?")


@dataclass(frozen=True)
class WordLists:
    """words: group -> its words; weights: group -> weight, of those whose heading has one; digest: of the file."""

    words: dict[str, tuple[str, ...]]
    weights: dict[str, float]
    digest: str


def word_lists(file: str) -> WordLists:
    """The lists of `<stem of file>.md`; what stands before the first heading is for its reader. file: `__file__` of the tagger.

    Raises UsageError that names file and line.
    """
    path = Path(file).with_suffix(".md")
    if not path.is_file():
        raise UsageError(f"The words of {Path(file).name} are missing.", hint=f"Write {path}: a heading for each group, words below.")
    content = path.read_text(encoding="utf-8")
    words: dict[str, list[str]] = {}
    weights: dict[str, float] = {}
    group = None
    for number, line in enumerate(content.splitlines(), start=1):
        if line.startswith("#"):
            heading = _HEADING.fullmatch(line.strip())
            if heading is None or heading[1] in words:
                raise UsageError(f"{path}, line {number} is no heading of a new group (# name, or # name weight).")
            group = heading[1]
            words[group] = []
            if heading[2] is not None:
                weights[group] = float(heading[2])
        elif group is not None:
            words[group] += [word for part in line.split(",") if (word := part.strip())]
    return WordLists({name: tuple(found) for name, found in words.items()}, weights, hashlib.sha256(content.encode()).hexdigest())
