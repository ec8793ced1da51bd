"""The fifteen wordings of a task, read from a Markdown file beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from medslake.errors import UsageError
from medslake.tasks.base import PHRASES, STYLES, Definition

__all__ = ["wordings"]

_WORD = re.compile(r"\{([a-z_]+)\}")


def wordings(file: str, name: str | None = None, **words: str | tuple[str, ...]) -> tuple[Definition, ...]:
    """Definitions of `<stem of file>.md`, or of `<name>.md` in the same folder, with `{word}` replaced by the word of that name;
    of a tuple the wordings take one after the other.

    file: `__file__` of the declaration. The Markdown has a heading for each style and below it three list items; an item may go on in
    indented lines. Further headings, those of PHRASES, hold parts for definitions that are combined. Raises UsageError that names file and
    line.
    """
    path = Path(file).with_suffix(".md") if name is None else Path(file).with_name(f"{name}.md")
    if not path.is_file():
        raise UsageError(
            f"The wordings of {Path(file).name} are missing.", hint=f"Write {path}: a heading for each style, three lines each."
        )
    style: str | None = None
    found: list[Definition] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        where = f"{path}, line {number}"
        if line.startswith("# "):
            style = line[2:].strip()
            if style not in (*STYLES, *PHRASES):
                raise UsageError(f"{where}: {style!r} is no style.", hint=f"Known: {', '.join((*STYLES, *PHRASES))}.")
        elif line.startswith("- ") and style is not None:
            found.append(Definition(style, _filled(line[2:].strip(), words, where, len(found))))
        elif line.startswith("  ") and line.strip() and found:
            found[-1] = Definition(found[-1].style, f"{found[-1].text} {_filled(line.strip(), words, where, len(found) - 1)}")
        elif line.strip():
            raise UsageError(f"{where} is neither a heading (# style) nor a wording (- text).")
    return tuple(found)


def _filled(text: str, words: Mapping[str, str | tuple[str, ...]], where: str, number: int) -> str:
    def word(match: re.Match[str]) -> str:
        if match[1] not in words:
            raise UsageError(f"{where}: nothing is given for {match[0]}.", hint=f"Write wordings(__file__, {match[1]}=...).")
        told = words[match[1]]
        return told if isinstance(told, str) else told[number % len(told)]

    return _WORD.sub(word, text)
