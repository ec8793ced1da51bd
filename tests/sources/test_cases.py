"""Inputs that failed once, each with the outcome that EXPECTED.md beside it states. They are read where they lie."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from medslake import registry, settings
from medslake.bench.build import build_benchmark
from medslake.conformance.conserved import unaccounted
from medslake.errors import InputRefused, MedslakeError
from medslake.ingest.ingest import ingest
from medslake.instructions.build import build_instructions
from medslake.lake import Lake, open_lake
from medslake.report.gather import gather
from native_fixtures import Files, write_files

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

CASES = settings.test_data_dir().parent / "cases"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason=f"the cases are not in {CASES} (set MEDSLAKE_TEST_DATA)")


def files_of(number: int, folder: str = "in") -> Path:
    (home,) = CASES.glob(f"{number:02d}_*")
    return home / folder


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
    """`outcome(13, "medqa")`: that case ingested into a lake of its own. changed: files that are others than the case's, None = without."""

    def of(number: int, source: str, folder: str = "in", lake: str = "lake", changed: Mapping[str, str | None] | None = None) -> Outcome:
        home = files_of(number, folder)
        if changed is not None:
            found = {str(path.relative_to(home)): path.read_bytes() for path in home.rglob("*") if path.is_file()}
            kept: dict[str, str | bytes] = {name: told for name, told in (found | changed).items() if told is not None}
            home = write_files(tmp_path / f"changed-{len(list(tmp_path.iterdir()))}", kept)
        lake_of = open_lake(str(tmp_path / lake), spark=spark)
        try:
            ingest(lake_of, {source: str(home)})
        except MedslakeError as error:
            return Outcome(lake_of, source, error)
        assert list(unaccounted(lake_of, registry.get("source", source))) == []
        return Outcome(lake_of, source, None)

    return of


@pytest.mark.case("05_string_where_list_is_due", "06_null_labels_lose_contexts")
def test_05_and_06_lists_and_missing_labels(outcome: Callable[..., Outcome]) -> None:
    found = outcome(5, "pubmedqa")
    rows = found.rows("questions")
    # LABELS null, or fewer labels than passages: the passages stay, without names.
    assert rows["901"]["context"] == [{"name": None, "text": "Shivers fell by half."}]
    assert rows["902"]["context"] == [{"name": "X", "text": "a one"}, {"name": None, "text": "b two"}]
    assert rows["903"]["context"] == [{"name": "X", "text": "a one"}]
    # Of the train rows one has no passage, two have another decision; 902 is of the test set.
    assert found.built("task124") == {"rows": len(rows) - 4, "left_out": {"no passage": 1, "unknown label": 2}}


@pytest.mark.case("07_same_id_in_two_subsets")
def test_07_the_test_row_stays(outcome: Callable[..., Outcome]) -> None:
    found = outcome(7, "pubmedqa")
    told = {key: (row["topic"], row["split"]) for key, row in found.rows("questions").items()}
    assert told == {"901": ("PQA-L", "train"), "902": ("PQA-L", "test"), "903": ("PQA-A", "train")}
    assert found.aside() == [("questions", 1, "unique(source, record_id)")]


@pytest.mark.case("08_test_ids_that_match_nothing")
def test_08_test_ids_that_match_nothing(outcome: Callable[..., Outcome]) -> None:
    error = outcome(8, "pubmedqa").error
    assert error is not None and error.exit_code == 1
    assert "none of its 2 rows names one of the 2 rows of pqal" in error.message


@pytest.mark.case("08_test_ids_that_match_nothing")
def test_08_test_ids_that_match_in_part(outcome: Callable[..., Outcome], caplog: pytest.LogCaptureFixture) -> None:
    # 901 says yes: the truth that agrees makes it a test row, the id of nobody is warned of.
    some = outcome(8, "pubmedqa", changed={"test_ground_truth.json": '{"901": "yes", "999": "no"}'})
    assert {key: row["split"] for key, row in some.rows("questions").items()} == {"901": "test", "902": "train"}
    assert "1 of the 2 rows of test_ids name a row that pqal does not have" in caplog.text
    # 902 says no.
    wrong = outcome(8, "pubmedqa", lake="wrong", changed={"test_ground_truth.json": '{"901": "yes", "902": "yes"}'})
    assert set(wrong.rows("questions")) == {"901"} and wrong.aside() == [("questions", 2, "join(pqal, test_ids)")]


@pytest.mark.case("13_answer_key_forms")
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


@pytest.mark.case("14_hadm_of_another_patient")
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


@pytest.mark.case("15_discharge_before_admission")
def test_15_stays_that_cannot_be(outcome: Callable[..., Outcome]) -> None:
    found = outcome(15, "mimic_iv")
    assert list(found.rows("encounters")) == ["80000002"]
    assert found.aside() == [("encounters", 1, "greater(ended, started)"), ("encounters", 3, "join(admissions, patients)")]
    assert found.covered()["coverage(admissions, patients)"] == (1, 3)


@pytest.mark.case("17_document_id_without_number")
def test_17_an_id_without_number(outcome: Callable[..., Outcome]) -> None:
    found = outcome(17, "hoc")
    assert set(found.rows("labelled_texts")) == {"803", "803/2", "804", "804/1", "804/3"}
    # Row 2 has no number; rows 5 and 6 have classes that do not exist, so their abstract has no labels either.
    assert found.aside()[0] == ("labelled_texts", 2, "document_id")
    assert [row for _, row, _ in found.aside()] == [2, 5, 5, 6]


@pytest.mark.case("18_colon_in_file_name")
def test_18_a_colon_is_refused_by_name_and_other_names_are_read(outcome: Callable[..., Outcome]) -> None:
    colon = "release_train_patients_10:00.csv"
    error = outcome(18, "ddxplus").error
    assert isinstance(error, InputRefused) and (error.file, error.rule, error.exit_code) == (colon, "file_name", 1)
    found = outcome(18, "ddxplus", lake="others", changed={colon: None})
    names = {path.name for path in files_of(18).glob("*.csv")} - {colon}
    read = [row["origin"]["file"] for row in found.rows("encounters").values()]
    assert len(names) == 11 and sorted(read) == sorted(names)


@pytest.mark.case("25_duplicates_inside_the_test_set")
def test_25_a_question_three_times_in_the_test_set(outcome: Callable[..., Outcome]) -> None:
    found = outcome(25, "medqa")
    lake, built = found.lake, found.built("task57")
    assert built == {"rows": 11, "left_out": {}}
    trained = lake.arrow.read("gold.instructions", where={"split": "train"})["record_ids"].to_pylist()
    # Of the copies of the first and the last question, one of them without its diacritic; a train row that asks about somebody else stays.
    assert {number for (record,) in trained for number in [int(record[-6:])]} == {3, 4, *range(9, 13)}
    build_benchmark(lake, ["task57"], size="full")
    asked = {row["instance_id"]: row for row in lake.arrow.read("gold.benchmark").to_pylist()}
    numbers = {name: int(row["record_ids"][0][-6:]) for name, row in asked.items()}
    assert sorted(numbers.values()) == [1, 2, 3, 4, 5]
    verdicts = lake.arrow.read("ops.contamination", where={"side": "bench"}).to_pylist()
    told = {(v["action"], numbers[v["bench_instance_id"]], numbers[v["train_instance_id"]]) for v in verdicts if v["test"] == "exact"}
    # Rows 1 and 3 are the same; row 4 is, with another key.
    assert told - {("tagged", 4, 3), ("tagged", 4, 1)} == {("noted", 1, 3), ("noted", 3, 1), ("tagged", 1, 4), ("tagged", 3, 4)}
    assert ("tagged", 4, 3) in told or ("tagged", 4, 1) in told
    rows = {(row["side"], row["test"], row["action"]): row["asked"] for row in gather(lake, "public", 0).contamination}
    assert rows["bench", "exact", "noted"] == 2 and rows["bench", "exact", "tagged"] == 3


@pytest.mark.case("26_hash_in_the_lake_path")
def test_26_a_lake_at_any_path_is_built_alike(outcome: Callable[..., Outcome]) -> None:
    for name in ("project #3", "a?b%20\\c"):
        seer = outcome(32, "seer", "in/seer", lake=name)
        assert seer.built("task131") == {"rows": 2 * 3, "left_out": {"unknown label": 4}}
        assert len(seer.lake.arrow.read("gold.instructions", where={"input_variant": "strict"})) == 3


@pytest.mark.case("31_obo_xlsx_icd_details")
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


@pytest.mark.case("32_closed_labels_drop_untold")
def test_32_labels_in_another_spelling(outcome: Callable[..., Outcome]) -> None:
    seer = outcome(32, "seer", "in/seer")
    # As published and as corrected.
    assert seer.built("task131") == {"rows": 2 * 3, "left_out": {"unknown label": 4}}
    outputs = {row["output"] for row in seer.lake.arrow.read("gold.instructions").to_pylist()}
    assert outputs == {f"The treatment planning is: Radiation {when} surgery." for when in ("after", "prior to")}


@pytest.mark.case("32_closed_labels_drop_untold")
def test_32_pathologies_in_another_spelling(outcome: Callable[..., Outcome]) -> None:
    found = outcome(32, "ddxplus", "in/ddx")
    assert found.built("task130") == {"rows": 4, "left_out": {"unknown label": 1}}
    outputs = sorted(row["output"] for row in found.lake.arrow.read("gold.instructions").to_pylist())
    assert outputs == [f"The diagnosis result is {name}." for name in ("GERD", "GERD", *["Guillain-Barr\u00e9 syndrome"] * 2)]


@pytest.mark.case("33_both_forms_of_bc5cdr")
def test_33_both_forms_of_a_document(outcome: Callable[..., Outcome]) -> None:
    found = outcome(33, "bc5cdr", "in/both")
    (row,) = found.rows("annotated_texts").values()
    # The form that the source names first.
    assert row["origin"]["table"] == "bronze.bc5cdr__bioc"
    assert found.aside() == [("annotated_texts", 1, "unique(source, record_id)")]


@pytest.mark.case("33_both_forms_of_bc5cdr")
def test_33_wrong_offsets(outcome: Callable[..., Outcome]) -> None:
    found = outcome(33, "bc5cdr", "in/offsets")
    rows = found.rows("annotated_texts")
    assert "3" not in rows and found.aside()
    assert [one["text"] for one in rows["4"]["entities"]] == ["ovarian and renal palsy"]
    for row in rows.values():
        assert all(row["text"][one["start"] : one["end"]] == one["text"] for one in row["entities"])


@pytest.mark.case("34_pubtator_nul_rsid_pipe")
def test_34_pubtator_variants(outcome: Callable[..., Outcome]) -> None:
    found = outcome(34, "bc5cdr")
    assert found.error is None
    read, aside = set(found.rows("annotated_texts")), {row for _, row, _ in found.aside()}
    assert {"900003", "900005", "900009"} <= read
    assert len(read) + len(aside) == 11


@pytest.mark.case("36_mimic_v1_layout_and_floats")
def test_36_identifiers_that_became_decimals(outcome: Callable[..., Outcome]) -> None:
    error = outcome(36, "mimic_iv", "in/floats").error
    assert error is not None and "file hosp/services.csv: none of its 3 records can be read" in error.message
    assert error.hint is not None and "whole numbers without a decimal point" in error.hint


@pytest.mark.case("36_mimic_v1_layout_and_floats")
def test_36_the_layout_of_the_first_version(outcome: Callable[..., Outcome]) -> None:
    error = outcome(36, "mimic_iv", "in/core").error
    assert error is not None and "patients" in error.message and "core/patients.csv" in error.message


@pytest.mark.case("37_duplicate_diagnoses")
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
    "2026-01-01T10:00",
    "tab\tname",
    "x\nnew",
]


@pytest.mark.case("39_odd_folders_and_files")
def test_39_odd_folders_are_read(put: Callable[[Files], Path], bronze_of: Callable[..., dict[str, DataFrame]]) -> None:
    table = "idx,disease,Symptom,reason,TestsAndProcedures,commonMedications\n0,Linden rash,\"['Spots']\",dust,[],\"['Dorazil']\"\n"
    home, source = put({f"{name}/format_dataset.csv": table for name in ODD}), registry.get("source", "chatdoctor")
    read = {name: bronze_of(source, home / name)["diseases"].count() for name in ODD}
    assert read == dict.fromkeys(ODD, 1)
