"""Inputs of users' public bug reports, read where they lie: what becomes of each file's records (../shared/cases/EXPECTED.md)."""

from __future__ import annotations

import logging
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from medslake import registry
from medslake.errors import InputRefused
from medslake.formats import REFUSED
from medslake.ingest.ingest import ingest
from medslake.ingest.inventory import take_inventory
from medslake.ingest.reading import read_records
from medslake.settings import test_data_dir as data_dir

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from medslake.lake import Lake


def folder_of(case: str) -> Path:
    found = data_dir().parent / "cases" / case
    if not found.is_dir():
        pytest.skip(f"the cases are not in {data_dir().parent} (set MEDSLAKE_TEST_DATA)")
    return found


def read(spark: SparkSession, case: str, source: str, table: str) -> list[dict[str, Any]]:
    """Records of one table of a source, in order."""
    family = next(f for f in take_inventory(registry.get("source", source), str(folder_of(case))).families if f.native.table == table)
    rows = read_records(spark, family.form, family.native, family.files).collect()
    return sorted((row.asDict(recursive=True) for row in rows), key=lambda row: (row["_file"], row["_row"]))


def counted(rows: list[dict[str, Any]]) -> tuple[int, dict[str, int]]:
    """(rows, rule -> rows set aside); no file may be refused."""
    errors = [row["_error"] for row in rows if row["_error"]]
    assert [error for error in errors if error.startswith(REFUSED)] == []
    return len(rows) - len(errors), dict(Counter(error.partition(":")[0] for error in errors))


@pytest.mark.case(
    "03_jsonl_lost_newline",
    "09_surrogate_in_json",
    "10_deeply_nested_json",
    "11_one_bad_record_ends_the_file",
    "34_pubtator_nul_rsid_pipe",
    "35_quoted_quotes_and_newlines",
)
@pytest.mark.parametrize(
    ("case", "source", "table", "rows", "aside"),
    [
        ("03_jsonl_lost_newline/in", "medqa", "questions", 1, {"json": 1}),
        ("05_string_where_list_is_due/in", "pubmedqa", "pqal", 7, {"type": 1}),
        ("09_surrogate_in_json/in/json", "chatdoctor", "dialogues", 2, {"surrogate": 1}),
        ("09_surrogate_in_json/in/jsonl", "medqa", "questions", 1, {"surrogate": 1}),
        ("10_deeply_nested_json/in", "chatdoctor", "dialogues", 2, {"json": 1}),
        ("11_one_bad_record_ends_the_file/in/escape", "chatdoctor", "dialogues", 21, {"json": 1}),
        ("11_one_bad_record_ends_the_file/in/digits", "chatdoctor", "dialogues", 2, {"json": 1}),
        ("12_nan_in_json/in", "chatdoctor", "dialogues", 1, {"missing_key": 2}),
        ("16_stray_quote_breaks_multiline/in/labs", "mimic_iv", "labevents", 4, {}),
        ("16_stray_quote_breaks_multiline/in/narrow", "mimic_iv", "d_icd_diagnoses", 2, {"quote": 1}),
        ("31_obo_xlsx_icd_details/in/obo", "disease_ontology", "terms", 3, {"obo": 2, "missing_key": 1}),
        ("34_pubtator_nul_rsid_pipe/in", "bc5cdr", "pubtator", 8, {"pubtator": 3}),
        ("35_quoted_quotes_and_newlines/in", "mimic_iv", "labevents", 3, {}),
    ],
)
def test_records_of_a_case(case: str, source: str, table: str, rows: int, aside: dict[str, int], spark: SparkSession) -> None:
    assert counted(read(spark, case, source, table)) == (rows, aside)


@pytest.mark.case(
    "03_jsonl_lost_newline", "12_nan_in_json", "16_stray_quote_breaks_multiline", "31_obo_xlsx_icd_details", "35_quoted_quotes_and_newlines"
)
def test_what_is_read_is_what_is_written(spark: SparkSession) -> None:
    joined = read(spark, "03_jsonl_lost_newline/in", "medqa", "questions")
    assert [(row["_row"], row["question"]) for row in joined if not row["_error"]] == [(2, "Third?")]
    labs = read(spark, "16_stray_quote_breaks_multiline/in/labs", "mimic_iv", "labevents")
    assert [row["comments"] for row in labs] == ['first line\nsecond "quoted" line\n\nlast "line"', "plain", "two\nlines", '5" drain']
    narrow = read(spark, "16_stray_quote_breaks_multiline/in/narrow", "mimic_iv", "d_icd_diagnoses")
    assert [row["icd_code"] for row in narrow if not row["_error"]] == ["99000", "99002"]
    terms = read(spark, "31_obo_xlsx_icd_details/in/obo", "disease_ontology", "terms")
    assert not any("{" in str(relation["name"]) for row in terms if not row["_error"] for relation in row["is_a"])
    nan = read(spark, "12_nan_in_json/in", "chatdoctor", "dialogues")
    assert [row["instruction"] for row in nan if not row["_error"]] == [None]


@pytest.mark.case("16_stray_quote_breaks_multiline", "30_mac_line_ends", "31_obo_xlsx_icd_details")
def test_what_cannot_be_told_apart_is_refused(spark: SparkSession) -> None:
    rows = read(spark, "16_stray_quote_breaks_multiline/in/even", "mimic_iv", "d_icd_diagnoses")
    last = rows[-1]
    assert last["_error"].startswith(f"{REFUSED}quote: ") and last["_row"] == 3
    assert [row["icd_code"] for row in rows if not row["_error"]] == ["99001"]
    twice = read(spark, "31_obo_xlsx_icd_details/in/xlsx", "meqsum", "questions")
    assert [row["_error"].removeprefix(REFUSED).partition(":")[0] for row in twice] == ["header_twice"]
    with pytest.raises(InputRefused) as caught:
        take_inventory(registry.get("source", "mimic_iv"), str(folder_of("30_mac_line_ends/in/mac")))
    assert caught.value.rule == "line_ends" and caught.value.file == "hosp/d_icd_diagnoses.csv"


@pytest.mark.case("45_array_on_one_line")
def test_an_array_on_one_line_is_refused(lake: Lake) -> None:
    with pytest.raises(InputRefused, match="none of its 1 records can be read"):
        ingest(lake, {"medqa": str(folder_of("45_array_on_one_line/in"))})


@pytest.mark.case("30_mac_line_ends")
def test_an_optional_table_of_a_header_alone_counts_as_absent(lake: Lake, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        done = ingest(lake, {"mimic_iv": str(folder_of("30_mac_line_ends/in/header_only"))})
    assert "hosp/services.csv: no records, so the table counts as absent" in caplog.text
    assert "bronze.mimic_iv__services" not in done["tables"] and done["tables"]["bronze.mimic_iv__admissions"]["rows"] == 1
