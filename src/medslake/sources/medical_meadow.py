"""Collections of Medical Meadow (Han et al., MedAlpaca, 2023): WikiDoc with its patient information, and flashcards.

The instruction is the same for all records of a collection and stays in bronze. Of WikiDoc and the flashcards the files were not at hand.
"""

import json
from collections.abc import Mapping

from medslake.sources import Download, Example, NativeFile, Source, by_hash, github, hugging_face, mapped, row_number
from medslake.synth import Dirt, Draw, Length, Rows, Twin, TwinFile, json_array
from medslake.synth.parts.passages import broken, question


def meadow(
    name: str,
    title: str,
    licence: str,
    collection: str,
    example: Example,
    files: tuple[str, ...],
    downloads: tuple[Download, ...],
    twin: Twin,
    **sha256: str,
) -> Source:
    """collection: SQL for the part of the source that a record belongs to. sha256: of files, by their names without `.json`."""
    return Source(
        name=name,
        title=title,
        citation="Han T, Adams LC, Papaioannou JM, et al. MedAlpaca: an open-source collection of medical conversational AI models. 2023.",
        licence=licence,
        access="public",
        domain="Medical Knowledge",
        page="https://github.com/kbressem/medAlpaca",
        downloads=downloads,
        files=(
            NativeFile(
                "records",
                files,
                "json_array",
                "instruction STRING, input STRING, output STRING",
                options={"required": ("input", "output")},
                sha256={f"{file}.json": digest for file, digest in sha256.items()},
                all_globs=True,
            ),
        ),
        # A question that stands twice falls into one split with both of its answers.
        split=by_hash("subject_id"),
        silver={
            "questions": mapped(
                "records",
                aside={"blank(output): there is no answer": "trim(output) = ''"},
                record_id=f"concat({collection}, '/', {row_number()})",
                subject_id="lower(trim(input))",
                question="input",
                answer="output",
                topic=collection,
            )
        },
        example=example,
        twin=twin,
    )


def _records(*pairs: tuple[str, str]) -> str:
    return json.dumps([{"instruction": "Answer this question truthfully", "input": asked, "output": told} for asked, told in pairs])


def _twin_file(name: str, records: int, asked: Length, told: Length, dirt: Mapping[str, Dirt] = {}) -> TwinFile:
    def record(draw: Draw, number: int) -> dict[str, str]:
        answer = broken(draw, draw.words(told), 0.3)
        return {"instruction": "Answer this question truthfully", "input": question(draw, asked), "output": answer}

    return TwinFile(f"medical_meadow_{name}.json", record, json_array(indent=4), records, dirt=dirt)


_DIRT = {
    "question and answer twice": Dirt(92 / 5_942, record=lambda draw, one: Rows([one, one])),
    "a question twice": Dirt(63 / 5_942, record=lambda draw, one: Rows([one, {**one, "output": draw.words(40)}])),
}

SOURCES = (
    meadow(
        "wikidoc",
        "Medical Meadow: WikiDoc and its patient information",
        "GPL-3.0 (repository); the text of WikiDoc is CC BY-SA 3.0: share alike",
        "IF(_file RLIKE 'small|patient_info', 'patient_information', 'wikidoc')",
        Example(
            files={
                "medical_meadow_small.json": _records(
                    ("What is marlow fever?", "Made up."), (" what is marlow fever?", "Invented."), ("Why?", " ")
                ),
                "medical_meadow_wikidoc.json": _records(("What is linden rash?", "Ring shaped spots.")),
            },
            rows={
                "questions": [
                    {
                        "record_id": "patient_information/000001",
                        "subject_id": "what is marlow fever?",
                        "question": "What is marlow fever?",
                        "answer": "Made up.",
                        "topic": "patient_information",
                    },
                    {"record_id": "patient_information/000002", "subject_id": "what is marlow fever?", "answer": "Invented."},
                    {"record_id": "wikidoc/000001", "topic": "wikidoc"},
                ]
            },
        ),
        ("medical_meadow_small.json", "medical_meadow_wikidoc_patient_info*.json", "medical_meadow_wikidoc.json"),
        (
            *github("kbressem/medAlpaca", "63448c57967359ee04e6408ae418418ba0ac9f3a", {"medical_meadow_small.json": 3_690_759}),
            *hugging_face("medalpaca/medical_meadow_wikidoc", ("medical_meadow_wikidoc.json",)),
        ),
        Twin(
            _twin_file("small", 5_942, Length(8, 13), Length(49, 213), _DIRT), _twin_file("wikidoc", 10_000, Length(9, 15), Length(90, 400))
        ),
        medical_meadow_small="93bdc700b3fb802a66a9a5c1cc19572d0ca20ca392e35a50ad7648107cc3e89a",
    ),
    meadow(
        "medalpaca",
        "Medical Meadow: flashcards",
        "GPL-3.0 (repository); the licence of the cards was not read",
        "'flashcards'",
        Example(
            files={"medical_meadow_medical_flashcards.json": _records(("What does corimol do?", "It cools."))},
            rows={"questions": [{"record_id": "flashcards/000001", "question": "What does corimol do?", "answer": "It cools."}]},
        ),
        ("medical_meadow_medical_flashcards.json",),
        hugging_face("medalpaca/medical_meadow_medical_flashcards", ("medical_meadow_medical_flashcards.json",)),
        Twin(_twin_file("medical_flashcards", 33_955, Length(14, 26), Length(45, 110))),
    ),
)
