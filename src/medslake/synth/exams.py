"""Invented multiple-choice questions in the member names of MedQA and MMedBench."""

from __future__ import annotations

from random import Random
from typing import Any

from medslake.synth.words import DISEASES, EXAM_WORDS, SIGNS, pick_other

__all__ = ["exam_question"]


def exam_question(rng: Random, language: str, *, options: int = 4) -> dict[str, Any]:
    """question, answer, options {A: ...}, answer_idx and rationale: the symptom named in the case decides."""
    right = rng.choice(DISEASES)
    case, ask, why = EXAM_WORDS[language]
    names = [d.name(language) for d in [right, *pick_other(rng, right, options - 1)]]
    rng.shuffle(names)
    keys = "ABCDE"[:options]
    aside = f" Also: {rng.choice(SIGNS)}." if language == "en" else ""
    story = case.format(age=rng.randint(18, 90), symptom=right.symptom(language))
    joint = "" if language in ("zh", "ja") else " "
    return {
        "question": f"{story}{aside}{joint}{ask}",
        "answer": right.name(language),
        "options": dict(zip(keys, names, strict=True)),
        "answer_idx": keys[names.index(right.name(language))],
        "rationale": why.format(symptom=right.symptom(language), disease=right.name(language)),
    }
