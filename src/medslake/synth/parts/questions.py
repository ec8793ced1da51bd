"""Invented questions of patients, and their summaries."""

from __future__ import annotations

from medslake.synth.draw import Draw, Length
from medslake.synth.parts.words import DISEASES, PERSON_WORDS
from medslake.synth.text import slots

__all__ = ["health_question"]

_ASKED = (
    ("Which medicine helps me?", "What is the treatment for {name}?"),
    ("Which test do I need?", "How is {name} diagnosed?"),
    ("How did I get this?", "What causes {name}?"),
)


def health_question(draw: Draw, number: int, length: Length = Length(47, 148)) -> tuple[str, str, str]:
    """File name, message and summary: what is asked, and of which disease."""
    disease, sign = draw.pick(DISEASES), draw.pick(slots()["sign"])
    asked, summary = draw.pick(_ASKED)
    told = f"Hello, I am {draw.pick(PERSON_WORDS)} of {draw.whole(18, 90)} and have {disease.symptom()} and {sign}."
    named = f"My doctor says it is {disease.name()}."
    room = draw.length(length) - len(told.split()) - len(named.split()) - len(asked.split())
    # What follows from the disease stands apart, or messages about the same one would share a long run of words.
    before, after = (draw.words(part) if part > 3 else "" for part in (room // 2, room - room // 2))
    parts = [one for one in (told, before, named, after, asked) if one]
    aim = f"{summary.format(name=disease.name())[:-1]} with {sign}?" if draw.chance(0.6) else summary.format(name=disease.name())
    return f"synthetic-{number + 1:05d}.txt", " ".join(parts), aim
