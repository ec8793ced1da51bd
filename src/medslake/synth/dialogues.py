"""Invented consultations, and a table of the invented diseases as ChatDoctor writes it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from random import Random

from medslake.synth.words import DISEASES, PERSON_WORDS, SIGNS

__all__ = ["consultations", "disease_table", "json_array", "table"]

_HEADER = ("idx", "disease", "Symptom", "reason", "TestsAndProcedures", "commonMedications")


def json_array(rows: Sequence[dict[str, str]]) -> str:
    return json.dumps(rows, ensure_ascii=False, indent=1)


def table(rows: Sequence[tuple[str, ...]]) -> str:
    """CSV of ChatDoctor's disease table; lists are written as Python writes them."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([_HEADER, *rows])
    return out.getvalue()


def consultations(rng: Random, n: int, instruction: str, greeting: str) -> str:
    """n messages of patients with a doctor's reply."""
    made = []
    for _ in range(n):
        disease = rng.choice(DISEASES)
        asked = f"{greeting} I am {rng.choice(PERSON_WORDS)} and have {disease.symptom()} with {rng.choice(SIGNS)}. What could it be?"
        reply = f"This sounds like {disease.name()}. We should do a {disease.test}, and {disease.drug} will help."
        made.append({"instruction": instruction, "input": asked, "output": reply})
    return json_array(made)


def disease_table() -> str:
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
