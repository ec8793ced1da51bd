"""Entity names out of a written list such as `aspirin, N,N-dimethylformamide.`, compared with the names that were annotated."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from medslake.metrics.parts.answer_text import plain
from medslake.metrics.parts.cleaned import bare, cleaned, literal

__all__ = ["Found", "entity_names", "found_names"]

_SENTENCE = (
    r"(?:there (?:is|are|were) )?(?:no|not any) (?:\w+ ){0,2}(?:enetity|enetities|entity|entities|names?|mentions?)"
    r"(?: (?:is|are|was|were))?(?: (?:found|present|mentioned|identified|detected|here))?"
    r"(?: in (?:the|this) (?:\w+ )?(?:text|sentence|passage|abstract))?"
)
#: What a task writes where there is no name, and what else a model may write.
_NONE_WANTED = re.compile(_SENTENCE)
_NONE = re.compile(
    rf"(?:{_SENTENCE}|none(?: (?:found|present|mentioned|identified|detected))?|n/a|nil|null|nothing|no|empty"
    r"|無し?|无|なし|aucune?|ning\w+|нет|-|)"
)
_NUMBER = re.compile(r"(?:^|(?<=[\s,;]))\(?\d{1,2}[.)]\s+(?=\S)")
_ITEM = re.compile(r"^[-*•·+] (?=\S)")
_BULLET = re.compile(r"^\s*(?:[-*•·+]\s+|\(?\d{1,3}[.)]\s+)", re.MULTILINE)
_LEAD = re.compile(
    r"\s*[^,;:\n]{0,90}?\b(?:entit\w+|names?|mentions?|terms?|list|answers?|output|follow\w+|found|identified|extracted)\b[^,;:\n]{0,60}?"
    r"(?::|\b(?:are|is|include|includes|were)\b:?)\s*(?=\S)",
    re.IGNORECASE,
)
_BREAK = re.compile(r"[,;、，；\n]+")
_AND = re.compile(r"\s+(?:and|et|y|und|и)\s+|\s*&\s*", re.IGNORECASE)
_EDGE = " \t\r\n\"'`*“”‘’.,;。"
#: Ways to cut a list that are followed at once; more than these come of no list of names.
_STATES = 64


class Found(NamedTuple):
    """How many names of a list are annotated ones, how many are not, and how many annotated ones it lacks."""

    right: int
    wrong: int
    missed: int


def _name(piece: str) -> str:
    """Compared form: NFKC, case and white space aside, bullet, quotes and the list's full stop dropped, brackets kept."""
    folded = piece if piece.isascii() else unicodedata.normalize("NFKC", piece)
    return _ITEM.sub("", " ".join(folded.casefold().split()).strip(_EDGE))


def _key(name: str) -> tuple[str, ...]:
    """A name as the pieces that commas cut it into; the `and` before the last is none of it."""
    return tuple(piece for part in _BREAK.split(name) if (piece := _name(part).removeprefix("and ")))


def entity_names(text: str) -> set[str]:
    """Names of a reference that is prose alone, cut where its task joined them; empty for the sentence that says there is none."""
    if not text.strip() or _NONE_WANTED.fullmatch(plain(text)):
        return set()
    return {name for piece in re.split(r", |;\s|;$|\n", text.strip()) if (name := _name(piece))}


def found_names(text: str, wanted: Collection[str]) -> Found:
    """What a written list holds of the wanted names. It is cut at every comma, and neighbours are joined where this makes a wanted name.

    The order of the list does not matter. Bullets, numbers, JSON and `A and B` are read; `None`, `[]` and the like name nothing.
    """
    keys = {key for name in wanted if (key := _key(name))}
    pieces = [piece for part in _listed(text, keys) if (piece := _name(part).removeprefix("and "))]
    if not pieces or (len(pieces) == 1 and (pieces[0],) not in keys and _NONE.fullmatch(plain(text))):
        return Found(0, 0, len(keys))
    if any(len(key) > 1 for key in keys):
        right, wrong = _best_cut(pieces, keys)
    else:
        singles = {(piece,) for piece in pieces}
        right, wrong = frozenset(singles & keys), frozenset(piece for (piece,) in singles - keys)
    more = {part for piece in wrong if " " in piece for part in _AND.split(piece)}
    if any((part,) in keys for part in more):
        right, wrong = _parted(right, wrong, keys)
    return Found(len(right), len(wrong), len(keys - right))


def _parted(
    right: frozenset[tuple[str, ...]], wrong: frozenset[str], keys: set[tuple[str, ...]]
) -> tuple[frozenset[tuple[str, ...]], frozenset[str]]:
    """`A and B` is two names where one of them is wanted, else one."""
    more, left = set(right), set()
    for piece in wrong:
        parts = [_name(part) for part in _AND.split(piece)]
        if not any((part,) in keys for part in parts):
            left.add(piece)
            continue
        more |= {(part,) for part in parts if (part,) in keys}
        left |= {part for part in parts if (part,) not in keys and part}
    return frozenset(more), frozenset(left)


def _best_cut(pieces: list[str], keys: set[tuple[str, ...]]) -> tuple[frozenset[tuple[str, ...]], frozenset[str]]:
    """The cut that finds most wanted names with fewest others, each piece used once."""
    states: list[set[tuple[frozenset[tuple[str, ...]], frozenset[str]]]] = [set() for _ in range(len(pieces) + 1)]
    states[0].add((frozenset(), frozenset()))
    longest = max(map(len, keys))
    for at, piece in enumerate(pieces):
        for right, wrong in sorted(states[at], key=_worth, reverse=True)[:_STATES]:
            lengths = [n for n in range(1, min(longest, len(pieces) - at) + 1) if tuple(pieces[at : at + n]) in keys]
            for n in lengths:
                states[at + n].add((right | {tuple(pieces[at : at + n])}, wrong))
            if 1 not in lengths:
                states[at + 1].add((right, wrong | {piece}))
    return max(states[-1], key=_worth)


def _worth(state: tuple[frozenset[tuple[str, ...]], frozenset[str]]) -> tuple[int, int, list[tuple[str, ...]]]:
    return len(state[0]), -len(state[1]), sorted(state[0])


def _listed(text: str, keys: set[tuple[str, ...]]) -> list[str]:
    """The pieces of a list as it is written."""
    text = cleaned(text)
    if len(_NUMBER.findall(text)) > 1 and _NUMBER.match(text):
        text = _NUMBER.sub("\n", text).strip()
    if text[:1] in ("[", "{") or "```" in text or "[" in text:
        value = _literal(text)
        if value is not None:
            return [part for name in _strings(value) for part in _BREAK.split(name)]
    if any(mark in text for mark in "*`#>_~") and not any(mark in piece for key in keys for piece in key for mark in "*`#>_~"):
        text = bare(_BULLET.sub("", text))
    else:
        text = _BULLET.sub("", text)
    lead = _LEAD.match(text)
    if lead and not any(piece in lead.group().casefold() for key in keys for piece in key):
        text = _BULLET.sub("", text[lead.end() :])
    return _BREAK.split(text)


def _literal(text: str) -> Any:
    """The JSON or Python value that a text is, or that stands in it alone; None where there is none."""
    match = re.search(r"[\[{].*[\]}]", text, re.DOTALL)
    if (
        match is None
        or re.search(r"\w", text[match.end() :])
        or (text[: match.start()].strip("` \n") and not re.search(r"(?::|json|\n)\s*`*\s*$", text[: match.start()]))
    ):
        return None
    value = literal(match.group())
    return value if isinstance(value, (list, dict, tuple)) else None


def _strings(value: Any) -> Iterator[str]:
    """Names in a value: the strings of its lists; of an object that describes one name, the name."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        own = next(
            (value[key] for key in ("name", "text", "entity", "mention", "term", "word", "value") if isinstance(value.get(key), str)), None
        )
        if own is not None:
            yield own
        else:
            for item in value.values():
                yield from _strings(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _strings(item)
