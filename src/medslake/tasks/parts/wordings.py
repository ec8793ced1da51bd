"""The fifteen wordings of a task, read from a Markdown file beside it, and those in languages of its data, from a file for each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from medslake.errors import UsageError
from medslake.languages import NAMES
from medslake.tasks.base import PHRASES, STYLES, Definition

__all__ = ["wordings"]

_WORD = re.compile(r"\{([a-z_]+)\}")


def wordings(file: str, name: str | None = None, **words: str | tuple[str, ...]) -> tuple[Definition, ...]:
    """Definitions of `<stem of file>.md`, or of `<name>.md` in the same folder, with `{word}` replaced by the word of that name;
    of a tuple the wordings take one after the other.

    file: `__file__` of the declaration. The Markdown has a heading for each style and below it three list items; an item may go on in
    indented lines. Further headings, those of PHRASES, hold parts for definitions that are combined. Files beside it with an ISO 639-1 code
    before the ending, such as `<stem>.fr.md`, hold wordings in that language under the headings of the styles: see `Task.native`.
    Raises UsageError that names file and line.
    """
    path = Path(file).with_suffix(".md") if name is None else Path(file).with_name(f"{name}.md")
    if not path.is_file():
        raise UsageError(
            f"The wordings of {Path(file).name} are missing.", hint=f"Write {path}: a heading for each style, three lines each."
        )
    found = _read(path, words, (*STYLES, *PHRASES))
    for other in sorted(path.parent.glob(f"{path.stem}.*.md")):
        code = other.stem.removeprefix(f"{path.stem}.")
        if code not in NAMES:
            raise UsageError(f"{other}: {code!r} is the code of no language.", hint=f"Known: {', '.join(sorted(NAMES))}.")
        found += _read(other, words, STYLES, NAMES[code])
    return tuple(found)


def _read(path: Path, words: Mapping[str, str | tuple[str, ...]], headings: Sequence[str], language: str = "") -> list[Definition]:
    style: str | None = None
    found: list[Definition] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        where = f"{path}, line {number}"
        if line.startswith("# "):
            style = line[2:].strip()
            if style not in headings:
                raise UsageError(f"{where}: {style!r} is no style.", hint=f"Known: {', '.join(headings)}.")
        elif line.startswith("- ") and style is not None:
            found.append(Definition(style, _filled(line[2:].strip(), words, where, len(found)), language))
        elif line.startswith("  ") and line.strip() and found:
            found[-1] = replace(found[-1], text=f"{found[-1].text} {_filled(line.strip(), words, where, len(found) - 1)}")
        elif line.strip():
            raise UsageError(f"{where} is neither a heading (# style) nor a wording (- text).")
    return found


def _filled(text: str, words: Mapping[str, str | tuple[str, ...]], where: str, number: int) -> str:
    def word(match: re.Match[str]) -> str:
        if match[1] not in words:
            raise UsageError(f"{where}: nothing is given for {match[0]}.", hint=f"Write wordings(__file__, {match[1]}=...).")
        told = words[match[1]]
        return told if isinstance(told, str) else told[number % len(told)]

    return _WORD.sub(word, text)
