"""Invented studies whose title asks and whose result answers, as PubMedQA writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from random import Random

from medslake.synth.words import DISEASES, FILLERS, VERDICT_VERBS

__all__ = ["pubmedqa_files", "pubmedqa_record"]


def pubmedqa_record(question: str, contexts: Mapping[str, str], answer: str, conclusion: str) -> dict[str, object]:
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


def pubmedqa_files(rng: Random, n: int) -> dict[str, str]:
    """n questions, and the file that names those of the test set."""
    records = {}
    for place in range(n):
        disease = rng.choice(DISEASES)
        verb, verdict = rng.choice(list(VERDICT_VERBS.items()))
        records[str(9_100_000 + place)] = pubmedqa_record(
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
