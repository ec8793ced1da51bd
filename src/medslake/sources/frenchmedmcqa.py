"""FrenchMedMCQA: questions of French pharmacy exams with one or several right answers (Labrak et al., LOUHI 2022).

One id stands twice in the train file, so ids of rows are numbers of records.
"""

import json
from functools import partial

from medslake.sources import CHOICE_SCHEMA, Example, NativeFile, Source, by_file, exam_questions, github, row_number
from medslake.synth import Dirt, Draw, Length, Rows, Twin, TwinFile, json_array
from medslake.synth.parts.choices import posed

_FILES = {
    "train.json": (1_737_510, "7932ffb982f174980c3545ff220091efcf856be0c946fdf077dea788c35e93a3"),
    "dev.json": (238_934, "ddd64d9218561fed1c2dcd59ca13c39380ba92953aff253f39ebeb187a420a32"),
    "test.json": (473_227, "f53d1682af74558ed58b74c8b422a78199b1a0d4e7f0d47e532c5b4b3411e35e"),
}
_OPTIONS = {"a": "Le corimol", "b": "La vélatrine", "c": "Le repos"}


def _record(right: list[str], count: int) -> dict[str, object]:
    answers = {"answers": _OPTIONS, "correct_answers": right, "subject_name": "pharmacie", "nbr_correct_answers": count}
    return {"id": "7", "question": "Que prescrire contre la fièvre de Marlow ?", **answers}


def _asked(draw: Draw, number: int, typed: bool = True) -> dict[str, object]:
    made = posed(draw, "fr", 5, Length(13, 24), Length(5, 14), right=draw.weighted(_RIGHT))
    right = ["abcde"[place] for place in made.right]
    answers = {"answers": dict(zip("abcde", made.options, strict=True)), "correct_answers": right, "subject_name": "pharmacie"}
    kind = {"type": "simple" if len(right) == 1 else "multiple"} if typed else {}
    return {"id": f"{draw.getrandbits(256):064x}", "question": made.question, **answers, **kind, "nbr_correct_answers": len(right)}


_FORM = json_array(indent=4, ascii=True)
_DIRT = {
    "a record twice": Dirt(1 / 2_171, record=lambda draw, one: Rows([one, one])),
    "a question twice": Dirt(22 / 2_171, record=lambda draw, one: Rows([one, {**one, "id": f"{draw.getrandbits(256):064x}"}])),
}
_RIGHT = {1: 0.348, 2: 0.216, 3: 0.3, 4: 0.123, 5: 0.014}


SOURCE = Source(
    name="frenchmedmcqa",
    title="FrenchMedMCQA",
    citation="Labrak Y, et al. FrenchMedMCQA: a French multiple-choice question answering dataset for medical domain. LOUHI 2022.",
    licence="Apache-2.0",
    access="public",
    domain="Exam",
    language="fr",
    page="https://github.com/qanastek/FrenchMedMCQA",
    downloads=github("qanastek/FrenchMedMCQA", "4e36a4055245feec3218573c9f6bb1a9ecb1756b", _FILES, under="corpus/"),
    files=(
        NativeFile(
            "questions",
            tuple(f"{folder}{name}" for folder in ("", "corpus/") for name in _FILES),
            "json_array",
            f"id STRING, {CHOICE_SCHEMA}, type STRING, nbr_correct_answers INT",
            options={
                "aliases": {"answers": "options", "correct_answers": "answer_idx", "subject_name": "meta_info"},
                "required": ("question", "options", "answer_idx"),
            },
            all_globs=True,
        ),
    ),
    split=by_file(train="train", validation="dev", test="test"),
    silver={
        "questions": exam_questions(
            "questions",
            aside={
                "answer_count: nbr_correct_answers is not the number of right answers": (
                    "nbr_correct_answers != size(regexp_extract_all(answer_idx, '([A-Za-z])', 1))"
                )
            },
            record_id=row_number("_split"),
        )
    },
    example=Example(
        files={
            "train.json": json.dumps([{**_record(["c", "a"], 2), "type": "multiple"}, _record(["a"], 2)]),
            "test.json": json.dumps([_record(["b"], 1)]),
        },
        rows={
            "questions": [
                {"record_id": "test/000001", "split": "test", "answer_keys": ["b"], "answer": "La vélatrine"},
                {
                    "record_id": "train/000001",
                    "split": "train",
                    "language": "fr",
                    "options": [{"key": key, "text": text} for key, text in _OPTIONS.items()],
                    "answer_keys": ["a", "c"],
                    "answer": "Le corimol, Le repos",
                    "topic": "pharmacie",
                },
            ]
        },
    ),
    twin=Twin(
        TwinFile("train.json", _asked, _FORM, 2_171, dirt=_DIRT),
        TwinFile("dev.json", _asked, _FORM, 312),
        TwinFile("test.json", partial(_asked, typed=False), _FORM, 622),
    ),
)
