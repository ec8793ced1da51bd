"""Invented multiple-choice questions, and the member names of MedQA and MMedBench."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from medslake.synth.draw import Draw, Length
from medslake.synth.parts.words import DISEASES, EXAM_WORDS, pick_other
from medslake.synth.text import UNSPACED, person_name

__all__ = ["KEYS", "Exam", "exam", "medqa_record", "mmedbench_record"]

KEYS = "ABCDEFGH"
#: question, answer, options {A: ...}, answer_idx, rationale.
Exam = dict[str, Any]


def exam(
    draw: Draw, language: str = "en", *, options: int = 4, question: Length = Length(60, 150), rationale: Length | None = None
) -> Exam:
    """One question; the symptom named in the case decides. question, rationale: their lengths, in words or signs."""
    right = draw.pick(DISEASES)
    case, ask, why = EXAM_WORDS[language]
    choices = [right, *pick_other(draw, right, options - 1)]
    draw.shuffle(choices)
    story = case.format(name=person_name(draw, language), age=draw.whole(18, 90), symptom=right.symptom(language))
    reason = why.format(symptom=right.symptom(language), disease=right.name(language))
    return {
        "question": _with_story(draw, language, question, story, ask),
        "answer": right.name(language),
        "options": {key: one.name(language) for key, one in zip(KEYS, choices, strict=False)},
        "answer_idx": KEYS[choices.index(right)],
        "rationale": _with_story(draw, language, rationale, reason) if rationale else reason,
    }


def _with_story(draw: Draw, language: str, length: Length, *parts: str) -> str:
    """The parts, with invented prose after the first of them where the length leaves room."""
    unspaced = language in UNSPACED
    room = draw.length(length) - sum(len(part) if unspaced else part.count(" ") + 1 for part in parts)
    prose = [draw.words(room, language)] if room > 3 else []
    return ("" if unspaced else " ").join([parts[0], *prose, *parts[1:]])


def medqa_record(question: str, options: Mapping[str, str], key: str, meta: str) -> dict[str, Any]:
    answer = {"answer": options[key], "options": options, "meta_info": meta, "answer_idx": key}
    return {"question": question, **answer, "metamap_phrases": []}


def mmedbench_record(question: str, options: Mapping[str, str], key: str | Sequence[str], rationale: str) -> dict[str, Any]:
    record = {"question": question, "options": options, "answer_idx": key, "rationale": rationale}
    return {**record, "human_checked": 0, "human_check_passed": 0}
