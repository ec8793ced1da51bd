"""Invented multiple-choice questions in the member names of MedQA and MMedBench."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from medslake.synth.words import DISEASES, EXAM_WORDS, SIGNS, pick_other

__all__ = ["exam_question", "json_lines", "medqa_files", "medqa_record", "mmedbench_files", "mmedbench_record"]


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


def json_lines(records: Sequence[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def medqa_record(question: str, options: Mapping[str, str], key: str, meta: str) -> dict[str, Any]:
    answer = {"answer": options[key], "options": options, "meta_info": meta, "answer_idx": key}
    return {"question": question, **answer, "metamap_phrases": []}


def medqa_files(rng: Random, n: int) -> dict[str, str]:
    """n questions of the American exam in three splits."""

    def lines(count: int) -> str:
        made = (exam_question(rng, "en") for _ in range(count))
        return json_lines([medqa_record(q["question"], q["options"], q["answer_idx"], rng.choice(["step1", "step2&3"])) for q in made])

    small = max(1, n // 6)
    return {"train.jsonl": lines(max(1, n - 2 * small)), "dev.jsonl": lines(small), "test.jsonl": lines(small)}


def mmedbench_record(question: str, options: Mapping[str, str], key: str | list[str], rationale: str) -> dict[str, Any]:
    record = {"question": question, "options": options, "answer_idx": key, "rationale": rationale}
    return {**record, "human_checked": 0, "human_check_passed": 0}


def mmedbench_files(rng: Random, n: int, languages: Mapping[str, str]) -> dict[str, str]:
    """n questions over Train and Test and the languages, name -> code."""
    files = {}
    for split, share in (("Train", 0.8), ("Test", 0.2)):
        for name, code in languages.items():
            made = [exam_question(rng, code) for _ in range(max(1, round(n * share / len(languages))))]
            records = [mmedbench_record(q["question"], q["options"], q["answer_idx"], q["rationale"]) for q in made]
            files[f"{split}/{name}.jsonl"] = json_lines(records)
    return files
