"""An invented disease ontology, in the layouts of the Human Disease Ontology."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from medslake.synth.words import DISEASES, SIGNS

__all__ = ["obo", "ontology_files", "tsv"]


def obo(stanzas: list[str]) -> str:
    return "\n\n".join(["format-version: 1.2\nontology: synthetic", *[f"[Term]\n{stanza}" for stanza in stanzas]]) + "\n"


def tsv(rows: Sequence[tuple[str, ...]]) -> str:
    return "".join("\t".join(row) + "\n" for row in rows)


def ontology_files(rng: Random, n: int) -> Mapping[str, str]:
    """Invented diseases in invented families; the definition of a form follows from its name."""
    kinds = ("acute", "chronic", "silent", "winter", "childhood", "coastal", "recurrent", "late")
    stanzas, table, references, signs = (
        ["id: DOID:9900000\nname: disorder"],
        [("id", "label", "subClassOf")],
        [("id", "label", "xrefs")],
        [],
    )
    for number, disease in enumerate(DISEASES, 1):
        family = f"DOID:99{number:02d}000"
        name = disease.name()
        stanzas.append(
            f'id: {family}\nname: {name}\ndef: "A disorder of the {disease.site} with {disease.symptom()}." []\n'
            f'synonym: "{name} disease" EXACT []\nis_a: DOID:9900000 ! disorder'
        )
        table.append((f'"{family}"', f'"{name}"', '"disorder"'))
        signs.append((family, name, f"SYMP:99{number:05d}", disease.symptom()))
        for form in range(max(1, n // len(DISEASES) - 1)):
            one = f"DOID:99{number:02d}{form + 1:03d}"
            kind = kinds[form % len(kinds)] + (f" type {form // len(kinds) + 1}" if form >= len(kinds) else "")
            title = f"{kind} {name}"
            stanzas.append(
                f'id: {one}\nname: {title}\ndef: "A {name} that is {kind} and comes with {rng.choice(SIGNS)}." []\n'
                f'synonym: "{name}, {kind} form" EXACT []\nsynonym: "{kind} {disease.site} disorder" EXACT []\nis_a: {family} ! {name}'
            )
            table.append((f'"{one}"', f'"{title}"', f'"{name}"'))
            references.append((f'"{one}"', f'"{title}"', f'"ICD10CM:U9{number % 10}.{form}"'))
    header = ("disease_id", "disease_label", "symptom_id", "symptom_label")
    return {
        "doid.obo": obo(stanzas),
        "HumanDO.tsv": tsv(table),
        "ICD10inDO.tsv": tsv(references),
        "disease-symptom.tsv": tsv([header, *signs]),
    }
