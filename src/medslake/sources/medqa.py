"""MedQA: questions of the medical licensing exams of the United States, mainland China and Taiwan."""

from __future__ import annotations

import json
from collections.abc import Mapping
from random import Random

from medslake.sources import CHOICE_SCHEMA, Example, NativeFile, Source, by_file, exam_questions, row_number
from medslake.synth.exams import exam_question

__all__ = ["SOURCE"]

_FOLDERS = ("US", "Mainland", "Taiwan")
_SPLITS = ("train", "dev", "test")
_ROOTS = ("", "questions/", "data_clean/questions/")
#: The exam by its folder, null for files of the American one that lie in none.
_EXAM = f"nullif(regexp_extract(_file, '(?:^|/)({'|'.join(_FOLDERS)})/', 1), '')"


def _line(question: str, options: Mapping[str, str], key: str, meta: str) -> str:
    record = {"question": question, "answer": options[key], "options": options, "meta_info": meta, "answer_idx": key}
    return json.dumps({**record, "metamap_phrases": []}, ensure_ascii=False) + "\n"


def _generate(rng: Random, n: int) -> Mapping[str, str]:
    def lines(count: int) -> str:
        made = (exam_question(rng, "en") for _ in range(count))
        return "".join(_line(q["question"], q["options"], q["answer_idx"], rng.choice(["step1", "step2&3"])) for q in made)

    small = max(1, n // 6)
    return {"train.jsonl": lines(max(1, n - 2 * small)), "dev.jsonl": lines(small), "test.jsonl": lines(small)}


_EXAMPLE = Example(
    files={
        "test.jsonl": _line("Which drug treats marlow fever?", {"A": "Corimol", "B": "Velatrine", "C": "Rest", "D": "Tea"}, "B", "step1"),
        "train.jsonl": _line("Which sign fits linden rash?", {"A": "ring shaped spots", "B": "a cough"}, "A", "step2&3"),
        "Taiwan/4_options/phrases_no_exclude_dev.jsonl": _line(
            "马洛热的标志是什么？", {"A": "犬吠样咳嗽", "B": "晚间寒战"}, "B", "taiwanese"
        ),
    },
    rows={
        "questions": [
            {
                "record_id": "Taiwan/validation/000001",
                "split": "validation",
                "language": "zh",
                "answer_keys": ["B"],
                "answer": "晚间寒战",
                "topic": "taiwanese",
            },
            {
                "record_id": "en/test/000001",
                "split": "test",
                "language": "en",
                "domain": "Exam",
                "question": "Which drug treats marlow fever?",
                "options": [
                    {"key": "A", "text": "Corimol"},
                    {"key": "B", "text": "Velatrine"},
                    {"key": "C", "text": "Rest"},
                    {"key": "D", "text": "Tea"},
                ],
                "answer_keys": ["B"],
                "answer": "Velatrine",
                "topic": "step1",
            },
            {"record_id": "en/train/000001", "split": "train", "answer": "ring shaped spots"},
        ]
    },
)


SOURCE = Source(
    name="medqa",
    title="MedQA (four options)",
    citation=(
        "Jin D, Pan E, Oufattole N, Weng WH, Fang H, Szolovits P. What disease does this patient have? A large-scale open domain question "
        "answering dataset from medical exams. Applied Sciences 11(14):6421 (2021)."
    ),
    licence="MIT",
    access="public",
    domain="Exam",
    page="https://github.com/jind11/MedQA",
    files=(
        NativeFile(
            "questions",
            (
                *(f"{split}.jsonl" for split in _SPLITS),
                *(f"{root}{folder}/4_options/phrases_no_exclude_*.jsonl" for root in _ROOTS for folder in _FOLDERS),
            ),
            "jsonl",
            f"{CHOICE_SCHEMA}, metamap_phrases ARRAY<STRING>, realidx BIGINT",
            options={"required": ("question", "options", "answer_idx")},
            sha256={"test.jsonl": "b0536be0ff396be91eb0cf61a42056b0abef06a23e7e8be491d62fd959b77b72"},
            all_globs=True,
        ),
    ),
    split=by_file(train="train.jsonl", validation="dev.jsonl", test="test.jsonl"),
    silver={
        "questions": exam_questions(
            "questions",
            record_id=row_number(f"coalesce({_EXAM}, 'en'), _split"),
            language=f"IF({_EXAM} IN ('Mainland', 'Taiwan'), 'zh', 'en')",
        )
    },
    example=_EXAMPLE,
    generate=_generate,
)
