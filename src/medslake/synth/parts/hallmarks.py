"""Invented abstracts whose sentences bear hallmarks of cancer: a keyword decides each label."""

from __future__ import annotations

from medslake.synth.draw import Draw, Length
from medslake.synth.parts.words import HALLMARK_KEYWORDS

__all__ = ["hallmark_files"]

_SENTENCE = Length(24, 47)


def hallmark_files(draw: Draw, number: int) -> list[tuple[str, str]]:
    """The text and the label file of an abstract."""
    texts, groups = [], []
    for _ in range(max(3, draw.length(Length(9, 14)))):
        count = draw.weighted({0: 0.7, 1: 0.24, 2: 0.06})
        names = draw.some(list(HALLMARK_KEYWORDS), count)
        told = (
            f"The level of {' and '.join(HALLMARK_KEYWORDS[name] for name in names)} rose in sample {draw.whole(1, 999)} and"
            if names
            else ""
        )
        room = max(4, draw.length(_SENTENCE) - len(told.split()))
        texts.append(f"{told} {draw.words(room, ended=False).replace('. ', ' ; ')} .".strip())
        groups.append(" AND ".join(f"{name.capitalize()}--Invented" for name in names) or draw.pick(("", "NULL")))
    name = f"{8_100_000 + number}.txt"
    return [(f"text/{name}", "\n".join(texts) + "\n"), (f"labels/{name}", "".join(f"<{group}" for group in groups))]
