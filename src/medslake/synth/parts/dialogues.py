"""Invented consultations, and a table of the invented diseases as ChatDoctor writes it."""

from __future__ import annotations

from medslake.synth.draw import Draw, Length
from medslake.synth.parts.words import DISEASES, PERSON_WORDS
from medslake.synth.text import slots

__all__ = ["DISEASE_COLUMNS", "INSTRUCTION", "consultation", "disease_row"]

INSTRUCTION = "If you are a doctor, please answer the medical questions based on the patient's description."
DISEASE_COLUMNS = "idx,disease,Symptom,reason,TestsAndProcedures,commonMedications"


def consultation(draw: Draw, greeting: str, asked: Length, told: Length) -> tuple[str, str]:
    """A message and the doctor's reply: the symptom decides the disease, its test and its drug."""
    disease = draw.pick(DISEASES)
    first = (
        f"{greeting} I am {draw.pick(PERSON_WORDS)} of {draw.whole(18, 90)} and have {disease.symptom()} with {draw.pick(slots()['sign'])}."
    )
    reply = f"This sounds like {disease.name()}. We should do a {disease.test}, and {disease.drug} will help."
    more, further = draw.length(asked) - len(first.split()) - 5, draw.length(told) - len(reply.split())
    story = f" {draw.words(more)}" if more > 3 else ""
    advice = f" {draw.words(further)}" if further > 3 else ""
    return f"{first}{story} What could it be?", f"{reply}{advice}"


def disease_row(draw: Draw, number: int) -> tuple[object, ...]:
    """A disease; lists are written as Python writes them."""
    known = DISEASES[number] if number < len(DISEASES) else None
    name = known.name() if known else slots()["disease"][number % 600]
    signs = draw.some(slots()["sign"], draw.whole(2, 5))
    tests = [known.test] if known else draw.some(slots()["test"], draw.whole(1, 3))
    drugs = [known.drug] if known else draw.some(slots()["drug"], draw.whole(1, 3))
    first = [known.symptom()] if known else []
    return (number, name.capitalize(), str([*first, *signs]), draw.words(Length(57, 146)), str(tests), str(drugs))
