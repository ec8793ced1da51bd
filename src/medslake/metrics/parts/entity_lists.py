"""Entity names out of a written list such as `aspirin, N,N-dimethylformamide.`"""

from __future__ import annotations

import re

from medslake.metrics.parts.answer_text import plain

__all__ = ["entity_names"]

_NONE = re.compile(r"(?:there (?:is|are) )?no (?:related |such )?(?:enetity|enetities|entity|entities)(?: (?:found|present|mentioned))?")
_BREAK = re.compile(r", |;\s|;$|\n")
#: Locants and similar pieces that cannot be a name: what follows the comma belongs to the same name (`2, 4-dinitrophenol`, `N, N-diethyl`).
_LOCANT = re.compile(r"(?:\d+[a-z]?|[nosp]|α|β|alpha|beta|[nosp]?\d*)['′]*", re.IGNORECASE)
_OPEN, _CLOSE = "([{", ")]}"


def _pieces(text: str) -> list[str]:
    """The list cut at its separators, names joined again that hold a comma themselves."""
    names: list[str] = []
    pending = ""
    for piece in _BREAK.split(text):
        pending = f"{pending}, {piece}" if pending else piece
        depth = sum(pending.count(c) for c in _OPEN) - sum(pending.count(c) for c in _CLOSE)
        if depth > 0 or _LOCANT.fullmatch(piece.strip()):
            continue
        names.append(pending)
        pending = ""
    # An unclosed bracket or a trailing locant joins nothing: cut as written.
    return names + (_BREAK.split(pending) if pending else [])


def _name(piece: str) -> str:
    """Compared form: case and white space aside, quotes and the list's full stop dropped, brackets kept."""
    bare = " ".join(piece.casefold().split()).strip(" \"'`*“”.,;")
    return bare.removeprefix("and ") if " " in bare else bare


def entity_names(text: str) -> set[str]:
    """Names of a list; empty for a blank text and for the sentence that says there is none, in either spelling."""
    if not text.strip() or _NONE.fullmatch(plain(text)):
        return set()
    return {name for name in map(_name, _pieces(text.strip())) if name}
