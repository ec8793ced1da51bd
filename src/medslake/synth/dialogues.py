"""Invented consultations, and a table of the invented diseases as ChatDoctor writes it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from random import Random

from medslake.synth.words import DISEASES, PERSON_WORDS, SIGNS

__all__ = ["INSTRUCTION", "chatdoctor_files", "json_array", "table"]

INSTRUCTION = "If you are a doctor, please answer the medical questions based on the patient's description."

_HEADER = ("idx", "disease", "Symptom", "reason", "TestsAndProcedures", "commonMedications")


def json_array(rows: Sequence[dict[str, str]]) -> str:
    return json.dumps(rows, ensure_ascii=False, indent=1)


def table(rows: Sequence[tuple[str, ...]]) -> str:
    """CSV of ChatDoctor's disease table; lists are written as Python writes them."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([_HEADER, *rows])
    return out.getvalue()


def _consultations(rng: Random, n: int, greeting: str) -> str:
    """n messages of patients with a doctor's reply."""
    made = []
    for _ in range(n):
        disease = rng.choice(DISEASES)
        asked = f"{greeting} I am {rng.choice(PERSON_WORDS)} and have {disease.symptom()} with {rng.choice(SIGNS)}. What could it be?"
        reply = f"This sounds like {disease.name()}. We should do a {disease.test}, and {disease.drug} will help."
        made.append({"instruction": INSTRUCTION, "input": asked, "output": reply})
    return json_array(made)


def _disease_table() -> str:
    """All invented diseases."""
    return table(
        [
            (
                str(number),
                disease.name().capitalize(),
                str([disease.symptom(), *SIGNS[number % 4 : number % 4 + 2]]),
                f"A harmless invented illness of the {disease.site}, known since the first map of the isles.",
                str([disease.test]),
                str([disease.drug]),
            )
            for number, disease in enumerate(DISEASES)
        ]
    )


def chatdoctor_files(rng: Random, n: int) -> dict[str, str]:
    """The three collections and the table of diseases."""
    return {
        "chatdoctor5k.json": _consultations(rng, n, "Doctor,"),
        "iCliniq.json": _consultations(rng, n // 4, "Hello doctor,"),
        "HealthCareMagic-100k.json": _consultations(rng, n // 4, "Hi,"),
        "format_dataset.csv": _disease_table(),
    }
