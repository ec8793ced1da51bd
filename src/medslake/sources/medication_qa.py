"""MedicationQA: questions of consumers about drugs, with answers of trusted pages (Ben Abacha et al., MedInfo 2019).

Drug, section and page of an answer stay in bronze.
"""

from medslake.sources import Example, NativeFile, Source, by_hash, github, mapped, row_number
from medslake.synth.workbook import workbook

_FILE = "MedInfo2019-QA-Medications.xlsx"
_HEADER = ("Question", "Focus (Drug)", "Question Type", "Answer", "Section Title", "URL")

SOURCE = Source(
    name="medication_qa",
    title="MedicationQA",
    citation=(
        "Ben Abacha A, Mrabet Y, Sharp M, Goodwin T, Shooshan SE, Demner-Fushman D. Bridging the gap between consumers' medication "
        "questions and trusted answers. MedInfo 2019."
    ),
    licence="Not stated in the repository; taken as non-commercial",
    access="noncommercial",
    domain="Medical Knowledge",
    page="https://github.com/abachaa/Medication_QA_MedInfo2019",
    downloads=github(
        "abachaa/Medication_QA_MedInfo2019",
        "8756adc5f4bb99f6bcff690a13921337d9f9bb7e",
        {_FILE: (163_497, "4f13d0e3b195bd6a5d72a1872f9118cb5f69fd02c370001695330cfc9e3b5832")},
    ),
    files=(
        NativeFile(
            "questions",
            (_FILE,),
            "xlsx",
            "question STRING, focus STRING, question_type STRING, answer STRING, section_title STRING, url STRING",
            options={
                "sheet": "DrugQA",
                "aliases": dict(zip(_HEADER, ("question", "focus", "question_type", "answer", "section_title", "url"), strict=True)),
                "required": ("question", "answer"),
            },
        ),
    ),
    # A question with several answers falls into one split with all of them.
    split=by_hash("subject_id"),
    silver={
        "questions": mapped(
            "questions",
            record_id=row_number(),
            subject_id="lower(trim(question))",
            question="question",
            answer="answer",
            topic="question_type",
        )
    },
    example=Example(
        files=lambda: {
            _FILE: workbook(
                "DrugQA",
                [
                    _HEADER,
                    ("May I halve corimol?", "corimol", "Dose", "Yes.\nAlong the line.", "Taking it", "page 7"),
                    ("may i halve corimol? ", "corimol", "Dose", "Ask first.", None, "page 8"),
                ],
            )
        },
        rows={
            "questions": [
                {
                    "record_id": "000001",
                    "subject_id": "may i halve corimol?",
                    "question": "May I halve corimol?",
                    "answer": "Yes.\nAlong the line.",
                    "topic": "Dose",
                },
                {"record_id": "000002", "subject_id": "may i halve corimol?", "answer": "Ask first."},
            ]
        },
    ),
)
