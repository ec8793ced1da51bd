"""Invented studies whose title asks and whose result answers, as PubMedQA writes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from medslake.synth.draw import Draw, Length
from medslake.synth.parts.words import DISEASES, VERDICT_VERBS

__all__ = ["expert_study", "pubmedqa_record", "study"]

_SECTIONS = ("BACKGROUND", "METHODS", "RESULTS")
_VERBS = {verdict: verb for verb, verdict in VERDICT_VERBS.items()}


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


def study(draw: Draw, number: int, shares: Mapping[str, float] | None = None) -> tuple[str, dict[str, object]]:
    """PMID and record. shares: of the verdicts."""
    disease = draw.pick(DISEASES)
    verdict = draw.weighted(shares or {"yes": 0.552, "no": 0.338, "maybe": 0.11})
    verb = _VERBS[verdict]
    background, methods, results = draw.parts(Length(182, 265), 3)
    contexts = {
        "BACKGROUND": f"{disease.name().capitalize()} shows itself by {disease.symptom()}. {background}",
        "METHODS": methods,
        "RESULTS": f"{results} {disease.drug} {verb} {disease.symptom()} in {draw.whole(20, 90)} patients.",
    }
    conclusion = f"{disease.drug} {verb} {disease.symptom()}. {draw.words(Length(32, 65))}"
    asked = f"Does {disease.drug} help against {disease.name()} {draw.words(Length(6, 14), ended=False).lower()}?"
    return str(91_000_000 + number), pubmedqa_record(asked, contexts, verdict, conclusion)


def expert_study(draw: Draw, number: int) -> Iterator[tuple[str, object]]:
    """Rows of `questions`, and of `truths` for every second one."""
    pmid, record = study(draw, number)
    yield "questions", (pmid, record)
    if number % 2 == 0:
        yield "truths", (pmid, record["final_decision"])
