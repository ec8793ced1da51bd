"""Invented multiple-choice questions, and the member names of MedQA and MMedBench."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from medslake.synth.draw import Draw, Length
from medslake.synth.parts.choices import choice, option_texts
from medslake.synth.parts.words import DISEASES, EXAM_WORDS, pick_other
from medslake.synth.text import UNSPACED, loose, person_name

__all__ = ["KEYS", "Exam", "exam", "medqa_record", "mmedbench_record", "phrases", "yes_or_no"]

KEYS = "ABCDEFGH"
#: question, answer, options {A: ...}, answer_idx, answer_keys, rationale.
Exam = dict[str, Any]


def exam(
    draw: Draw,
    language: str = "en",
    *,
    options: int = 4,
    right: int = 1,
    shares: Mapping[int, float] | None = None,
    question: Length = Length(60, 150),
    option: Length | None = None,
    rationale: Length | None = None,
) -> Exam:
    """One question; the symptom named in the case decides.

    right: how many options are. shares: of the place of the right one. question, option, rationale: their lengths, in words or signs;
    options without one are names of diseases alone.
    """
    made = choice(draw, options, shares=shares, right=right)
    disease, keys = made.diseases[made.right[0]], [KEYS[place] for place in made.right]
    texts = option_texts(draw, made, language, option) if option else [one.name(language) for one in made.diseases]
    case, ask, why = EXAM_WORDS[language]
    story = case.format(name=person_name(draw, language), age=draw.whole(18, 90), symptom=disease.symptom(language))
    reason = why.format(symptom=disease.symptom(language), disease=disease.name(language))
    return {
        "question": _with_story(draw, language, question, story, ask),
        "answer": texts[made.right[0]],
        "options": dict(zip(KEYS, texts, strict=False)),
        "answer_idx": keys[0],
        "answer_keys": keys,
        "rationale": _with_story(draw, language, rationale, reason) if rationale else reason,
    }


def yes_or_no(draw: Draw, rationale: Length) -> Exam:
    """A Russian question whether a sign is that of a disease, with the options yes and no."""
    disease, yes = draw.pick(DISEASES), draw.chance(0.42)
    other = disease if yes else pick_other(draw, disease, 1)[0]
    told, asked = EXAM_WORDS["ru"][2], draw.words(Length(3, 8), "ru", ended=False)
    return {
        "question": f"{asked}, {other.symptom('ru')}: {disease.name('ru')}?",
        "options": {"A": "да", "B": "нет"},
        "answer_idx": "A" if yes else "B",
        "answer_keys": ["A" if yes else "B"],
        "rationale": _with_story(draw, "ru", rationale, told.format(symptom=disease.symptom("ru"), disease=disease.name("ru"))),
    }


def _with_story(draw: Draw, language: str, length: Length, *parts: str) -> str:
    """The parts, with invented prose after the first of them where the length leaves room."""
    unspaced = language in UNSPACED
    room = draw.length(length) - sum(len(part) if unspaced else part.count(" ") + 1 for part in parts)
    prose = [draw.words(room, language)] if room > 3 else []
    return ("" if unspaced else " ").join([parts[0], *prose, *parts[1:]])


@cache
def _borders() -> re.Pattern[str]:
    return re.compile(rf"\W*\b(?:{'|'.join(loose('en'))})\b\W*|[,.;?]\s*", re.IGNORECASE)


def phrases(text: str) -> list[str]:
    """The pieces of an English text between its small words and marks, as a mapper of concepts cuts them."""
    return [one for one in _borders().split(text) if one]


def medqa_record(question: str, options: Mapping[str, str], key: str, meta: str, found: Sequence[str] = ()) -> dict[str, Any]:
    answer = {"answer": options[key], "options": options, "meta_info": meta, "answer_idx": key}
    return {"question": question, **answer, "metamap_phrases": list(found)}


def mmedbench_record(question: str, options: Mapping[str, str], key: str | Sequence[str], rationale: str) -> dict[str, Any]:
    record = {"question": question, "options": options, "answer_idx": key, "rationale": rationale}
    return {**record, "human_checked": 0, "human_check_passed": 0}
