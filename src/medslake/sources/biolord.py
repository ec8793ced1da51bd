"""BioLORD: names of biomedical concepts and their descriptions, made from UMLS and SNOMED CT.

The file was not at hand and its keys are not verified: that a record is a `name` with a `description` is what the data set's page says, and
an id, where there is one, is read from `id`. A name with several descriptions makes a row for each; all of them fall into one split.
"""

from medslake.sources import Example, NativeFile, Source, by_hash, mapped, row_number
from medslake.synth import Draw, Length, Twin, TwinFile, json_lines
from medslake.synth.text import filled

_NAMES = ("{adj} {noun} of {site}", "{disease}, {adj}", "{drug} {mg}", "{test} of {site}", "{gene} {noun}", "{disease} with {sign}")


def _described(draw: Draw, number: int) -> dict[str, str]:
    """One in three has an id, every fifth the name of the record before."""
    name = filled(draw.about("name", number - (number % 5 == 4)), _NAMES)
    return {**({"id": f"X{number:07d}"} if draw.chance(0.33) else {}), "name": name, "description": draw.words(Length(16, 48))}


SOURCE = Source(
    name="biolord",
    title="BioLORD, descriptions of biomedical concepts",
    citation=(
        "Remy F, Demuynck K, Demeester T. BioLORD: learning ontological representations from definitions for biomedical concepts and their "
        "textual descriptions. Findings of EMNLP 2022."
    ),
    licence="Derived from UMLS and SNOMED CT, whose licences bind its users",
    access="dua",
    agreement="UMLS Metathesaurus License, and the terms of the page",
    domain="Medical Knowledge",
    page="https://huggingface.co/datasets/FremyCompany/BioLORD-Dataset",
    files=(
        NativeFile(
            "descriptions",
            ("*.jsonl", "data/*.jsonl"),
            "jsonl",
            "id STRING, name STRING, description STRING",
            options={"required": ("name", "description")},
        ),
    ),
    split=by_hash("subject_id"),
    silver={
        "concepts": mapped(
            "descriptions",
            record_id=row_number("regexp_extract(_file, '([^/]+?)[.]jsonl([.]gz)?$', 1)", digits=8),
            subject_id="lower(trim(name))",
            concept_id="coalesce(id, name)",
            name="name",
            synonyms="CAST(array() AS ARRAY<STRING>)",
            definition="description",
            relations="CAST(array() AS ARRAY<STRUCT<type: STRING, target: STRING, target_name: STRING>>)",
            xrefs="CAST(array() AS ARRAY<STRING>)",
        )
    },
    example=Example(
        files={
            "train.jsonl": '{"name": "linden rash", "description": "A rash that follows the felling of lindens."}\n'
            '{"id": "X1", "name": "reed cough", "description": "A cough of those who cut reed."}\n'
        },
        rows={
            "concepts": [
                {
                    "record_id": "train/00000001",
                    "concept_id": "linden rash",
                    "name": "linden rash",
                    "definition": "A rash that follows the felling of lindens.",
                    "synonyms": [],
                },
                {"record_id": "train/00000002", "subject_id": "reed cough", "concept_id": "X1"},
            ]
        },
    ),
    twin=Twin(TwinFile("train.jsonl", _described, json_lines(), 30_000)),
)
