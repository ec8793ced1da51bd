"""IgakuQA: questions of the Japanese medical licensing exams of 2018 to 2022 (Kasai et al., 2023).

Files beside the exams, `_metadata` and `_translate`, are not read. Questions that need a picture, which the release does not hold, and
questions without options, which ask for a number, are passed over. MMedBench holds most of the questions, split into Train and Test: where
its Japanese files lie beside the release, its split counts, and of them alone come the questions that the release lacks.
"""

import json
from functools import partial

from medslake.sources import (
    CHOICE_SCHEMA,
    Bronze,
    Example,
    Frame,
    NativeFile,
    Source,
    by_hash,
    exam_questions,
    github_archive,
    hash_split,
    joined_on,
)
from medslake.synth import Draw, Length, Twin, TwinFile, json_lines
from medslake.synth.parts.choices import posed

_SPLIT = "lower(regexp_extract(_file, '(Train|Test)/', 1))"
_LETTERS = "transform(sequence(0, size(choices) - 1), i -> substring('abcdefghijklmnopqrstuvwxyz', i + 1, 1))"


def _choices(bronze: Bronze) -> Frame | None:
    """The records in the columns of CHOICE_SCHEMA."""
    if "questions" not in bronze:
        return None
    rows, pictured, asks = bronze["questions"], "coalesce(text_only, true) = false", "size(choices) > 0"
    bronze.left_out["questions that need a picture"] = rows.where(pictured)
    bronze.left_out["questions without options"] = rows.where(f"NOT {pictured} AND NOT {asks}")
    columns = ("problem_text AS question", "CAST(NULL AS STRING) AS answer", f"map_from_arrays({_LETTERS}, choices) AS options")
    asked = rows.where(f"NOT {pictured} AND {asks}").selectExpr(
        "*", *columns, "substring(problem_id, 1, 4) AS meta_info", "right_keys AS answer_idx"
    )
    if "in_mmedbench" not in bronze:
        return asked.selectExpr("*", "CAST(NULL AS STRING) AS official_split")
    official = bronze["in_mmedbench"].selectExpr("problem_id", f"{_SPLIT} AS official_split").dropDuplicates(["problem_id"])
    return joined_on(asked, official, "problem_id", told=(bronze, "questions, in_mmedbench"))


def _copied(bronze: Bronze) -> Frame | None:
    """Questions of MMedBench that the release at hand lacks."""
    if "in_mmedbench" not in bronze:
        return None
    rows = bronze["in_mmedbench"].selectExpr("*", f"{_SPLIT} AS official_split")
    if "questions" not in bronze:
        return rows
    known = bronze["questions"].selectExpr("problem_id").dropDuplicates(["problem_id"])
    bronze.left_out["questions of MMedBench that the release has"] = joined_on(rows, known, "problem_id", keep="matched")
    return joined_on(rows, known, "problem_id", keep="unmatched")


def _line(number: int, choices: list[str], answer: list[str], *, text_only: bool = True) -> str:
    told = {"choices": choices, "text_only": text_only, "answer": answer, "points": "1"}
    return json.dumps({"problem_id": f"116A{number}", "problem_text": "マーロウ熱の薬はどれか。", **told}, ensure_ascii=False) + "\n"


def _copy(number: int) -> str:
    told = {"question": "マーロウ熱の薬はどれか。", "options": {"A": "茶", "B": "水", "C": "塩"}, "answer_idx": ["B", "C"]}
    return json.dumps({"problem_id": f"116A{number}", **told}, ensure_ascii=False) + "\n"


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
            required=False,
            all_globs=True,
        ),
        NativeFile(
            "in_mmedbench",
            tuple(f"{root}{split}/Japanese.jsonl" for root in ("", "MMedBench/") for split in ("Train", "Test")),
            "jsonl",
            f"{CHOICE_SCHEMA}, problem_id STRING",
            key=("problem_id",),
            options={"required": ("question", "options", "answer_idx", "problem_id")},
            required=False,
            all_globs=True,
        ),
    ),
    split=by_hash("record_id"),
    silver={
        "questions": tuple(
            exam_questions(rule, record_id="problem_id", split=f"coalesce(official_split, {hash_split('problem_id')})", topic=exam)
            for rule, exam in ((_choices, "meta_info"), (_copied, "substring(problem_id, 1, 4)"))
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
            "MMedBench/Test/Japanese.jsonl": _copy(2) + _copy(8),
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
                {"record_id": "116A2", "split": "test", "answer_keys": ["b", "c"], "answer": "水, 塩"},
                {"record_id": "116A8", "split": "test", "answer_keys": ["B", "C"], "topic": "116A"},
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
