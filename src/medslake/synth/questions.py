"""Invented questions of patients, and their summaries."""

from __future__ import annotations

from random import Random

from medslake.synth.words import DISEASES, FILLERS, PERSON_WORDS, SIGNS

__all__ = ["health_questions"]

_ASKED = (
    ("Which medicine helps me?", "What is the treatment for {name}?"),
    ("Which test should I have done?", "How is {name} diagnosed?"),
    ("How did I get this?", "What causes {name}?"),
)


def health_questions(rng: Random, n: int) -> list[tuple[str, str, str]]:
    """(file name, message, summary) of n patients."""
    rows = []
    for number in range(1, n + 1):
        disease = rng.choice(DISEASES)
        asked, summary = rng.choice(_ASKED)
        text = (
            f"Hello, I am {rng.choice(PERSON_WORDS)} and have {disease.symptom()} and {rng.choice(SIGNS)}. "
            f"My doctor says it is {disease.name()}. {rng.choice(FILLERS)} {asked} Thank you."
        )
        rows.append((f"synthetic-{number:05d}.txt", text, summary.format(name=disease.name())))
    return rows
