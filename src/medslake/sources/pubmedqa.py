"""PubMedQA: questions that PubMed abstracts ask in their titles, with yes, no or maybe."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from medslake.sources import Bronze, Example, Mapped, NativeFile, Rule, Source, by_rule, github, joined_on, mapped
from medslake.synth import Twin, TwinFile, TwinTables, json_members
from medslake.synth.parts.studies import expert_study, pubmedqa_record, study

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["SOURCE"]

_SCHEMA = (
    "pmid STRING, QUESTION STRING, CONTEXTS ARRAY<STRING>, LABELS ARRAY<STRING>, MESHES ARRAY<STRING>, YEAR STRING, "
    "reasoning_required_pred STRING, reasoning_free_pred STRING, final_decision STRING, LONG_ANSWER STRING"
)
_OPTIONS = {"id": "pmid", "required": ("QUESTION", "CONTEXTS", "final_decision")}


def _expert(bronze: Bronze) -> DataFrame:
    """The questions labelled by experts, each with the row of the test set that names it."""
    verdict = "lower(trim(final_decision)) AS verdict"
    truths = bronze["test_ids"].selectExpr("pmid", verdict, "_origin AS truth")
    return joined_on(
        bronze["pqal"].selectExpr("*", verdict), truths, "pmid", same="verdict", told=(bronze, "pqal, test_ids"), sought=True
    ).selectExpr("*", "truth IS NOT NULL AS is_test", "filter(array(truth), t -> t IS NOT NULL) AS joined")


def _questions(table: str | Rule, topic: str, split: str) -> Mapped:
    return mapped(
        table,
        record_id="pmid",
        subject_id="pmid",
        split=split,
        question="QUESTION",
        # Passages beyond the labels stay, without a name.
        context="transform(CONTEXTS, (c, i) -> named_struct('name', get(LABELS, i), 'text', c))",
        answer="final_decision",
        long_answer="LONG_ANSWER",
        topic=f"'{topic}'",
    )


_EXAMPLE = Example(
    files={
        "ori_pqal.json": json.dumps(
            {
                "901": pubmedqa_record(
                    "Does velatrine ease marlow fever?",
                    {"BACKGROUND": "Marlow fever is invented.", "RESULTS": "Shivers fell by half."},
                    "yes",
                    "Velatrine eased it.",
                ),
                "902": pubmedqa_record("Does rest ease linden rash?", {"METHODS": "Rest for a week."}, "no", "It did not."),
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


SOURCE = Source(
    name="pubmedqa",
    title="PubMedQA",
    citation=(
        "Jin Q, Dhingra B, Liu Z, Cohen W, Lu X. PubMedQA: a dataset for biomedical research question answering. EMNLP-IJCNLP 2019, "
        "2567-2577."
    ),
    licence="MIT",
    access="public",
    domain="Academical Papers",
    page=("https://github.com/pubmedqa/pubmedqa", "https://pubmedqa.github.io"),
    downloads=github(
        "pubmedqa/pubmedqa",
        "1cbae8e92f72f20c8d3747cbb3bf5bc53554d997",
        {"ori_pqal.json": 2_584_787, "test_ground_truth.json": 11_414},
        under="data/",
    ),
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
    split=by_rule("PQA-L: the ids of test_ground_truth.json are the test set, the others train; PQA-A is train."),
    # PQA-A was labelled by a machine: none of it is a test, whatever ids it shares.
    silver={"questions": (_questions(_expert, "PQA-L", "IF(is_test, 'test', 'train')"), _questions("pqaa", "PQA-A", "'train'"))},
    example=_EXAMPLE,
    twin=Twin(
        TwinTables(
            expert_study,
            {"questions": ("ori_pqal.json", json_members(indent=4)), "truths": ("test_ground_truth.json", json_members())},
            1_000,
            least=100,
        ),
        TwinFile("ori_pqaa.json", study, json_members(), 211_269),
    ),
)
