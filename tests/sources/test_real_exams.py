"""Exams, questions and dialogues on their real files: the counts of each SOURCE.md, reached by other means than the readers'."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from medslake import settings
from medslake.ingest.ingest import ingest
from medslake.lake import open_lake

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from medslake.lake import Lake

DATA = settings.test_data_dir()
#: Source -> folder.
FOLDERS = {
    "medqa": "medqa_native",
    "mmedbench": "mmedbench_native",
    "headqa": "headqa_native",
    "medmcqa": "medmcqa",
    "frenchmedmcqa": "frenchmedmcqa",
    "rumedbench": "rumeddanet",
    "medication_qa": "medication_qa",
    "medquad": "medquad",
    "covid_qa": "covid_qa",
    "bioasq": "bioasq_b",
    "cmedqa2": "cmedqa2_candidates",
    "wikidoc": "medical_meadow_wikidoc",
    "chatdoctor": "chatdoctor",
    "sharegpt_format": "sharegpt_format",
}
#: Minutes: the long tests read all folders.
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        not all((DATA / folder).is_dir() for folder in FOLDERS.values()), reason="third-party data is not here (set MEDSLAKE_TEST_DATA)"
    ),
]
#: Bronze table -> records of its files.
BRONZE = {
    "medqa__questions": 1273,
    "mmedbench__questions": 270,
    "headqa__spanish": 2657,
    "headqa__english": 2657,
    "medmcqa__collected": 300,
    "medmcqa__single_choice": 2816,
    "frenchmedmcqa__questions": 2171 + 312 + 622,
    "rumedbench__questions": 1564,
    "medication_qa__questions": 690,
    "medquad__documents": 277 + 48 + 88 + 59 + 40 - 4 - 1,
    "medquad__older_documents": 4,
    "medquad__disease_files": 1,
    # Members of the zip.
    "medquad__judgements": 2479,
    "medquad__judged_answers": 2479,
    "covid_qa__questions": 1380,
    "bioasq__questions": 100 + 85 + 85 + 1 + 1,
    "cmedqa2__candidates": 20000,
    "wikidoc__records": 5942,
    "chatdoctor__dialogues": 5452,
    "chatdoctor__diseases": 796,
    "sharegpt_format__conversations": 500,
}
#: Where the release has splits.
SPLITS = {
    "medqa": {"test": 1273},
    "mmedbench": {"train": 180, "test": 90},
    "headqa": {"train": 2 * 2657},
    "medmcqa": {"train": 300, "test": 2816},
    "frenchmedmcqa": {"train": 2171, "validation": 312, "test": 622},
    "rumedbench": {"train": 1052, "validation": 256, "test": 256},
    "bioasq": {"test": 170},
}
#: Where it has none. Of MedQuAD the answers of one folder are empty, and SOURCE.md does not count the 16 pairs of the four older documents.
WHOLE = {"medication_qa": 690, "medquad": 1088 + 769 + 559 + 270 + 16, "covid_qa": 1380, "wikidoc": 5942}
LEFT_OUT = {
    "medquad": {"documents: answers removed by the publisher": 141},
    "bioasq": {"phase A, without a question": 100, "answers made up for a template": 2},
}


@pytest.fixture(scope="module")
def real(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    lake = open_lake(str(tmp_path_factory.mktemp("real") / "lake"), spark=spark)
    ingest(lake, {name: str(DATA / folder) for name, folder in FOLDERS.items()})
    yield lake


def rows(lake: Lake, name: str, columns: list[str], **where: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = lake.arrow.read(name, columns=columns, where=where or None).to_pylist()
    return found


def test_records_of_every_table(real: Lake) -> None:
    assert {name: real.arrow.count(f"bronze.{name}") for name in BRONZE} == BRONZE


def test_nothing_is_set_aside(real: Lake) -> None:
    assert not real.exists("ops.quarantine") or rows(real, "ops.quarantine", ["source", "rule"]) == []


def test_what_is_passed_over_is_counted(real: Lake) -> None:
    found: dict[str, dict[str, int]] = {}
    for run in rows(real, "ops.runs", ["accounts"]):
        for account in run["accounts"] or ():
            if account["table_name"] == "silver.questions" and account["left_out"]:
                found[account["slice"].removeprefix("source=")] = dict(account["reasons"])
    assert found == LEFT_OUT


def test_questions_by_split(real: Lake) -> None:
    found: dict[str, Counter[str]] = {}
    for row in rows(real, "silver.questions", ["source", "split"]):
        found.setdefault(row["source"], Counter())[row["split"]] += 1
    assert {name: dict(found[name]) for name in SPLITS} == SPLITS
    assert {name: found[name].total() for name in WHOLE} == WHOLE
    assert set(found) == {*SPLITS, *WHOLE}
    for name in WHOLE:
        # COVID-QA falls by its 98 articles, some of which are asked about fifty times.
        assert abs(found[name]["train"] / WHOLE[name] - 0.9) < 0.1, name


def test_dialogues(real: Lake) -> None:
    found = rows(real, "silver.dialogues", ["source", "turns"])
    assert Counter(row["source"] for row in found) == {"chatdoctor": 5452, "sharegpt_format": 500}
    chats = [row["turns"] for row in found if row["source"] == "sharegpt_format"]
    assert Counter(map(len, chats)) == {2: 167, 4: 166, 6: 167}
    assert Counter(turn["speaker"] for turns in chats for turn in turns) == {"user": 1000, "assistant": 1000}


def test_exams_of_headqa(real: Lake) -> None:
    columns = ["source", "language", "subject_id", "topic", "options", "answer_keys", "answer", "context", "record_id"]
    found = rows(real, "silver.questions", columns, source="headqa")
    categories = {"biology": 452, "nursery": 384, "pharmacology": 457, "medicine": 455, "psychology": 453, "chemistry": 456}
    assert Counter((row["language"], row["topic"]) for row in found) == {(c, t): n for c in ("es", "en") for t, n in categories.items()}
    assert Counter(row["subject_id"].split("_")[1] for row in found) == {"2013": 2 * 1318, "2014": 2 * 1339}
    assert sum(row["context"] is not None for row in found) == 2 * 68
    for language, folder in (("es", "HEAD"), ("en", "HEAD_EN")):
        told = json.loads((DATA / "headqa_native" / folder / f"train_{folder}.json").read_text(encoding="utf-8"))["exams"]
        right = {
            f"{language}/{name}/{asked['qid']}": next(a["atext"] for a in asked["answers"] if str(a["aid"]) == asked["ra"])
            for name, exam in told.items()
            for asked in exam["data"]
        }
        assert {row["record_id"]: row["answer"] for row in found if row["language"] == language} == right
    texts = rows(real, "silver.parallel_texts", ["source", "texts", "split"], source="headqa")
    assert len(texts) == 2657 * 6
    assert {row["split"] for row in texts} == {"train"}


def test_collected_headqa(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> None:
    lake = open_lake(str(tmp_path_factory.mktemp("collected") / "lake"), spark=spark)
    ingest(lake, {"headqa": str(DATA / "headqa")})
    found = rows(lake, "silver.questions", ["source", "record_id", "split", "answer_keys"], source="headqa")
    told = json.loads((DATA / "headqa" / "examples.json").read_text(encoding="utf-8"))
    assert {row["record_id"]: row["answer_keys"] for row in found} == {f"en/{r['name']}/{r['qid']}": [str(r["ra"])] for r in told}
    assert {row["split"] for row in found} == {"train"}


def test_right_options_of_frenchmedmcqa(real: Lake) -> None:
    told = {}
    for split, file in (("train", "train"), ("validation", "dev"), ("test", "test")):
        records = json.loads((DATA / "frenchmedmcqa" / f"{file}.json").read_text(encoding="utf-8"))
        told |= {f"{split}/{row:06}": sorted(r["correct_answers"]) for row, r in enumerate(records, start=1)}
    found = rows(real, "silver.questions", ["source", "record_id", "answer_keys"], source="frenchmedmcqa")
    assert {row["record_id"]: row["answer_keys"] for row in found} == told


def test_right_options_of_medmcqa(real: Lake) -> None:
    """In the collected records the number of the right option counts from 0."""
    told = {r["id"]: r["op" + "abcd"[r["cop"]]] for r in json.loads((DATA / "medmcqa" / "examples.json").read_text(encoding="utf-8"))}
    with (DATA / "medmcqa" / "dev_single_choice.jsonl").open(encoding="utf-8") as file:
        told |= {r["realidx"]: r["answer"] for r in map(json.loads, file)}
    found = rows(real, "silver.questions", ["source", "record_id", "answer", "rationale"], source="medmcqa")
    assert {row["record_id"]: row["answer"] for row in found} == told
    assert sum(row["rationale"] is not None for row in found) == 264


def test_answers(real: Lake) -> None:
    columns = ["source", "answer", "long_answer", "topic", "question", "context"]
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows(real, "silver.questions", columns):
        found.setdefault(row["source"], []).append(row)
    assert Counter(row["answer"] for row in found["rumedbench"]) == {"да": 782, "нет": 782}
    assert Counter(row["topic"] for row in found["medqa"]) == {"step1": 679, "step2&3": 593, "stfep2&3": 1}
    assert len({row["question"] for row in found["medication_qa"]}) == 651
    assert Counter(row["answer"] for row in found["bioasq"] if row["topic"] == "yesno") == {"yes": 32, "no": 19}
    assert Counter(row["topic"] for row in found["bioasq"]) == {"yesno": 51, "list": 41, "summary": 33, "factoid": 45}
    assert sum(len(row["context"]) for row in found["bioasq"]) == 1700
    assert all(row["answer"] in row["context"][0]["text"] for row in found["covid_qa"])


def test_second_ingest_commits_nothing_without_spark(real: Lake) -> None:
    other = open_lake(real.root)
    told = ingest(other, {name: str(DATA / folder) for name, folder in FOLDERS.items()})
    assert {table["committed"] for table in told["tables"].values()} == {False}
    assert not other.has_spark
