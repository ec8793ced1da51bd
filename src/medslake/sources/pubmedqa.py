"""PubMedQA: questions that PubMed abstracts ask in their titles, with yes, no or maybe."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import reduce
from random import Random
from typing import TYPE_CHECKING

from medslake.sources.base import Example, NativeFile, Source
from medslake.sources.parts.mapping import joined, origin
from medslake.synth.words import DISEASES, FILLERS, VERDICT_VERBS

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["SOURCE"]

_SCHEMA = (
    "pmid STRING, QUESTION STRING, CONTEXTS ARRAY<STRING>, LABELS ARRAY<STRING>, MESHES ARRAY<STRING>, YEAR STRING, "
    "reasoning_required_pred STRING, reasoning_free_pred STRING, final_decision STRING, LONG_ANSWER STRING"
)
_OPTIONS = {"id": "pmid", "required": ("QUESTION", "CONTEXTS", "final_decision")}
_TOPICS = {"pqal": "PQA-L", "pqaa": "PQA-A"}


def _harmonise(bronze: Mapping[str, DataFrame]) -> Mapping[str, DataFrame]:
    from pyspark.sql import functions as F

    test = bronze["test_ids"].alias("t")
    frames = []
    for table, topic in _TOPICS.items():
        if table not in bronze:
            continue
        labelled = bronze[table].alias("q").join(test, F.col("q.pmid") == F.col("t.pmid"), "left")
        context = F.expr("filter(zip_with(q.LABELS, q.CONTEXTS, (l, c) -> named_struct('name', l, 'text', c)), p -> p.text IS NOT NULL)")
        # PQA-A was labelled by a machine: none of it is a test, whatever ids it shares.
        is_test = F.lit(table == "pqal") & F.col("t.pmid").isNotNull()
        frames.append(
            labelled.select(
                F.col("q.pmid").alias("record_id"),
                F.col("q.pmid").alias("subject_id"),
                F.when(is_test, "test").otherwise("train").alias("split"),
                F.lit("en").alias("language"),
                F.lit("Academical Papers").alias("domain"),
                F.col("q.QUESTION").alias("question"),
                context.alias("context"),
                F.lit(None).cast("ARRAY<STRUCT<key: STRING, text: STRING>>").alias("options"),
                F.lit(None).cast("ARRAY<STRING>").alias("answer_keys"),
                F.col("q.final_decision").alias("answer"),
                F.col("q.LONG_ANSWER").alias("long_answer"),
                F.lit(None).cast("string").alias("rationale"),
                F.lit(topic).alias("topic"),
                origin("q").alias("origin"),
                (joined("t") if table == "pqal" else joined()).alias("joined"),
            )
        )
    return {"questions": reduce(lambda a, b: a.unionByName(b), frames)}


def _record(question: str, contexts: Mapping[str, str], answer: str, conclusion: str) -> dict[str, object]:
    return {
        "QUESTION": question,
        "CONTEXTS": list(contexts.values()),
        "LABELS": list(contexts),
        "MESHES": ["Invented Things"],
        "YEAR": "2031",
        "reasoning_required_pred": answer,
        "reasoning_free_pred": answer,
        "final_decision": answer,
        "LONG_ANSWER": conclusion,
    }


_EXAMPLE = Example(
    files={
        "ori_pqal.json": json.dumps(
            {
                "901": _record(
                    "Does velatrine ease marlow fever?",
                    {"BACKGROUND": "Marlow fever is invented.", "RESULTS": "Shivers fell by half."},
                    "yes",
                    "Velatrine eased it.",
                ),
                "902": _record("Does rest ease linden rash?", {"METHODS": "Rest for a week."}, "no", "It did not."),
            },
            indent=4,
        ),
        "test_ground_truth.json": json.dumps({"902": "no"}, indent=4),
    },
    rows={
        "questions": [
            {
                "record_id": "901",
                "split": "train",
                "question": "Does velatrine ease marlow fever?",
                "context": [
                    {"name": "BACKGROUND", "text": "Marlow fever is invented."},
                    {"name": "RESULTS", "text": "Shivers fell by half."},
                ],
                "options": None,
                "answer": "yes",
                "long_answer": "Velatrine eased it.",
                "topic": "PQA-L",
                "joined": [],
            },
            {"record_id": "902", "split": "test", "answer": "no", "language": "en", "domain": "Academical Papers"},
        ]
    },
)


def _generate(rng: Random, n: int) -> Mapping[str, str]:
    records = {}
    for place in range(n):
        disease = rng.choice(DISEASES)
        verb, verdict = rng.choice(list(VERDICT_VERBS.items()))
        records[str(9_100_000 + place)] = _record(
            f"Does {disease.drug} help against {disease.name()} (study {place})?",
            {
                "BACKGROUND": f"{disease.name().capitalize()} shows itself by {disease.symptom()}. {rng.choice(FILLERS)}",
                "RESULTS": f"{disease.drug} {verb} {disease.symptom()} in {rng.randint(20, 90)} patients.",
            },
            verdict,
            f"{disease.drug} {verb} {disease.symptom()}.",
        )
    # The first record is a test whatever the draw, so that the file of ids is never empty.
    test = {pmid: record["final_decision"] for at, (pmid, record) in enumerate(records.items()) if at == 0 or rng.random() < 0.5}
    return {"ori_pqal.json": json.dumps(records, indent=4), "test_ground_truth.json": json.dumps(test, indent=4)}


SOURCE = Source(
    name="pubmedqa",
    title="PubMedQA",
    citation=(
        "Jin Q, Dhingra B, Liu Z, Cohen W, Lu X. PubMedQA: a dataset for biomedical research question answering. EMNLP-IJCNLP 2019, "
        "2567-2577."
    ),
    licence="MIT",
    access="public",
    urls=("https://github.com/pubmedqa/pubmedqa", "https://pubmedqa.github.io"),
    files=(
        NativeFile(
            "pqal",
            ("ori_pqal.json", "data/ori_pqal.json"),
            "json_members",
            _SCHEMA,
            key=("pmid",),
            options=_OPTIONS,
            sha256={"ori_pqal.json": "8b3276be8942ebbd77f3ddcda12c1749bf0e490045a736fd8438ee40cf37a41d"},
        ),
        NativeFile(
            "pqaa", ("ori_pqaa.json", "data/ori_pqaa.json"), "json_members", _SCHEMA, key=("pmid",), options=_OPTIONS, required=False
        ),
        NativeFile(
            "test_ids",
            ("test_ground_truth.json", "data/test_ground_truth.json"),
            "json_members",
            "pmid STRING, final_decision STRING",
            key=("pmid",),
            options={"id": "pmid", "value": "final_decision"},
            sha256={"test_ground_truth.json": "939fe566f09017d13b1ca64d2ddfee0bc2374b366048152997669cccedc44d51"},
        ),
    ),
    split_rule="PQA-L: the ids of test_ground_truth.json are the test set, the others train; PQA-A is train.",
    harmonise=_harmonise,
    example=_EXAMPLE,
    generate=_generate,
)
