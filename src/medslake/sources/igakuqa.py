"""IgakuQA: questions of the Japanese medical licensing exams of 2018 to 2022 (Kasai et al., 2023).

Files beside the exams, `_metadata` and `_translate`, are not read. Questions that need a picture, which the release does not hold, and
questions without options, which ask for a number, are passed over.
"""

import json
from functools import partial

from medslake.sources import Bronze, Example, Frame, NativeFile, Source, by_hash, exam_questions, github_archive
from medslake.synth import Draw, Length, Twin, TwinFile, json_lines
from medslake.synth.parts.choices import posed

_LETTERS = "transform(sequence(0, size(choices) - 1), i -> substring('abcdefghijklmnopqrstuvwxyz', i + 1, 1))"


def _choices(bronze: Bronze) -> Frame:
    """The records in the columns of CHOICE_SCHEMA."""
    rows, pictured, asks = bronze["questions"], "coalesce(text_only, true) = false", "size(choices) > 0"
    bronze.left_out["questions that need a picture"] = rows.where(pictured)
    bronze.left_out["questions without options"] = rows.where(f"NOT {pictured} AND NOT {asks}")
    columns = ("problem_text AS question", "CAST(NULL AS STRING) AS answer", f"map_from_arrays({_LETTERS}, choices) AS options")
    return rows.where(f"NOT {pictured} AND {asks}").selectExpr(
        "*", *columns, "substring(problem_id, 1, 4) AS meta_info", "right_keys AS answer_idx"
    )


def _line(number: int, choices: list[str], answer: list[str], *, text_only: bool = True) -> str:
    told = {"choices": choices, "text_only": text_only, "answer": answer, "points": "1"}
    return json.dumps({"problem_id": f"116A{number}", "problem_text": "マーロウ熱の薬はどれか。", **told}, ensure_ascii=False) + "\n"


#: Block of an exam -> its questions.
_BLOCKS = {"A": 75, "B": 50, "C": 75, "D": 75, "E": 50, "F": 75}


def _asked(draw: Draw, number: int, exam: str) -> dict[str, object]:
    made = posed(draw, "ja", 5, Length(131, 560), Length(7, 26), right=draw.weighted({1: 0.867, 2: 0.089, 3: 0.044}))
    choices = made.options if draw.chance(0.995) else []
    right = ["abcde"[place] for place in made.right] if choices else [str(draw.whole(1, 90))]
    told = {"problem_id": f"{exam}{number}", "problem_text": made.question, "choices": choices, "text_only": draw.chance(0.89)}
    return {**told, "answer": right, "points": draw.pick("113")}


SOURCE = Source(
    name="igakuqa",
    title="IgakuQA",
    citation=(
        "Kasai J, Kasai Y, Sakaguchi K, Yamada Y, Radev D. Evaluating GPT-4 and ChatGPT on Japanese medical licensing examinations. "
        "arXiv:2303.18027 (2023)."
    ),
    licence="Not stated in the repository; taken as non-commercial",
    access="noncommercial",
    domain="Exam",
    language="ja",
    page="https://github.com/jungokasai/IgakuQA",
    downloads=github_archive("jungokasai/IgakuQA", "2bc4c3d159cf5505f6253d24a909fbd53237e239"),
    files=(
        NativeFile(
            "questions",
            tuple(f"{root}[0-9][0-9][0-9]-[A-Z].jsonl" for root in ("", "20[0-9][0-9]/", "data/20[0-9][0-9]/")),
            "jsonl",
            "problem_id STRING, problem_text STRING, choices ARRAY<STRING>, text_only BOOLEAN, right_keys STRING, points STRING",
            key=("problem_id",),
            options={"aliases": {"answer": "right_keys"}, "required": ("problem_text", "choices", "right_keys")},
            all_globs=True,
        ),
    ),
    split=by_hash("record_id"),
    silver={
        "questions": exam_questions(
            _choices,
            record_id="problem_id",
        )
    },
    example=Example(
        files={
            "data/2022/116-A.jsonl": _line(1, ["ベラトリン", "水"], ["a"])
            + _line(2, ["茶", "水", "塩"], ["b", "c"])
            + _line(3, [], ["7"])
            + _line(4, ["茶", "水"], ["c"])
            + _line(5, ["茶", "水"], ["a"], text_only=False),
            "data/2022/116-A_translate.jsonl": "{}\n",
        },
        rows={
            "questions": [
                {
                    "record_id": "116A1",
                    "language": "ja",
                    "options": [{"key": "a", "text": "ベラトリン"}, {"key": "b", "text": "水"}],
                    "answer_keys": ["a"],
                    "answer": "ベラトリン",
                    "topic": "116A",
                },
                {"record_id": "116A2", "answer_keys": ["b", "c"], "answer": "水, 塩"},
            ]
        },
    ),
    twin=Twin(
        *(
            TwinFile(f"data/{year}/{year - 1906}-{block}.jsonl", partial(_asked, exam=f"{year - 1906}{block}"), json_lines(), size, first=1)
            for year in range(2018, 2023)
            for block, size in _BLOCKS.items()
        )
    ),
)
