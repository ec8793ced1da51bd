"""Joins of sources: what a key implies is checked, what does not fit is set aside or counted, whatever the files are called."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

import medslake.sources
from medslake import registry
from medslake.errors import DataCheckFailed
from medslake.ingest.coverage import judged
from medslake.lake.quality.gate import checked
from medslake.lake.quality.quarantine import Parts
from medslake.lake.quality.suites import load_suite
from medslake.lake.schema import ddl
from medslake.sources import ASIDE, Bronze, Source, joined_on
from native_fixtures import silver_frames
from some_sources import some_sources

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

STAYS = "values (1, 10, 'a'), (2, 10, 'b'), (3, 11, 'c'), (null, 12, 'd') as t(stay, person, told)"
PEOPLE = "values (1, 10, 'x'), (2, 99, 'y'), (7, 10, 'z') as t(stay, person, more)"


def joined(spark: SparkSession, **how: Any) -> tuple[list[tuple[Any, ...]], Bronze]:
    bronze = Bronze({})
    left, right = (spark.sql(f"select * from {rows}") for rows in (STAYS, PEOPLE))
    found = joined_on(left, right, "stay", same="person", told=(bronze, "stays, people"), **how)
    assert found.columns == ["stay", "person", "told", "more"]
    return sorted((tuple(row) for row in found.collect()), key=str), bronze


def test_a_row_that_disagrees_is_set_aside(spark: SparkSession) -> None:
    rows, bronze = joined(spark)
    assert rows == [(1, 10, "a", "x"), (3, 11, "c", None), (None, 12, "d", None)]
    (join,) = bronze.joins.values()
    assert [(row["stay"], row[ASIDE]) for row in join.aside.collect()] == [(2, ["join(stays, people): person differs"])]
    found = judged(registry.get("source", "mimic_iv"), [join])
    assert found.counts["stays, people"] == {
        "join": "stays, people",
        "aside": 1,
        "left_rows": 4,
        "left_unmatched": 2,
        "disagreed": 1,
        "right_rows": 3,
        "right_unmatched": 1,
        "right_repeated": 0,
    }
    results = {one.rule: (one.unexpected, one.rows) for one in found.results("silver.encounters")}
    assert results == {"coverage(stays, people)": (2, 4), "coverage(people, stays)": (1, 3), "join(stays, people)": (1, 4)}


def test_a_row_that_must_be_found_is_set_aside(spark: SparkSession) -> None:
    rows, bronze = joined(spark, required=True)
    assert rows == [(1, 10, "a", "x")]
    assert len(bronze.joins["stays, people"].aside.collect()) == 3
    assert joined(spark, keep="matched")[0] == rows
    assert joined(spark, keep="unmatched")[0] == [(3, 11, "c", None), (None, 12, "d", None)]


def test_a_key_that_stands_twice_would_multiply_rows(spark: SparkSession) -> None:
    bronze = Bronze({})
    left = spark.sql("select 1 as id")
    joined_on(left, spark.sql("select * from values (1), (1) as t(id)"), "id", told=(bronze, "left, right"))
    with pytest.raises(DataCheckFailed, match="1 keys stand in it more than once"):
        judged(registry.get("source", "pubmedqa"), bronze.joins.values())


def test_what_sets_rows_aside_says_where_it_is_told(spark: SparkSession) -> None:
    left = spark.sql("select 1 as id, 2 as person")
    with pytest.raises(ValueError, match="told"):
        joined_on(left, left, "id", same="person")


@dataclass(frozen=True)
class Swap:
    """A change of a table of the example. columns: column -> SQL. shows: (silver rows by id, counts by join) -> as it should be.

    together: optional tables of which each makes no row without the others.
    """

    table: str
    columns: Mapping[str, str]
    shows: Callable[[dict[str, Any], Mapping[str, Mapping[str, int]]], bool]
    together: frozenset[str] = frozenset()


def _features(row: Any) -> set[str]:
    return {one["name"] for one in row["features"]}


#: For each source that joins tables, or one of its family: an id of one of them swapped.
SWAPS = {
    "mimic_iv": Swap(
        "services",
        {"subject_id": "subject_id + 1"},
        lambda rows, counts: "services" not in _features(rows["80000001"]) and counts["services, admissions"]["aside"] == 2,
    ),
    "pubmedqa": Swap(
        "test_ids",
        {"final_decision": "'maybe'"},
        lambda rows, counts: set(rows) == {"901"} and counts["pqal, test_ids"]["aside"] == 1,
    ),
    "hoc": Swap(
        "labels",
        {"document_id": "IF(document_id = '801', '802', '801')"},
        lambda rows, counts: rows["801"]["labels"] is None and rows["801/1"]["labels"] is None,
    ),
    "icd_codes": Swap(
        "icd9_to_icd10",
        {"icd9cm": "concat('7', icd9cm)"},
        lambda rows, counts: rows["ICD9CM:999.0"]["xrefs"] == [] and counts["icd9cm_diagnoses, icd9_to_icd10"]["right_unmatched"] == 1,
    ),
    "disease_ontology": Swap(
        "symptoms",
        {"id": "'DOID:7'"},
        lambda rows, counts: (
            all(one["type"] == "is_a" for one in rows["DOID:9900002"]["relations"]) and counts["concepts, symptoms"]["right_unmatched"] == 1
        ),
    ),
    "headqa": Swap(
        "english",
        {"ra": "'9'"},
        lambda rows, counts: "Cuaderno_2013_1_M/1" not in rows and counts["spanish, english"]["aside"] == 2,
    ),
    "igakuqa": Swap(
        "in_mmedbench",
        {"problem_id": "IF(problem_id = '116A2', '116A9', problem_id)"},
        lambda rows, counts: "116A9" in rows and counts["questions, in_mmedbench"]["right_unmatched"] == 2,
    ),
    "clinical_trials_gov": Swap(
        "trials",
        {"document_id": "concat('9', document_id)"},
        lambda rows, counts: counts["spert, trials"]["left_unmatched"] == 1,
    ),
    "mimic4_icd10": Swap(
        "bronze.icd10_order__icd10cm_order",
        {"code": "concat('7', code)"},
        lambda rows, counts: not rows["80000005"]["label_names"] and counts["codes of notes, names"]["left_unmatched"] == 4,
    ),
    "cmedqa2": Swap(
        "questions",
        {"question_id": "IF(question_id = '8', '80', question_id)"},
        lambda rows, counts: set(rows) == {"1", "2"} and counts["answers, questions"]["right_unmatched"] == 1,
        together=frozenset({"answers", "questions"}),
    ),
    "aci_bench": Swap(
        "facts",
        {"encounter_id": "'D9'"},
        lambda rows, counts: rows["D1"]["attributes"] is None and counts["encounters, facts"]["right_unmatched"] == 1,
    ),
    "medical_abstracts": Swap(
        "labels",
        {"condition_label": "IF(condition_label = '2', '7', condition_label)"},
        lambda rows, counts: set(rows) == {"test/000001"} and counts["abstracts, labels"]["aside"] == 2,
    ),
    "mediqa2021_qs_mas": Swap(
        "answers",
        {"question_id": "'6'"},
        lambda rows, counts: (
            all(one["name"] != "answer" for one in rows["task2/5"]["sections"]) and counts["questions, answers"]["right_unmatched"] == 1
        ),
        together=frozenset({"answers", "questions", "abstractive", "extractive"}),
    ),
    "mimic4ed": Swap(
        "edstays",
        {"stay_id": "IF(stay_id = 70000002, 70000009, stay_id)"},
        lambda rows, counts: not rows["70000002"]["outcomes"].get("differs") and counts["master_dataset, edstays"]["left_unmatched"] == 1,
        together=frozenset({"master_dataset"}),
    ),
    "mimic_cxr": Swap(
        "studies",
        {"subject_id": "subject_id + 1"},
        lambda rows, counts: "70000001" not in rows and counts["reports, studies"]["aside"] == 1,
    ),
    "mimic_iv_note": Swap(
        "radiology_detail",
        {"subject_id": "subject_id + 1"},
        lambda rows, counts: "cpt_code" not in rows["90000001-RR-1"]["attributes"] and counts["radiology_detail, radiology"]["aside"] == 4,
    ),
    "pico_annotation": Swap(
        "labels",
        {"id": "IF(id = '900:2', '900:9', id)"},
        lambda rows, counts: "900:2" not in rows and counts["sentences, labels"]["aside"] == 1,
    ),
    "pmc_patients": Swap(
        "json_patients",
        {"patient_uid": "IF(patient_uid = '901-1', '909-1', patient_uid)"},
        lambda rows, counts: "candidates" not in rows["900-1"] and counts["similar, patients"]["left_unmatched"] == 2,
        together=frozenset({"json_patients"}),
    ),
    "rct_text": Swap(
        "inputs",
        {"ReviewID": "IF(ReviewID = 'CD1', 'CD9', ReviewID)"},
        lambda rows, counts: "CD1" not in rows and counts["targets, inputs"]["aside"] == 1,
    ),
}


SOME = some_sources()


def made(source: Source, frames: Mapping[str, DataFrame]) -> tuple[dict[str, Any], Mapping[str, Mapping[str, int]]]:
    bronze = Bronze(frames)
    found = {kind: frame.collect() for kind, frame in silver_frames(source, bronze).items()}
    return {row["record_id"]: row for rows in found.values() for row in rows}, judged(source, bronze.joins.values()).counts


@pytest.fixture
def example(put: Callable[..., Path], bronze_of: Callable[..., Any]) -> Callable[[str], tuple[Source, dict[str, DataFrame]]]:
    def read(name: str) -> tuple[Source, dict[str, DataFrame]]:
        source = registry.get("source", name)
        frames = dict(bronze_of(source, put(source.example.materialised())))
        for other in source.needed:
            beside = registry.get("source", other)
            found = bronze_of(beside, put(beside.example.materialised()))
            frames |= {f"bronze.{other}__{table}": frame for table, frame in found.items()}
        return source, frames

    return read


def test_every_source_that_joins_is_tried() -> None:
    folder = Path(medslake.sources.__file__).parent
    joins = {path for path in folder.glob("*.py") if re.search(r"\btold=\(bronze", path.read_text())}
    assert joins == {registry.place("source", name).file for name in SWAPS}


#: A seeded sample of those that join; `make test-long` tries all.
SWAPPED = random.Random("swaps").sample(sorted(SWAPS), 6)


@pytest.mark.parametrize("name", [name if name in SWAPPED else pytest.param(name, marks=pytest.mark.long) for name in SWAPS])
def test_a_swapped_id_is_noticed(name: str, example: Callable[..., Any]) -> None:
    from pyspark.sql import functions as F

    source, bronze = example(name)
    swap = SWAPS[name]
    before, counts = made(source, bronze)
    assert not swap.shows(before, counts)
    changed = {**bronze, swap.table: bronze[swap.table].withColumns({column: F.expr(sql) for column, sql in swap.columns.items()})}
    assert swap.shows(*made(source, changed))


@pytest.mark.parametrize("name", [name if name in SOME else pytest.param(name, marks=pytest.mark.long) for name in SWAPS])
@pytest.mark.parametrize("each", [False, pytest.param(True, marks=pytest.mark.long)], ids=["all", "each"])
def test_sides_that_are_not_there_cost_nothing_else(name: str, each: bool, example: Callable[..., Any]) -> None:
    """All optional tables but the first at once; the long test leaves out each of them alone."""
    source, bronze = example(name)
    every = set(made(source, bronze)[0])
    together = SWAPS[name].together
    optional = [native.table for native in source.files if not native.required and native.table in bronze and native.table not in together]
    for absent in [{table} for table in optional] if each else [set(optional) - {source.files[0].table}]:
        left, _ = made(source, {table: frame for table, frame in bronze.items() if table not in absent})
        assert set(left) <= every, absent
        assert left, absent


TABLES = ("bronze.pubmedqa__pqal", "bronze.pubmedqa__pqaa")


def questions(*rows: tuple[str, str, str]) -> pa.Table:
    """table, file and split of rows that share a record id."""
    spec = ddl.spec("silver.questions")
    shared = {"source": "pubmedqa", "record_id": "7", "language": "en", "domain": "Exam", "access": "public", "question": "Is it so?"}
    places = [{"table": table, "version": 0, "file": file, "sha256": "0", "row": 1} for table, file, _ in rows]
    whole = [dict.fromkeys(spec.names) | shared | {"split": split, "origin": at} for (_, _, split), at in zip(rows, places, strict=True)]
    return pa.Table.from_pylist(whole, schema=spec.arrow_schema())


def stays(rows: Any) -> tuple[str, str]:
    spec = ddl.spec("silver.questions")
    with checked(rows, spec, load_suite(spec), slice=Parts("source", {"pubmedqa": "source=pubmedqa"}, TABLES), collect=False) as found:
        clean = found.clean if isinstance(found.clean, pa.Table) else found.clean.toArrow()
        (row,) = clean.to_pylist()
    return row["origin"]["table"], row["split"]


@pytest.mark.parametrize("files", [("a", "z"), ("z", "a")])
def test_of_equal_keys_a_test_row_stays_then_the_table_named_first(files: tuple[str, str], spark: SparkSession) -> None:
    first, last = files
    tested = questions((TABLES[0], first, "train"), (TABLES[1], last, "test"))
    trained = questions((TABLES[1], first, "train"), (TABLES[0], last, "train"))
    for rows in (tested, spark.createDataFrame(tested)):
        assert stays(rows) == (TABLES[1], "test")
    for rows in (trained, spark.createDataFrame(trained)):
        assert stays(rows) == (TABLES[0], "train")


@pytest.mark.parametrize("name", ["bc5cdr", "medqa", "ddxplus"])
def test_files_of_the_test_split_come_first(name: str) -> None:
    split = next(split for split in registry.get("source", name).splits if split.is_by_file)
    known = {"bc5cdr": "CDR_{}Set.BioC.xml", "medqa": "{}.jsonl", "ddxplus": "release_{}_patients.csv"}[name]
    assert split.of_file(known.format("test" if name != "bc5cdr" else "Test")) == "test"
    assert split.of_file(known.format("train" if name != "bc5cdr" else "Training")) == "train"
    assert split.of_file("other.txt") is None
