"""Invented questions of consumers with the pages that answer them, and summaries of these pages."""

from __future__ import annotations

from dataclasses import dataclass

from medslake.synth.draw import Draw, Length
from medslake.synth.parts.passages import question

__all__ = ["Answered", "answered"]


@dataclass(frozen=True)
class Answered:
    question: str
    pages: tuple[str, ...]
    extract: str
    summary: str


def answered(draw: Draw, asked: Length, page: Length) -> Answered:
    """The extract is made of sentences of the pages."""
    pages = tuple(draw.words(page) for _ in range(draw.weighted({2: 0.275, 3: 0.25, 4: 0.19, 5: 0.14, 6: 0.05, 7: 0.06, 8: 0.035})))
    wanted, extract = draw.length(Length(181, 347)), list[str]()
    sentences = [f"{one.rstrip('.')}." for text in pages for one in text.split(". ")]
    for one in sorted(draw.some(range(len(sentences)), len(sentences))[: max(1, wanted // 12)]):
        extract.append(sentences[one])
    return Answered(question(draw, asked), pages, " ".join(extract), draw.words(Length(81, 170)))
