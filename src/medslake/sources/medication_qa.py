"""MedicationQA: questions of consumers about drugs, with answers of trusted pages (Ben Abacha et al., MedInfo 2019).

Drug, section and page of an answer stay in bronze.
"""

import re

from medslake.sources import Example, NativeFile, Source, by_hash, github, mapped, row_number
from medslake.synth import Draw, Length, Twin, TwinFile, workbook, xlsx
from medslake.synth.parts.passages import broken, question
from medslake.synth.text import slots

_FILE = "MedInfo2019-QA-Medications.xlsx"
_HEADER = ("Question", "Focus (Drug)", "Question Type", "Answer", "Section Title", "URL")

#: Type of a question -> its share, in thousandths.
_TYPES = (
    "Information:162 Dose:96 Usage:88 Side effects:83 Indication:80 Interaction:74 Appearance:55 Action:52 Usage/time:52 "
    "Stopping/tapering:42 Ingredient:39 Action/time:33 Storage and disposal:19 Comparison:17 Contraindication:16 Overdose:14 "
    "Alternatives:12 Usage/duration:10 not_drug_question:7 Time/duration:6 Pronounce name:4 Brand names:4 Combination:4"
)
_SHARES = {name.strip(): int(share) for name, share in re.findall(r"(\D+):(\d+)", _TYPES)}


def _asked(draw: Draw, number: int) -> tuple[object, ...]:
    """Of 18 rows one asks what the row before asked."""
    asked = question(draw.about("medication", number - (number % 18 == 17)), Length(7, 12))
    drug = draw.pick(slots()["drug"])
    focus = draw.weighted({drug: 0.75, f"{drug} {draw.pick(slots()['mg'])}": 0.25})
    section = None if draw.chance(0.003) else draw.words(Length(3, 9), ended=False)
    answer = draw.words(Length(40, 186))
    return asked, focus, draw.weighted(_SHARES), broken(draw, answer, 0.1), section, f"https://drugs.invalid/{number}"


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
    twin=Twin(TwinFile(_FILE, _asked, xlsx("DrugQA", _HEADER), 690)),
)
