"""Invented studies whose title asks and whose result answers, as PubMedQA writes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from medslake.synth.draw import Draw, Length
from medslake.synth.parts.words import DISEASES, VERDICT_VERBS
from medslake.synth.text import slots

__all__ = ["expert_study", "pubmedqa_record", "study"]

_VERBS = {verdict: verb for verb, verdict in VERDICT_VERBS.items()}
_CONTEXTS = {3: 0.72, 4: 0.1, 2: 0.07, 6: 0.05, 5: 0.035, 7: 0.025}
_FIRST = {"BACKGROUND": 0.4, "OBJECTIVE": 0.28, "PURPOSE": 0.12, "OBJECTIVES": 0.12, "INTRODUCTION": 0.08}
_BEFORE = ("BACKGROUND", "OBJECTIVE", "DESIGN", "SETTING", "PARTICIPANTS", "INTERVENTIONS")
_METHODS = {"METHODS": 0.72, "MATERIALS AND METHODS": 0.1, "STUDY DESIGN": 0.07, "METHOD": 0.06, "PATIENTS AND METHODS": 0.05}
#: Of the questions that experts answered, and of those that a program did.
_EXPERTS, _PROGRAM = {"yes": 0.552, "no": 0.338, "maybe": 0.11}, {"yes": 0.928, "no": 0.072}
_VERDICTS = tuple(_EXPERTS)


def pubmedqa_record(question: str, contexts: Mapping[str, str], answer: str, conclusion: str, *, guess: str = "") -> dict[str, object]:
    """guess: what one expert said who had read the contexts alone."""
    return {
        "QUESTION": question,
        "CONTEXTS": list(contexts.values()),
        "LABELS": list(contexts),
        "MESHES": ["Invented Things"],
        "YEAR": "2031",
        "reasoning_required_pred": guess or answer,
        "reasoning_free_pred": answer,
        "final_decision": answer,
        "LONG_ANSWER": conclusion,
    }


def _study(draw: Draw, verdict: str) -> tuple[str, dict[str, str], str]:
    """Question, contexts by label, conclusion: the verb of the result settles the verdict."""
    disease, verb, count = draw.pick(DISEASES), _VERBS[verdict], draw.weighted(_CONTEXTS)
    before = (
        [_BEFORE[at] for at in sorted(draw.some(range(len(_BEFORE)), count - 2))] if count > 3 else [draw.weighted(_FIRST)][: count - 2]
    )
    contexts = dict(zip([*before, draw.weighted(_METHODS), "RESULTS"], draw.parts(Length(182, 265), count), strict=True))
    first = next(iter(contexts))
    contexts[first] = f"{disease.name().capitalize()} shows itself by {disease.symptom()}. {contexts[first]}"
    contexts["RESULTS"] += f" {disease.drug} {verb} {disease.symptom()} in {draw.whole(20, 90)} patients."
    asked = f"Does {disease.drug} help against {disease.name()} {draw.words(Length(6, 14), ended=False).lower()}?"
    return asked, contexts, f"{disease.drug} {verb} {disease.symptom()}. {draw.words(Length(32, 65))}"


def _expert(draw: Draw, number: int) -> tuple[str, dict[str, object]]:
    verdict = draw.weighted(_EXPERTS)
    asked, contexts, conclusion = _study(draw, verdict)
    record = pubmedqa_record(asked, contexts, verdict, conclusion, guess=draw.pick(_VERDICTS) if draw.chance(0.13) else verdict)
    record["MESHES"] = _headings(draw)
    return str(91_000_000 + number), {**record, "YEAR": str(draw.whole(2000, 2017))}


def _headings(draw: Draw) -> list[str]:
    return [draw.pick(slots()["disease"]).title() for _ in range(draw.length(Length(14, 22)))]


def study(draw: Draw, number: int) -> tuple[str, dict[str, object]]:
    """PMID and record of a question that a program answered: without year and guesses."""
    verdict = draw.weighted(_PROGRAM)
    asked, contexts, conclusion = _study(draw, verdict)
    told = {"QUESTION": asked, "CONTEXTS": list(contexts.values()), "LABELS": list(contexts), "LONG_ANSWER": conclusion}
    return str(91_000_000 + number), {**told, "MESHES": _headings(draw), "final_decision": verdict}


def expert_study(draw: Draw, number: int) -> Iterator[tuple[str, object]]:
    """Rows of `questions`, and of `truths` for every second one."""
    pmid, record = _expert(draw, number)
    yield "questions", (pmid, record)
    if number % 2 == 0:
        yield "truths", (pmid, record["final_decision"])
