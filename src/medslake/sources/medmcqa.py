"""MedMCQA: questions of Indian entrance exams, each with an explanation (Pal et al., CHIL 2022).

Three forms of its rows: the release, where `cop` numbers the right option from 1; records collected from another copy, where it counts
from 0; and the single-choice questions of its development set, normalised by a benchmark. `choice_type` stays in bronze: `multi` is about
the wording, one option is right there too. The test set is published without answers; the development set, which MedS-Bench asks, is
test as well.
"""

import json
import re
import uuid

from medslake.sources import CHOICE_SCHEMA, Example, Mapped, NativeFile, Source, by_file, exam_questions, mapped
from medslake.synth import Draw, Length, Twin, TwinFile, json_lines
from medslake.synth.parts.choices import posed
from medslake.synth.text import slots

_SCHEMA = (
    "id STRING, question STRING, opa STRING, opb STRING, opc STRING, opd STRING, cop INT, choice_type STRING, exp STRING, "
    "subject_name STRING, topic_name STRING"
)
_REQUIRED = ("id", "question", "opa", "opb", "opc", "opd")
_OPTIONS = ", ".join(f"named_struct('key', '{key}', 'text', op{key.lower()})" for key in "ABCD")


def _rows(table: str, first: int) -> Mapped:
    """first: the number of the first option."""
    return mapped(
        table,
        aside={f"answer_key: cop is none of {first} to {first + 3}": f"cop NOT BETWEEN {first} AND {first + 3}"},
        record_id="id",
        question="question",
        options=f"array({_OPTIONS})",
        answer_keys=f"IF(cop IS NULL, NULL, array(substring('ABCD', cop - {first} + 1, 1)))",
        answer=f"get(array(opa, opb, opc, opd), cop - {first})",
        rationale="exp",
        topic="subject_name",
    )


def _record(id: str, cop: int | None) -> dict[str, object]:
    options = {"opa": "Corimol", "opb": "Velatrine", "opc": "Rest", "opd": "Tea"}
    told = {"choice_type": "single", "exp": "Ans. is as in the made-up book.", "subject_name": "Medicine", "topic_name": None}
    return {"id": id, "question": "Which drug treats marlow fever?", **options, "cop": cop, **told}


#: Subject -> its share, in thousandths.
_SUBJECTS = (
    "Social & Preventive Medicine:100 Anatomy:93 Medicine:93 Microbiology:90 Surgery:83 Forensic Medicine:67 Pathology:60 "
    "Biochemistry:53 Pharmacology:50 Physiology:47 Ophthalmology:43 Dental:43 Radiology:30 Gynaecology & Obstetrics:27 Pediatrics:27 "
    "Anaesthesia:23 Psychiatry:20 Orthopaedics:20 ENT:17 Skin:7 Unknown:7"
)
_SHARES = {name.strip(): int(share) for name, share in re.findall(r"(\D+):(\d+)", _SUBJECTS)}


def _asked(draw: Draw, number: int) -> dict[str, object]:
    made = posed(draw, "en", 4, Length(10, 37), Length(2, 7), shares={0: 0.31, 1: 0.25, 2: 0.245, 3: 0.195})
    told = {"id": str(uuid.UUID(int=draw.getrandbits(128))), "question": made.question}
    told |= dict(zip(("opa", "opb", "opc", "opd"), made.options, strict=True))
    why = draw.words(Length(54, 241)) if draw.chance(0.88) else None
    kind = {"cop": made.right[0] + 1, "choice_type": draw.weighted({"single": 0.67, "multi": 0.33}), "exp": why}
    topic = draw.pick(slots()["site"]).title() if draw.chance(0.467) else None
    return {**told, **kind, "subject_name": draw.weighted(_SHARES), "topic_name": topic}


def _unanswered(draw: Draw, number: int) -> dict[str, object]:
    return {key: value for key, value in _asked(draw, number).items() if key not in ("cop", "exp")}


SOURCE = Source(
    name="medmcqa",
    title="MedMCQA",
    citation=(
        "Pal A, Umapathi LK, Sankarasubbu M. MedMCQA: a large-scale multi-subject multi-choice dataset for medical domain question "
        "answering. CHIL 2022."
    ),
    licence="MIT",
    access="public",
    domain="Exam",
    page="https://github.com/medmcqa/medmcqa",
    files=(
        NativeFile(
            "questions",
            tuple(f"{root}{split}.json" for root in ("", "data/") for split in ("train", "dev", "test")),
            "jsonl",
            _SCHEMA,
            key=("id",),
            options={"required": _REQUIRED},
            required=False,
            all_globs=True,
        ),
        NativeFile(
            "collected",
            ("examples.json",),
            "json_array",
            _SCHEMA,
            key=("id",),
            options={"required": _REQUIRED},
            sha256={"examples.json": "62098d0fa2ad9580bc9c4a520c4f5de9dc35ef02a8a5d22c07cc2eda172029a6"},
            required=False,
        ),
        NativeFile(
            "single_choice",
            ("dev_single_choice.jsonl",),
            "jsonl",
            f"realidx STRING, {CHOICE_SCHEMA}",
            key=("realidx",),
            options={"required": ("question", "options", "answer_idx")},
            sha256={"dev_single_choice.jsonl": "06193ed891b1f4ce1b93b3416f52ec731e8c7134b17a000f9219c031a929d716"},
            required=False,
        ),
    ),
    split=by_file(train=("train", "examples"), test=("dev", "test")),
    silver={"questions": (_rows("questions", 1), _rows("collected", 0), exam_questions("single_choice", record_id="realidx"))},
    example=Example(
        files={
            "train.json": "".join(json.dumps(_record(id, cop)) + "\n" for id, cop in (("a1", 1), ("a2", 4), ("a3", 0))),
            "test.json": json.dumps(_record("b1", None)) + "\n",
            "examples.json": json.dumps([_record("c1", 0), _record("a1", 0)]),
            "dev_single_choice.jsonl": json.dumps(
                {"question": "What itches?", "realidx": "d1", "options": {"A": "Rash", "B": "Tea"}, "answer_idx": "A", "answer": "Rash"}
            )
            + "\n",
        },
        rows={
            "questions": [
                {
                    "record_id": "a1",
                    "split": "train",
                    "options": [
                        {"key": "A", "text": "Corimol"},
                        {"key": "B", "text": "Velatrine"},
                        {"key": "C", "text": "Rest"},
                        {"key": "D", "text": "Tea"},
                    ],
                    "answer_keys": ["A"],
                    "answer": "Corimol",
                    "rationale": "Ans. is as in the made-up book.",
                    "topic": "Medicine",
                },
                {"record_id": "a2", "answer_keys": ["D"], "answer": "Tea"},
                {"record_id": "b1", "split": "test", "answer_keys": None, "answer": None},
                {"record_id": "c1", "split": "train", "answer_keys": ["A"], "answer": "Corimol"},
                {"record_id": "d1", "split": "test", "answer_keys": ["A"], "answer": "Rash"},
            ]
        },
    ),
    twin=Twin(
        TwinFile("train.json", _asked, json_lines(), 182_822),
        TwinFile("dev.json", _asked, json_lines(), 4_183),
        TwinFile("test.json", _unanswered, json_lines(), 6_150),
    ),
)
