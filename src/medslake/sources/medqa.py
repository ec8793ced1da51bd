"""MedQA: questions of the medical licensing exams of the United States, mainland China and Taiwan."""

from __future__ import annotations

import json
from collections.abc import Mapping
from random import Random
from typing import TYPE_CHECKING

from medslake.formats.parts.choices import CHOICE_SCHEMA, lettered
from medslake.sources.base import Example, NativeFile, Source
from medslake.sources.parts.mapping import joined, origin
from medslake.synth.exams import exam_question

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["SOURCE"]

_FOLDERS = ("US", "Mainland", "Taiwan")
_ROOTS = ("", "questions/", "data_clean/questions/")


def _harmonise(bronze: Mapping[str, DataFrame]) -> Mapping[str, DataFrame]:
    from pyspark.sql import functions as F

    folder = F.nullif(F.regexp_extract("_file", f"(?:^|/)({'|'.join(_FOLDERS)})/", 1), F.lit(""))
    named = F.regexp_extract("_file", r"(train|dev|test)\.jsonl", 1)
    split = F.when(named == "dev", "validation").otherwise(named)
    rows = lettered(bronze["questions"]).select(
        F.concat_ws("/", F.coalesce(folder, F.lit("en")), split, F.lpad(F.col("_row").cast("string"), 6, "0")).alias("record_id"),
        F.lit(None).cast("string").alias("subject_id"),
        split.alias("split"),
        F.when(folder.isin("Mainland", "Taiwan"), "zh").otherwise("en").alias("language"),
        F.lit("Exam").alias("domain"),
        "question",
        F.lit(None).cast("ARRAY<STRUCT<name: STRING, text: STRING>>").alias("context"),
        "options",
        "answer_keys",
        "answer",
        F.lit(None).cast("string").alias("long_answer"),
        F.lit(None).cast("string").alias("rationale"),
        F.col("meta_info").alias("topic"),
        origin().alias("origin"),
        joined().alias("joined"),
    )
    return {"questions": rows}


def _line(question: str, options: Mapping[str, str], key: str, meta: str) -> str:
    record = {"question": question, "answer": options[key], "options": options, "meta_info": meta, "answer_idx": key}
    return json.dumps({**record, "metamap_phrases": []}, ensure_ascii=False) + "\n"


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


def _generate(rng: Random, n: int) -> Mapping[str, str]:
    def lines(count: int) -> str:
        made = (exam_question(rng, "en") for _ in range(count))
        return "".join(_line(q["question"], q["options"], q["answer_idx"], rng.choice(["step1", "step2&3"])) for q in made)

    small = max(1, n // 6)
    return {"train.jsonl": lines(max(1, n - 2 * small)), "dev.jsonl": lines(small), "test.jsonl": lines(small)}


SOURCE = Source(
    name="medqa",
    title="MedQA (four options)",
    citation=(
        "Jin D, Pan E, Oufattole N, Weng WH, Fang H, Szolovits P. What disease does this patient have? A large-scale open domain question "
        "answering dataset from medical exams. Applied Sciences 11(14):6421 (2021)."
    ),
    licence="MIT",
    access="public",
    urls=("https://github.com/jind11/MedQA",),
    files=(
        NativeFile(
            "questions",
            (
                *(f"{split}.jsonl" for split in ("train", "dev", "test")),
                *(f"{root}{folder}/4_options/phrases_no_exclude_*.jsonl" for root in _ROOTS for folder in _FOLDERS),
            ),
            "jsonl",
            f"{CHOICE_SCHEMA}, metamap_phrases ARRAY<STRING>, realidx BIGINT",
            options={"required": ("question", "options", "answer_idx")},
            sha256={"test.jsonl": "b0536be0ff396be91eb0cf61a42056b0abef06a23e7e8be491d62fd959b77b72"},
            all_globs=True,
        ),
    ),
    split_rule="The official train, dev (here validation) and test sets, told by the file.",
    harmonise=_harmonise,
    example=_EXAMPLE,
    generate=_generate,
)
