"""Inputs that failed once, each with the outcome that EXPECTED.md beside it states. They are read where they lie."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from medslake import registry, settings
from medslake.errors import MedslakeError
from medslake.ingest.ingest import ingest
from medslake.instructions.build import build_instructions
from medslake.lake import Lake, open_lake
from native_fixtures import Files

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

CASES = settings.test_data_dir().parent / "cases"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason=f"the cases are not in {CASES} (set MEDSLAKE_TEST_DATA)")


@dataclass(frozen=True)
class Outcome:
    """What came of an ingest. error: why it was refused."""

    lake: Lake
    source: str
    error: MedslakeError | None

    def rows(self, kind: str) -> dict[str, dict[str, Any]]:
        """Record id -> row of a silver kind."""
        found: list[dict[str, Any]] = self.lake.arrow.read(f"silver.{kind}", where={"source": self.source}).to_pylist()
        return {row["record_id"]: row for row in found}

    def aside(self) -> list[tuple[str, int, str]]:
        """Table, record and first rule (its name alone) of what was set aside, in order."""
        if not self.lake.exists("ops.quarantine"):
            return []
        found = self.lake.arrow.read("ops.quarantine").to_pylist()
        told = [(row["table_name"].split(".")[1].split("__")[-1], row["row"], row["rules"][0].partition(": ")[0]) for row in found]
        return sorted(told)

    def covered(self) -> dict[str, tuple[int, int]]:
        """Rule of a join -> unexpected rows, rows."""
        found = self.lake.arrow.read("ops.quality_results").to_pylist()
        return {row["rule"]: (row["unexpected"], row["rows"]) for row in found if row["rule"].startswith(("join(", "coverage("))}

    def built(self, task: str) -> dict[str, Any]:
        told: dict[str, Any] = build_instructions(self.lake, [task])["tasks"][task]
        return {name: told.get(name, {}) for name in ("rows", "left_out")}


@pytest.fixture
def outcome(spark: SparkSession, tmp_path: Path) -> Callable[..., Outcome]:
    """`outcome(13, "medqa")`: that case ingested into a lake of its own."""

    def of(number: int, source: str, folder: str = "in") -> Outcome:
        (home,) = CASES.glob(f"{number:02d}_*")
        lake = open_lake(str(tmp_path / "lake"), spark=spark)
        try:
            ingest(lake, {source: str(home / folder)})
        except MedslakeError as error:
            return Outcome(lake, source, error)
        return Outcome(lake, source, None)

    return of


def test_05_and_06_lists_and_missing_labels(outcome: Callable[..., Outcome]) -> None:
    found = outcome(5, "pubmedqa")
    rows = found.rows("questions")
    # LABELS null, or fewer labels than passages: the passages stay, without names.
    assert rows["901"]["context"] == [{"name": None, "text": "Shivers fell by half."}]
    assert rows["902"]["context"] == [{"name": "X", "text": "a one"}, {"name": None, "text": "b two"}]
    assert rows["903"]["context"] == [{"name": "X", "text": "a one"}]
    # Of the train rows one has no passage, two have another decision; 902 is of the test set.
    assert found.built("task124") == {"rows": len(rows) - 4, "left_out": {"no passage": 1, "unknown label": 2}}


def test_07_the_test_row_stays(outcome: Callable[..., Outcome]) -> None:
    found = outcome(7, "pubmedqa")
    told = {key: (row["topic"], row["split"]) for key, row in found.rows("questions").items()}
    assert told == {"901": ("PQA-L", "train"), "902": ("PQA-L", "test"), "903": ("PQA-A", "train")}
    assert found.aside() == [("questions", 1, "unique(source, record_id)")]


def test_08_test_ids_that_match_nothing(outcome: Callable[..., Outcome]) -> None:
    error = outcome(8, "pubmedqa").error
    assert error is not None and error.exit_code == 1
    assert "none of its 2 rows names one of the 2 rows of pqal" in error.message


def test_13_answer_keys(outcome: Callable[..., Outcome]) -> None:
    found = outcome(13, "medqa")
    rows = list(found.rows("questions").values())
    assert [(row["question"], row["answer_keys"], row["answer"]) for row in rows] == [
        ("lower-case letter?", ["B"], "tea"),
        ("dotted?", ["B"], "tea"),
        ("lower option keys?", ["b"], "tea"),
        ("five options E?", ["E"], "none"),
        ("dup option text?", ["B"], "tea"),
    ]
    aside = found.aside()
    assert len(aside) == 8
    silver = {row: rule for table, row, rule in aside if table == "questions" and rule not in ("json", "type")}
    assert {row: rule for row, rule in silver.items() if row not in (1, 11)} == {
        3: "answer_key",
        4: "answer_key",
        6: "answer_key",
        7: "blank(options)",
        10: "answer_contradicted",
        13: "blank(question)",
    }
    assert found.built("task57") == {"rows": 5, "left_out": {}}


def test_14_rows_of_another_patient(outcome: Callable[..., Outcome]) -> None:
    found = outcome(14, "mimic_iv")
    stay, other = (found.rows("encounters")[hadm] for hadm in ("80000001", "80000002"))
    assert "diagnoses" not in dict(stay["outcomes"]) and "services" not in {one["name"] for one in stay["features"]}
    assert dict(other["outcomes"])["diagnoses"] == "99001"
    # Of two tables: row 1 of diagnoses_icd, row 1 of services.
    assert found.aside() == [("encounters", 1, "join(diagnoses_icd, admissions)"), ("encounters", 1, "join(services, admissions)")]
    covered = found.covered()
    assert covered["join(diagnoses_icd, admissions)"] == (1, 2)
    assert covered["join(services, admissions)"] == (1, 1)
    assert covered["coverage(admissions, services)"] == (1, 2)


def test_15_stays_that_cannot_be(outcome: Callable[..., Outcome]) -> None:
    found = outcome(15, "mimic_iv")
    assert list(found.rows("encounters")) == ["80000002"]
    assert found.aside() == [("encounters", 1, "greater(ended, started)"), ("encounters", 3, "join(admissions, patients)")]
    assert found.covered()["coverage(admissions, patients)"] == (1, 3)


def test_17_an_id_without_number(outcome: Callable[..., Outcome]) -> None:
    found = outcome(17, "hoc")
    assert set(found.rows("labelled_texts")) == {"803", "803/2", "804", "804/1", "804/3"}
    # Row 2 has no number; rows 5 and 6 have classes that do not exist, so their abstract has no labels either.
    assert found.aside()[0] == ("labelled_texts", 2, "document_id")
    assert [row for _, row, _ in found.aside()] == [2, 5, 5, 6]


def test_31_dotted_codes(outcome: Callable[..., Outcome]) -> None:
    found = outcome(31, "icd_codes", "in/icd")
    concepts = found.rows("concepts")
    assert set(concepts) == {
        "ICD10CM:U90.0",
        "ICD10CM:U90.01",
        "ICD10CM:U90.02",
        "ICD9CM:999.0",
        "ICD9CM:999.1",
        "ICD9CM:E999",
        "ICD9CM:E999.9",
    }
    assert concepts["ICD9CM:999.0"]["xrefs"] == ["ICD10CM:U90.0"]
    assert concepts["ICD9CM:999.1"]["attributes"][0] == {"name": "code", "value": "9991"}


def test_32_labels_in_another_spelling(outcome: Callable[..., Outcome]) -> None:
    seer = outcome(32, "seer", "in/seer")
    assert seer.built("task131") == {"rows": 3, "left_out": {"unknown label": 4}}
    outputs = {row["output"] for row in seer.lake.arrow.read("gold.instructions").to_pylist()}
    assert outputs == {f"The treatment planning is: Radiation {when} surgery." for when in ("after", "prior to")}


def test_32_pathologies_in_another_spelling(outcome: Callable[..., Outcome]) -> None:
    found = outcome(32, "ddxplus", "in/ddx")
    assert found.built("task130") == {"rows": 4, "left_out": {"unknown label": 1}}
    outputs = sorted(row["output"] for row in found.lake.arrow.read("gold.instructions").to_pylist())
    assert outputs == [f"The diagnosis result is {name}." for name in ("GERD", "GERD", *["Guillain-Barr\u00e9 syndrome"] * 2)]


def test_33_both_forms_of_a_document(outcome: Callable[..., Outcome]) -> None:
    found = outcome(33, "bc5cdr", "in/both")
    (row,) = found.rows("annotated_texts").values()
    # The form that the source names first.
    assert row["origin"]["table"] == "bronze.bc5cdr__bioc"
    assert found.aside() == [("annotated_texts", 1, "unique(source, record_id)")]


def test_33_wrong_offsets(outcome: Callable[..., Outcome]) -> None:
    found = outcome(33, "bc5cdr", "in/offsets")
    rows = found.rows("annotated_texts")
    assert "3" not in rows and found.aside()
    assert [one["text"] for one in rows["4"]["entities"]] == ["ovarian and renal palsy"]
    for row in rows.values():
        assert all(row["text"][one["start"] : one["end"]] == one["text"] for one in row["entities"])


def test_34_pubtator_variants(outcome: Callable[..., Outcome]) -> None:
    found = outcome(34, "bc5cdr")
    assert found.error is None
    read, aside = set(found.rows("annotated_texts")), {row for _, row, _ in found.aside()}
    assert {"900003", "900005", "900009"} <= read
    assert len(read) + len(aside) == 11


def test_36_identifiers_that_became_decimals(outcome: Callable[..., Outcome]) -> None:
    error = outcome(36, "mimic_iv", "in/floats").error
    assert error is not None and "file hosp/services.csv: none of its 3 records can be read" in error.message
    assert error.hint is not None and "whole numbers without a decimal point" in error.hint


def test_36_the_layout_of_the_first_version(outcome: Callable[..., Outcome]) -> None:
    error = outcome(36, "mimic_iv", "in/core").error
    assert error is not None and "patients" in error.message and "core/patients.csv" in error.message


def test_37_a_code_is_told_once(outcome: Callable[..., Outcome]) -> None:
    found = outcome(37, "mimic_iv")
    outcomes = dict(found.rows("encounters")["80000001"]["outcomes"])
    assert (outcomes["diagnoses"], outcomes["untitled_codes"]) == ("99000", "1")
    assert found.aside() == [
        ("diagnoses_icd", 3, "unique(hadm_id, seq_num)"),
        ("drgcodes", 2, "unique(hadm_id, drg_type, drg_code)"),
    ]


#: Of the kinds that case 39 tries.
ODD = [
    "a%20b",
    "a+b",
    "a b",
    "é ü",
    "e\u0301",
    "a#b",
    "a?b",
    "a[b]",
    "a{b,c}",
    "a\\b",
    "a*b",
    "a;b",
    "a'b",
    'a"b',
    "100%",
    "%zz",
    "💊",
    "a&b=c",
]


def test_39_odd_folders_are_read(put: Callable[[Files], Path], bronze_of: Callable[..., dict[str, DataFrame]]) -> None:
    table = "idx,disease,Symptom,reason,TestsAndProcedures,commonMedications\n0,Linden rash,\"['Spots']\",dust,[],\"['Dorazil']\"\n"
    home, source = put({f"{name}/format_dataset.csv": table for name in ODD}), registry.get("source", "chatdoctor")
    read = {name: bronze_of(source, home / name)["diseases"].count() for name in ODD}
    assert read == dict.fromkeys(ODD, 1)
