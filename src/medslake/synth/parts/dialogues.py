"""Invented consultations, and a table of the invented diseases as ChatDoctor writes it."""

from __future__ import annotations

from medslake.synth.draw import Draw, Length
from medslake.synth.parts.words import DISEASES, PERSON_WORDS
from medslake.synth.text import slots

__all__ = ["DISEASE_COLUMNS", "INSTRUCTION", "consultation", "disease_row"]

INSTRUCTION = "If you are a doctor, please answer the medical questions based on the patient's description."
#: How many symptoms, tests and drugs a disease has, and other names a drug.
_SIGNS = {12: 0.86, 9: 0.06, 7: 0.04, 5: 0.04}
_TESTS = {7: 0.92, 5: 0.04, 3: 0.04}
_DRUGS = {12: 0.34, 11: 0.28, 10: 0.19, 9: 0.08, 8: 0.05, 6: 0.06}
_NAMES = {0: 0.4, 1: 0.42, 2: 0.1, 3: 0.08}
#: Of a message and of a reply.
_TALK = Length(22, 37), Length(33, 88)
DISEASE_COLUMNS = "idx,disease,Symptom,reason,TestsAndProcedures,commonMedications"


def consultation(draw: Draw, number: int, greeting: str, answer: str = "output") -> dict[str, str]:
    """A message and the doctor's reply, under the key `answer`: the symptom decides the disease, its test and its drug."""
    disease, (asked, told) = draw.pick(DISEASES), _TALK
    first = (
        f"{greeting} I am {draw.pick(PERSON_WORDS)} of {draw.whole(18, 90)} and have {disease.symptom()} with {draw.pick(slots()['sign'])}."
    )
    reply = f"This sounds like {disease.name()}. We should do a {disease.test}, and {disease.drug} will help."
    more, further = draw.length(asked) - len(first.split()) - 5, draw.length(told) - len(reply.split())
    story = f" {draw.words(more)}" if more > 3 else ""
    advice = f" {draw.words(further)}" if further > 3 else ""
    return {"instruction": INSTRUCTION, "input": f"{first}{story} What could it be?", answer: f"{reply}{advice}"}


def disease_row(draw: Draw, number: int) -> tuple[object, ...]:
    """A disease; lists are written as Python writes them."""
    known = DISEASES[number] if number < len(DISEASES) else None
    name = known.name() if known else slots()["disease"][number % 600]
    first, tests, drugs = ([known.symptom()], [known.test], [known.drug]) if known else ([], [], [])
    first += draw.some(slots()["sign"], draw.weighted(_SIGNS) - len(first))
    for test in draw.some(slots()["test"], draw.weighted(_TESTS) - len(tests)):
        tests.append(f"{test} of the {draw.pick(slots()['site'])}" if draw.chance(0.6) else test)
    for drug in draw.some(slots()["drug"], draw.weighted(_DRUGS) - len(drugs)):
        others = draw.some(slots()["drug"], draw.weighted(_NAMES))
        drugs.append(f"{drug} ({', '.join(others)})" if others else drug)
    return (number, name.capitalize(), str(first), draw.words(Length(57, 146)), str(tests), str(drugs))
