"""Measures over small tables that were made so that each of them fails where it should."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from lake_rows import asked, definition, documents, instance, origin, table

from medslake import api
from medslake.errors import UsageError
from medslake.lake import open_lake
from medslake.lake.lake import Lake
from medslake.lake.quality import measure_sql
from medslake.lake.quality.gate import CheckResult, ChecksFailed
from medslake.lake.quality.measured import measured
from medslake.lake.quality.suites import Suite, load_suite, own_rules
from medslake.lake.schema import ddl
from medslake.lake.storage.tables import CommitInfo

BY_HAND = CommitInfo("by hand")
ENGLISH = "The patient was seen in the ward on Monday with a pain of the chest that did not go away, and was sent home."
NEARLY = "the patient was seen, in the ward on Monday, with a pain of the chest that did not go away and was sent HOME!"
FRENCH = "Le patient est venu dans la salle avec une douleur de la poitrine qui ne passe pas, et il est parti chez lui."
RUSSIAN = "Пациент пришел в больницу с болью в груди, и после осмотра он был отправлен домой без лекарств."
CHINESE = "病人今天来到医院,说他胸口疼痛已经有三天了,没有发烧也没有咳嗽的情况,医生让他回家。"
JAPANESE = "今日は患者さんが病院に来て、胸の痛みが三日間続いていると言いましたが、薬なしで家に帰りました。"
GREEK = "Ο ασθενής ήρθε στο νοσοκομείο με πόνο στο στήθος και έφυγε για το σπίτι του."


def labelled(number: int, text: str = ENGLISH, source: str = "made", **more: Any) -> dict[str, Any]:
    row = {"source": source, "record_id": f"r{number}", "split": "train", "language": "en", "domain": "Exam", "access": "public"}
    own = {"text": f"{number} {text}", "labels": ["Yes"], "label_set": "made", "unit": "document", "origin": origin(number + 1)}
    return row | own | more


def of_table(lake: Lake, name: str, short: str) -> dict[str, tuple[int, int, bool]]:
    """Slice -> rows that break the measure, rows it says something about, whether it holds."""
    found = measured(lake.place, lake.spec(name), load_suite(lake.spec(name)))
    return {r.slice: (r.unexpected, r.rows, r.success) for r in found if r.rule.partition("(")[0] == short}


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return open_lake(str(tmp_path / "lake"))


def put(lake: Lake, name: str, rows: list[dict[str, Any]]) -> None:
    lake.arrow.append(name, table(name, rows), BY_HAND)


@pytest.mark.slow
def test_languages_are_told_by_script_and_by_words(lake: Lake) -> None:
    told = {"en": ENGLISH, "fr": FRENCH, "ru": RUSSIAN, "zh": CHINESE, "ja": JAPANESE, "el": GREEK}
    right = [labelled(n, text, "right", language=language) for n, (language, text) in enumerate(told.items())]
    # Every text under the language of the next one.
    wrong = [labelled(n, text, "wrong", language=[*told, "en"][n + 1]) for n, text in enumerate(told.values())]
    mute = [labelled(0, "12 %", "mute"), labelled(1, FRENCH, "mixed"), *(labelled(n, ENGLISH, "mixed") for n in range(2, 21))]
    put(lake, "silver.labelled_texts", [*right, *wrong, *mute])
    assert of_table(lake, "silver.labelled_texts", "language") == {
        "source=right": (0, 6, True),
        "source=wrong": (6, 6, False),
        # One of twenty: the suite allows so many.
        "source=mixed": (1, 20, True),
    }


def test_each_language_of_a_parallel_text_is_told(lake: Lake) -> None:
    shared = {"source": "made", "split": "train", "language": "en", "domain": "Exam", "access": "public", "origin": origin(1)}
    texts = [{"en": ENGLISH, "fr": FRENCH}, {"en": ENGLISH, "fr": ENGLISH}]
    put(lake, "silver.parallel_texts", [{**shared, "record_id": str(n), "texts": list(one.items())} for n, one in enumerate(texts)])
    assert of_table(lake, "silver.parallel_texts", "language") == {"source=made": (1, 4, False)}


def test_languages_by_their_english_names(lake: Lake) -> None:
    rows = [instance(1, input=ENGLISH, output=ENGLISH), instance(2, input=ENGLISH, output=FRENCH, output_language="French")]
    put(lake, "gold.instructions", [*rows, instance(3, input=FRENCH, output=ENGLISH)])
    results = measured(lake.place, lake.spec("gold.instructions"), load_suite(lake.spec("gold.instructions")))
    assert {r.rule: r.unexpected for r in results if r.rule.startswith("language")} == {"language(input)": 1, "language(output)": 0}


@pytest.mark.slow
def test_a_sample_of_a_large_source_is_looked_at(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    put(lake, "silver.labelled_texts", [labelled(n, FRENCH if n % 2 else ENGLISH) for n in range(2000)])
    monkeypatch.setattr(measure_sql.steps, "__defaults__", (500,))
    found = of_table(lake, "silver.labelled_texts", "language")["source=made"]
    assert 400 < found[1] < 600 and 0.4 < found[0] / found[1] < 0.6
    assert found == of_table(lake, "silver.labelled_texts", "language")["source=made"]


def test_label_sets(lake: Lake) -> None:
    rows = [labelled(n) for n in range(8)]
    other_spelling, unseen = labelled(8, labels=["yes "]), labelled(9, labels=["Yes", "Never"], split="test")
    none, of_another_set = labelled(10, labels=[]), labelled(11, labels=["yes"], label_set="other")
    # A set without training rows has nothing to be held to.
    only_test = [labelled(n, source="asked", labels=[str(n)], split="test") for n in range(3)]
    put(lake, "silver.labelled_texts", [*rows, other_spelling, unseen, none, of_another_set, *only_test])
    assert of_table(lake, "silver.labelled_texts", "label_set") == {"source=asked": (0, 3, True), "source=made": (2, 11, False)}


def test_near_copies(lake: Lake) -> None:
    def text(number: int, changed: int = 0) -> str:
        words = [f"word{number}x{n}" for n in range(60)]
        return " ".join([*words[:30], *(f"other{changed}{n}" for n in range(changed)), *words[30 + changed :]])

    def rows(source: str, *texts: str) -> list[dict[str, Any]]:
        return [labelled(n, source=source) | {"text": one} for n, one in enumerate(texts)]

    # One word of sixty is another one; half of them are.
    made = rows("made", *map(text, range(6)), text(1, changed=1), text(2, changed=30), ENGLISH, NEARLY, "No.", "no", "Yes.", "- -")
    other = rows("other", text(1), CHINESE, f"{CHINESE}谢谢。", JAPANESE)
    put(lake, "silver.labelled_texts", [*made, *other])
    found = of_table(lake, "silver.labelled_texts", "near_duplicates")
    assert found == {"source=made": (3, 13, False), "source=other": (1, 4, False)}


@pytest.mark.slow
def test_joins(lake: Lake) -> None:
    put(lake, "gold.instructions", [instance(n) for n in range(1, 4)])
    # Nothing can be said while the other tables are not there.
    assert of_table(lake, "gold.instructions", "join_coverage") == {}
    put(lake, "gold.definitions", [definition(1, definition_id="d1")])
    assert of_table(lake, "gold.instructions", "join_coverage") == {"source=made": (0, 3, True)}
    rows = [asked(1, shots=["inst2", "inst3"]), asked(2, shots=["inst9"], definition_id=None), asked(7)]
    put(lake, "gold.benchmark", rows)
    found = measured(lake.place, lake.spec("gold.benchmark"), load_suite(lake.spec("gold.benchmark")))
    assert {r.rule: (r.unexpected, r.rows, r.success) for r in found if r.rule.startswith("join")} == {
        "join_coverage(instance_id, gold.instructions)": (1, 3, False),
        "join_coverage(shots, gold.instructions)": (1, 3, False),
    }


def test_joins_of_several_columns_and_of_members(lake: Lake) -> None:
    def concept(id: str, *targets: str | None, source: str = "made") -> dict[str, Any]:
        shared = {"source": source, "record_id": id, "split": "train", "language": "en", "domain": "Medical Knowledge", "access": "public"}
        relations = [{"type": "is_a", "target": target, "target_name": None} for target in targets]
        return shared | {"concept_id": id, "name": id, "synonyms": [], "relations": relations, "xrefs": [], "origin": origin(1)}

    rows = [concept("a"), concept("b", "a", None), concept("c", "a", "b"), concept("a", source="other"), concept("d", "b", source="other")]
    put(lake, "silver.concepts", rows)
    assert of_table(lake, "silver.concepts", "join_coverage") == {"source=made": (0, 3, True), "source=other": (1, 1, False)}


def test_codes_have_a_title_and_notes_a_stay(lake: Lake) -> None:
    columns = {
        "diagnoses_icd": ("subject_id BIGINT, hadm_id BIGINT, seq_num INT, icd_code STRING, icd_version INT", "mimic_iv"),
        "d_icd_diagnoses": ("icd_code STRING, icd_version INT, long_title STRING", "mimic_iv"),
        "admissions": ("subject_id BIGINT, hadm_id BIGINT", "mimic_iv"),
        "discharge": ("note_id STRING, hadm_id BIGINT", "mimic_iv_note"),
    }
    rows = {
        "diagnoses_icd": [(1, 1, 1, "A1", 10), (1, 1, 2, "A1", 9), (1, 2, 1, "B2", 10), (1, None, 1, "A1", 10)],
        "d_icd_diagnoses": [("A1", 10, "first"), ("B2", 10, "second")],
        "admissions": [(1, 1)],
        "discharge": [("n1", 1), ("n2", None), ("n3", 7)],
    }
    for name, (declared, source) in columns.items():
        spec = ddl.bronze_spec(source, name, declared)
        place = {"_source": source, "_file": "f.csv", "_sha256": "ab" * 32, "_row": 1, "_access": "credentialed"}
        own = [dict(zip(spec.names, one, strict=False)) | place for one in rows[name]]
        lake.arrow.append(spec.name, pa.Table.from_pylist(own, schema=spec.arrow_schema()), BY_HAND, spec=spec)
    told = {r.rule: (r.unexpected, r.rows) for r in lake.check("bronze.mimic_iv__diagnoses_icd") if r.measure}
    assert told == {
        "join_coverage(icd_code, icd_version, bronze.mimic_iv__d_icd_diagnoses)": (1, 4),
        "join_coverage(hadm_id, bronze.mimic_iv__admissions)": (1, 3),
    }
    assert of_table(lake, "bronze.mimic_iv_note__discharge", "join_coverage") == {"whole": (1, 2, False)}


@pytest.mark.slow
def test_counts_against_the_last_run(lake: Lake) -> None:
    def write(*sizes: tuple[str, int]) -> dict[str, tuple[bool, int, dict[str, Any]]]:
        rows = [row | {"source": source, "record_id": f"{source}{n}"} for source, size in sizes for n, row in enumerate(documents(size))]
        with lake.run("test") as run:
            for source, _ in sizes:
                own = [row for row in rows if row["source"] == source]
                run.write("silver.documents", table("silver.documents", own), slice={"source": source})
        told = lake.query(f"select slice, success, unexpected, detail from ops.quality_results where run_id = '{run.id}' and {RULE}")
        return {r["slice"]: (r["success"], r["unexpected"], json.loads(r["detail"])) for r in told.to_pylist()}

    assert write(("a", 20), ("b", 20)) == {}
    share = {"last": 20, "min_share": 0.9, "max_share": None}
    assert write(("a", 18), ("b", 40)) == {
        "source=a": (True, 2, share | {"now": 18, "share": 0.9}),
        "source=b": (True, 0, share | {"now": 40, "share": 2.0}),
    }
    assert write(("b", 35)) == {"source=b": (False, 5, share | {"last": 40, "now": 35, "share": 0.875})}


RULE = "rule = 'row_count_against_last_run'"


def test_counts_may_refuse_a_commit(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = next(rule for rule in load_suite(lake.spec("silver.documents")).measures if "row_count" in rule.name)
    strict = Suite("silver.documents", (), (type(rule)(rule.name, rule.type, {"min_share": 0.5, "max_share": 2}, "error"),))
    monkeypatch.setattr("medslake.lake.runs.load_suite", lambda spec: strict)
    for size, refused in ((10, False), (4, True), (21, True), (5, False)):
        try:
            with lake.run("test") as run:
                run.write("silver.documents", table("silver.documents", documents(size)), slice={"source": "made"})
            assert not refused
        except ChecksFailed as error:
            assert refused and "row_count_against_last_run" in str(error)
    assert lake.arrow.count("silver.documents") == 5


@pytest.mark.slow
def test_what_a_check_says_is_recorded_and_shown(lake: Lake) -> None:
    put(lake, "silver.labelled_texts", [labelled(1), labelled(2, FRENCH)])
    result = api.check(lake, "silver.labelled_texts")
    failed = {(c.rule, c.slice, c.unexpected, c.rows) for c in result.checks if not c.success}
    assert failed == {("language(text)", "source=made", 1, 2)} and result.ok
    told = lake.query("select slice, success, detail from ops.quality_results where rule = 'language(text)'").to_pylist()
    assert told == [{"slice": "source=made", "success": False, "detail": '{"share": 0.5, "mostly": 0.95}'}]
    assert lake.query("select job, state from ops.runs").to_pylist() == [{"job": "check", "state": "COMPLETE"}]
    assert "language(text), source=made" in Path(lake.root, "_quality", "index.html").read_text()
    assert not lake.has_spark


def test_tables_that_spark_wrote(lake: Lake, spark: Any) -> None:
    """The same of rows that came by Spark, through the gate."""
    lake = open_lake(lake.root, spark)
    rows = [*(labelled(n) for n in range(20)), *(labelled(n, FRENCH) for n in range(20, 24))]
    with lake.run("test") as run:
        run.write("silver.labelled_texts", spark.createDataFrame(table("silver.labelled_texts", rows)), slice={"source": "made"})
    assert of_table(lake, "silver.labelled_texts", "language") == {"source=made": (4, 24, False)}
    # They differ in their number alone.
    assert of_table(lake, "silver.labelled_texts", "near_duplicates") == {"source=made": (22, 24, False)}
    fewer = table("silver.labelled_texts", rows[:12])
    with lake.run("test") as run:
        run.write("silver.labelled_texts", spark.createDataFrame(fewer), slice={"source": "made"})
    told = lake.query(f"select success, unexpected, rows from ops.quality_results where run_id = '{run.id}' and {RULE}").to_pylist()
    assert told == [{"success": False, "unexpected": 12, "rows": 24}]


@pytest.mark.parametrize(
    ("kind", "kwargs", "severity", "told"),
    [
        ("expect_column_texts_to_be_distinct", {"column": "body"}, "warn", "names body, which is no column of silver.documents"),
        ("expect_column_texts_to_be_distinct", {"column": "sections.body"}, "warn", "names sections.body, which is no member of sections"),
        ("expect_column_texts_to_be_distinct", {}, "warn", "has no column, which its type needs"),
        ("expect_column_texts_to_be_distinct", {"column": "title", "share": 1}, "warn", "has share, which its type does not take"),
        ("expect_column_texts_to_be_distinct", {"column": "title"}, "quarantine", "its severity must be error or warn"),
        ("expect_column_values_to_be_found_in_table", {"other_table": "ops.runs"}, "warn", "needs column or column_list"),
        (
            "expect_column_values_to_be_found_in_table",
            {"column": "source", "other_table": "ops.runs", "other_columns": ["a", "b"]},
            "warn",
            "as many other_columns",
        ),
    ],
)
def test_faults_of_a_measure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, kwargs: Any, severity: str, told: str) -> None:
    suite = {"expectations": [{"type": kind, "kwargs": kwargs, "meta": {"severity": severity}}]}
    (tmp_path / "silver.documents.json").write_text(json.dumps(suite))
    monkeypatch.setattr("medslake.lake.quality.suites.expectations_dirs", lambda: (tmp_path,))
    with pytest.raises(UsageError, match=told):
        load_suite(ddl.spec("silver.documents"))
    own_rules.cache_clear()


def test_a_measure_makes_no_rows_anew() -> None:
    suite = load_suite(ddl.spec("silver.documents"))
    assert suite.measures and Suite(suite.table, suite.rules).digest == suite.digest


def test_results_keep_their_place() -> None:
    assert CheckResult("gold.t", "r", "warn", True, 0, 1).slice == "whole"
