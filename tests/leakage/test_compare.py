"""All leak tests at once: planted copies of every kind, clean text, boilerplate, families of equal rows. Examples: tests/conformance."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from medslake import registry
from medslake.leak_tests import LeakTest
from medslake.leakage.compare import Leak, compare
from medslake.leakage.policy import Policy
from medslake.leakage.rows import rows_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

Row = dict[str, Any]
TESTS: dict[str, LeakTest] = registry.items("leak_test")
SCHEMA = (
    "instance_id string, task_id string, input string, source string, access string, subject_id string, record_ids array<string>,"
    " origin struct<file: string, sha256: string, row: bigint>, scope string"
)
WORDS = [
    f"{a}{b}{c}" for a in ("ka", "lo", "mi", "nu", "re") for b in ("ba", "de", "gi", "ho") for c in ("sin", "tol", "vax", "zem", "rum")
]
SIZE = 150


def frame(spark: SparkSession, rows: list[Row], side: str, encounters: tuple[str, ...] = ()) -> DataFrame:
    whole = []
    for n, row in enumerate(rows):
        own = {"task_id": "task1", "source": "made", "access": "public", "subject_id": None, "record_ids": [], "scope": ""} | row
        own.setdefault("instance_id", f"{side}{n:05d}")
        whole.append({**own, "origin": {"file": "f", "sha256": f"{side} {n}", "row": n}})
    fields = [part.split()[0] for part in SCHEMA.split(", ") if not part.startswith(("sha256", "row:"))]
    made = spark.createDataFrame([tuple(row[f] for f in fields) for row in whole], SCHEMA).coalesce(2)
    return rows_of(made, side, encounters, scope="scope")


def text(seed: object, length: int = 60) -> str:
    chosen = random.Random(str(seed))
    return " ".join(chosen.choice(WORDS) for _ in range(length))


def changed(words: str, *places: int) -> str:
    told = words.split()
    for place in places:
        told[place] = "otherwise"
    return " ".join(told)


def shingles(words: str) -> set[tuple[str, ...]]:
    told = words.split()
    return {tuple(told[i : i + 5]) for i in range(len(told) - 4)}


@pytest.fixture(scope="module")
def found(spark: SparkSession) -> set[tuple[str, str, str, float]]:
    """(test, left id, right id, score) of everything planted below, from one call."""
    left: list[Row] = []
    right: list[Row] = []
    for n in range(SIZE):
        asked = text(n)
        right.append({"instance_id": f"asked {n}", "input": asked, "task_id": f"task{n % 3}"})
        left += [
            {"instance_id": f"copy {n}", "input": f"  {asked.upper()} !", "task_id": "task7"},
            {"instance_id": f"near {n}", "input": changed(asked, n % 60), "task_id": "task8"},
            {"instance_id": f"part {n}", "input": text(("own", n), 80) + " " + " ".join(asked.split()[: 38 + n % 20]), "task_id": "task9"},
            {"instance_id": f"clean {n}", "input": text(("clean", n)), "task_id": "task9"},
        ]
        # Three rows of three tasks with 12 of the 48 runs each: none of them is half of the row, together they are.
        whole = text(("whole", n)).split()
        right.append({"instance_id": f"whole {n}", "input": " ".join(whole), "task_id": f"task{n % 3}"})
        left += [
            {
                "instance_id": f"third {n} {k}",
                "input": f"{text(('opening', k), 20)} {' '.join(whole[12 * k : 12 * k + 24])}",
                "task_id": f"task1{k}",
            }
            for k in range(3)
        ]
    form = text("form", 40)
    right += [{"instance_id": f"form {n}", "input": f"{form} {text(('answer', n), 20)}"} for n in range(15)]
    left += [{"instance_id": f"form {n}", "input": f"{form} {text(('reply', n), 20)}"} for n in range(15)]
    left += [{"instance_id": f"equal {n}", "input": "the same few words"} for n in range(40)]
    right += [{"instance_id": f"equal {n}", "input": "The same few words."} for n in range(30)]
    rows = frame(spark, left, "train").unionByName(frame(spark, right, "bench"))
    leaks = compare(rows, list(TESTS.values()), Policy.of(), "found")
    assert compare(rows.repartition(7, "tokens"), list(TESTS.values())[::-1], Policy.of(), "found") == leaks
    assert {leak.action for leak in leaks} == {"found", "tagged"}
    return {(leak.test, leak.train_instance_id, leak.bench_instance_id, leak.score) for leak in leaks if leak.side == "train"}


Found = set[tuple[str, str, str, float]]


def hits(found: Found, test: str, kind: str) -> set[int]:
    """Numbers of the planted rows of a kind that the test found beside the very row they were made from."""
    pairs = [(left.split(), right.split()) for t, left, right, _ in found if t == test]
    return {int(left[1]) for left, right in pairs if left[0] == kind and right[0] == "asked" and left[1] == right[1]}


def test_every_planted_copy_is_found_and_no_clean_text(found: Found) -> None:
    every = set(range(SIZE))
    assert hits(found, "exact", "copy") == every
    assert hits(found, "minhash", "copy") == every
    near = {n for n in every if _jaccard(n) >= TESTS["minhash"].threshold}
    assert len(near) > SIZE / 2
    assert hits(found, "minhash", "near") == near
    # Of 48 runs of 13 tokens, a part of 38 to 57 tokens holds 26 to 45.
    assert hits(found, "ngram", "part") == every
    assert not [one for one in found if one[1].startswith("clean")]


def test_a_row_that_is_spread_over_several_is_found_and_as_many_are_named_as_it_takes(found: Found) -> None:
    named: dict[int, list[int]] = {n: [] for n in range(SIZE)}
    for test, left, right, score in found:
        if left.startswith("third"):
            _, n, k = left.split()
            assert (test, right, score) == ("ngram", f"whole {n}", 0.75)
            named[int(n)].append(int(k))
    # Without two of the three, a quarter of the row is left.
    assert all(len(ks) == 2 for ks in named.values())


def _jaccard(n: int) -> float:
    asked, near = shingles(text(n)), shingles(changed(text(n), n % 60))
    return len(asked & near) / len(asked | near)


def test_boilerplate_of_a_set_counts_for_nothing(found: Found) -> None:
    assert not [one for one in found if one[0] == "ngram" and one[1].startswith("form")]


def test_each_row_of_a_family_is_named_once_and_not_with_all_others(found: Found) -> None:
    exact = [(left, right) for test, left, right, _ in found if test == "exact" and left.startswith("equal")]
    assert {left for left, _ in exact} == {f"equal {n}" for n in range(40)}
    assert {right for _, right in exact} == {f"equal {n}" for n in range(30)}
    assert len(exact) == 40 + 30 - 1


def test_benchmark_rows_of_one_template_are_other_patients_and_no_pairs(spark: SparkSession) -> None:
    form = text("form", 80)
    patients = [{"input": f"{form} {text(n, 2)}", "instance_id": f"{task} {n}", "task_id": task} for task in "ab" for n in range(4)]
    asked = {"input": f"{form} {text(9, 2)}", "instance_id": "c 9", "task_id": "c"}
    rows = frame(spark, [*patients, asked], "bench", encounters=("a", "b"))
    found = compare(rows, list(TESTS.values()), Policy.of(), "found")
    assert {(leak.train_task_id, leak.bench_task_id) for leak in found if leak.test == "exact"} == {("a", "b"), ("b", "a")}
    # What no template made may still give one away.
    assert {leak.train_task_id for leak in found if leak.test == "minhash"} == {"c"}
    looked = compare(rows, list(TESTS.values()), Policy.of(["encounter:minhash=note"]), "found")
    assert {leak.train_task_id for leak in looked if leak.test == "minhash"} == {"a", "b", "c"}


def test_leaks_are_named_in_words() -> None:
    leak = Leak("a", "t1", "b", "t2", "bench", "ngram", 0.724, "noted", "s", "f", 1, "g", 2, "public", 0.31)
    assert str(leak).startswith(
        "benchmark instance a (t1, source s, file f, row 1) holds 31 % of the 13-token runs, of which the side holds 72 %, of benchmark "
        "instance b"
    )
