"""The gate: predicates against Great Expectations itself, both engines alike, what is set aside and what is refused."""

from __future__ import annotations

import json
import math

import pyarrow as pa
import pytest
from lake_rows import CANARY, definition, document, documents, origin, table

from medslake.errors import DataCheckFailed, SchemaMismatch, UsageError
from medslake.lake.quality import gate
from medslake.lake.quality.gate import ChecksFailed, checked, refuse
from medslake.lake.quality.great_expectations import judge
from medslake.lake.quality.predicates import SPARK
from medslake.lake.quality.quarantine import BROKEN, BrokenRules, Parts
from medslake.lake.quality.suites import ROW_RULES, Suite, _rule, load_suite
from medslake.lake.schema import ddl
from medslake.lake.schema.ddl import parse_table
from medslake.settings import expectations_dir
from medslake.tasks.base import CATEGORIES, DOMAINS, STYLES

MIXED = parse_table(
    """CREATE TABLE silver.mixed (id STRING, a STRING, b STRING, n INT, m INT, x DOUBLE, xs ARRAY<STRUCT<k: STRING, v: INT>>)"""
)
ROWS = [
    {"id": "1", "a": "red", "b": "s", "n": 1, "m": 1, "x": 0.5, "xs": [{"k": "p", "v": 1}]},
    {"id": "2", "a": "blue", "b": "it's \\ {odd}", "n": 5, "m": 2, "x": -1.0, "xs": [{"k": "p", "v": -1}]},
    {"id": "2", "a": "blue", "b": None, "n": None, "m": 3, "x": 2.0, "xs": []},
    {"id": None, "a": None, "b": "", "n": 7, "m": None, "x": None, "xs": None},
    {"id": None, "a": "green", "b": "long long text", "n": None, "m": None, "x": 1.0, "xs": [{"k": None, "v": None}]},
    {"id": "3", "a": "red", "b": "Zwölf", "n": -3, "m": -2, "x": 0.0, "xs": [{"k": "q", "v": 3}]},
]
BOTH = {"ignore_row_if": "either_value_is_missing"}
KINDS = [
    ("expect_column_values_to_not_be_null", {"column": "a"}),
    ("expect_column_values_to_be_in_set", {"column": "a", "value_set": ["red", "it's"]}),
    ("expect_column_values_to_be_in_set", {"column": "n", "value_set": [1, 5]}),
    ("expect_column_values_to_be_between", {"column": "n", "min_value": 1, "max_value": 5}),
    ("expect_column_values_to_be_between", {"column": "x", "min_value": 0, "max_value": 1, "strict_max": True}),
    ("expect_column_values_to_be_between", {"column": "x", "min_value": 0, "strict_min": True}),
    ("expect_column_values_to_match_regex", {"column": "b", "regex": "^[a-z]{1,4}$"}),
    ("expect_column_values_to_match_regex", {"column": "b", "regex": r"\\|long"}),
    ("expect_column_value_lengths_to_be_between", {"column": "b", "min_value": 1, "max_value": 5}),
    ("expect_column_pair_values_a_to_be_greater_than_b", {"column_A": "n", "column_B": "m", "or_equal": True, **BOTH}),
    ("expect_column_pair_values_a_to_be_greater_than_b", {"column_A": "n", "column_B": "m", **BOTH}),
    ("expect_column_pair_values_to_be_equal", {"column_A": "n", "column_B": "m", **BOTH}),
    ("expect_column_values_to_be_unique", {"column": "id"}),
    ("expect_compound_columns_to_be_unique", {"column_list": ["id", "a"]}),
    ("unexpected_rows_expectation", {"unexpected_rows_query": "select * from {batch} where size(filter(xs, e -> e.v < 0)) > 0"}),
]
RULES = [_rule({"type": t, "kwargs": k, "meta": {"severity": "quarantine", "rule": str(i)}}) for i, (t, k) in enumerate(KINDS)]
#: (their, our) count: Great Expectations counts all rows that share a key, we all but the first.
DUPLICATES = {"expect_column_values_to_be_unique": (2, 1), "expect_compound_columns_to_be_unique": (2, 1)}


@pytest.fixture(scope="module")
def mixed():
    return pa.Table.from_pylist(ROWS, schema=MIXED.arrow_schema())


def gx_counts(frame, engine):
    """Great Expectations' own count for each of KINDS, on the rows as they are."""
    import great_expectations as gx
    from great_expectations.core import ExpectationSuite
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    context = gx.get_context(mode="ephemeral")
    sources = context.data_sources
    source = sources.add_spark(name="s", persist=False) if engine == "spark" else sources.add_pandas(name="s")
    asset = source.add_dataframe_asset(name="a")
    batch = asset.add_batch_definition_whole_dataframe("b").get_batch(batch_parameters={"dataframe": frame})
    chosen = [(i, t, k) for i, (t, k) in enumerate(KINDS) if engine == "spark" or t != "unexpected_rows_expectation"]
    suite = ExpectationSuite(
        name="x", expectations=[ExpectationConfiguration(type=t, kwargs=dict(k), meta={"place": i}) for i, t, k in chosen]
    )
    results = batch.validate(suite, result_format="SUMMARY").to_json_dict()["results"]
    # The order of results is not that of the expectations.
    results.sort(key=lambda r: r["expectation_config"]["meta"]["place"])
    return [r["result"].get("unexpected_count", r["result"].get("observed_value")) for r in results]


def our_counts(rows):
    with checked(rows, MIXED, Suite("silver.mixed", tuple(RULES))) as outcome:
        return [r.unexpected for r in outcome.results]


def same(ours, theirs):
    for (kind, _), our, their in zip(KINDS, ours, theirs, strict=False):
        assert (their, our) == DUPLICATES.get(kind, (our, our)), kind


def test_all_types_in_use_are_compared():
    used = {e["type"] for path in expectations_dir().glob("*.json") for e in json.loads(path.read_text())["expectations"]}
    assert used & set(ROW_RULES) <= {t for t, _ in KINDS}


def test_predicates_count_as_gx_does_on_pandas(mixed):
    same(our_counts(mixed), gx_counts(mixed.to_pandas(), "pandas"))


def test_predicates_count_as_gx_does_on_spark(spark, mixed, monkeypatch):
    monkeypatch.setattr(gate, "SMALL_ROWS", 0)
    frame = spark.createDataFrame(mixed)
    same(our_counts(frame), gx_counts(frame, "spark"))
    assert our_counts(frame) == our_counts(mixed)


@pytest.fixture(scope="module")
def dirty():
    rows = [
        *documents(8),
        document(3, origin=origin(90)),
        document(20, split="dev", domain="Gossip"),
        document(20, origin=origin(91)),
        document(21, sections=[]),
        document(22, record_id=None),
    ]
    return table("silver.documents", rows)


def set_aside(outcome):
    rows = outcome.offenders if isinstance(outcome.offenders, pa.Table) else outcome.offenders.toArrow()
    return sorted((r["row"], tuple(r["rules"]), r["content"]) for r in rows.to_pylist())


def test_offenders_bear_all_rules_and_where_they_come_from(dirty):
    spec = ddl.spec("silver.documents")
    with checked(dirty, spec, load_suite(spec), slice="source=made", run_id="run1") as outcome:
        assert (outcome.seen, outcome.quarantined, outcome.kept, len(outcome.clean)) == (13, 4, 9, 9)
        told = {r["row"]: r for r in outcome.offenders.to_pylist()}
    assert told[90]["rules"] == ["unique(source, record_id)"]
    # Row 20 breaks other rules as well, so of the two rows with its key the later one stays.
    assert told[20]["rules"] == ["unique(source, record_id)", "in_set(split)", "in_set(domain)"] and 91 not in told
    assert told[21]["rules"] == ["sections"] and told[22]["rules"] == ["not_null(record_id)"]
    assert told[20] | {"content": None} == {
        "table_name": "silver.documents", "slice": "source=made", "source": "made", "file": "made.jsonl", "sha256": "ab" * 32, "row": 20,
        "rules": told[20]["rules"], "content": None, "access": "public", "run_id": "run1",
    }  # fmt: skip
    content = json.loads(told[20]["content"])
    assert content["subject_id"] is None and content["sections"] == [{"name": "question", "text": f"{CANARY} 20"}]


def test_spark_sets_the_same_rows_aside(spark, dirty, monkeypatch):
    spec = ddl.spec("silver.documents")
    with checked(dirty, spec, load_suite(spec)) as in_memory:
        expected, results = set_aside(in_memory), in_memory.results
    monkeypatch.setattr(gate, "SMALL_ROWS", 0)
    with checked(spark.createDataFrame(dirty).repartition(3), spec, load_suite(spec)) as outcome:
        assert set_aside(outcome) == expected
        assert outcome.results == results
        assert outcome.clean.count() == 9


def test_check_without_setting_aside_reports_failures(dirty):
    spec = ddl.spec("silver.documents")
    with checked(dirty, spec, load_suite(spec), set_aside=False) as outcome:
        failed = {r.rule: r.unexpected for r in outcome.results if not r.success}
    assert failed["unique(source, record_id)"] == 2 and failed["in_set(split)"] == 1 and outcome.quarantined == 0


def test_warnings_do_not_move_rows():
    spec = ddl.spec("gold.definitions")
    rows = table("gold.definitions", [definition(1), definition(2, text="Short.")])
    with checked(rows, spec, load_suite(spec)) as outcome:
        warned = next(r for r in outcome.results if r.rule == "length(text)")
        assert (outcome.quarantined, warned.success, warned.unexpected, warned.severity) == (0, False, 1, "warn")
        refuse(outcome, "gold.definitions", "r")


def test_empty_table_is_refused_with_the_worst_rule():
    spec = ddl.spec("gold.definitions")
    rows = table("gold.definitions", [definition(n, kind="found") for n in (1, 2, 3)])
    with (
        checked(rows, spec, load_suite(spec)) as outcome,
        pytest.raises(
            DataCheckFailed, match=r"gold.definitions: rule row_count: no row would be left of 3 \(3 set aside, rule in_set\(kind\)"
        ) as e,
    ):
        refuse(outcome, "gold.definitions", "run7")
    assert 'medslake sql "select' in str(e.value) and "run7" in str(e.value)


def test_missing_column_is_refused():
    spec = ddl.spec("gold.definitions")
    with (
        pytest.raises(SchemaMismatch, match="text"),
        checked(table("gold.definitions", [definition(1)]).drop_columns("text"), spec, load_suite(spec)),
    ):
        pass


def test_nan_is_a_value_and_null_is_not():
    spec = parse_table("CREATE TABLE gold.t (x DOUBLE NOT NULL)")
    with checked(pa.table({"x": pa.array([1.0, math.nan, None])}), spec, load_suite(spec)) as outcome:
        assert (outcome.kept, outcome.quarantined) == (2, 1)
        assert all(r.success for r in outcome.results)


def parts_of(*sources):
    return Parts("source", {source: f"source={source}" for source in sources})


def test_parts_are_judged_one_by_one(spark, monkeypatch):
    spec = ddl.spec("silver.documents")
    rows = [
        *documents(3),
        document(2, origin=origin(50)),
        *(document(n, source="other") for n in (1, 2)),
        document(7, source="bad", split="dev"),
    ]
    parts = parts_of("made", "other", "bad", "none")

    def outcome(given):
        with checked(given, spec, load_suite(spec), slice=parts, run_id="r") as found, pytest.raises(ChecksFailed) as refused:
            refuse(found, "silver.documents", "r")
        aside = found.offenders if isinstance(found.offenders, pa.Table) else found.offenders.toArrow()
        counts = {name: (part.slice, part.seen, part.quarantined, part.kept) for name, part in found.parts.items()}
        results = {name: [r for r in part.results if r.unexpected or not r.success] for name, part in found.parts.items()}
        return counts, results, sorted((r["slice"], r["row"]) for r in aside.to_pylist()), refused.value

    given = table("silver.documents", rows)
    few = outcome(given)
    monkeypatch.setattr(gate, "SMALL_ROWS", 0)
    many = outcome(spark.createDataFrame(given))
    assert few[:3] == many[:3] and str(few[3]) == str(many[3]) and few[3].parts == ("bad", "none")
    assert few[0] == {
        "made": ("source=made", 4, 1, 3),
        "other": ("source=other", 2, 0, 2),
        "bad": ("source=bad", 1, 1, 0),
        "none": ("source=none", 0, 0, 0),
    }
    assert few[2] == [("source=bad", 7), ("source=made", 50)]
    assert few[3].message.startswith("table silver.documents, slice source=bad: rule row_count: no row would be left of 1 (1 set aside")
    assert "so were 1 other parts." in few[3].message
    with (
        pytest.raises(SchemaMismatch, match=r"silver.documents: 3 rows lie outside the slice source='made'"),
        checked(given, spec, load_suite(spec), slice=parts_of("made")),
    ):
        pass


@pytest.mark.slow  # it imports Great Expectations
def test_rule_that_cannot_be_evaluated_is_named(mixed):
    rule = _rule(
        {"type": "expect_column_values_to_be_between", "kwargs": {"column": "nowhere", "max_value": 3}, "meta": {"severity": "warn"}}
    )
    with pytest.raises(UsageError, match=r"cannot evaluate rule between\(nowhere\)"):
        judge(mixed.to_pandas(), [rule])


@pytest.mark.parametrize("name", [n for n in ddl.specs() if not n.endswith("_shared")])
def test_every_table_has_a_suite_that_runs_in_duckdb(name):
    spec = ddl.spec(name)
    assert (expectations_dir() / f"{name}.json").is_file()
    with checked(spec.arrow_schema().empty_table(), spec, load_suite(spec)) as outcome:
        assert {r.rule for r in outcome.results if not r.success} <= {"row_count"}


def test_every_suite_runs_in_spark(spark):
    for name, spec in ddl.specs().items():
        if not name.endswith("_shared"):
            rules = BrokenRules(spec, load_suite(spec), Parts.one("whole"), SPARK)
            assert BROKEN in gate._frame_with_broken_rules(spark.createDataFrame([], spec.spark_schema()), rules).columns


def test_closed_lists_are_those_of_the_paper():
    suite = json.loads((expectations_dir() / "gold.instructions.json").read_text())
    sets = {e["kwargs"]["column"]: e["kwargs"]["value_set"] for e in suite["expectations"] if "value_set" in e["kwargs"]}
    assert tuple(sets["category"]) == CATEGORIES and tuple(sets["domain"]) == DOMAINS
    written = json.loads((expectations_dir() / "gold.definitions.json").read_text())["expectations"]
    assert next(tuple(e["kwargs"]["value_set"]) for e in written if e["kwargs"].get("column") == "style") == STYLES


@pytest.mark.parametrize(
    ("expectation", "said"),
    [
        ({"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "a"}, "meta": {}}, "severity None"),
        (
            {"type": "expect_table_row_count_to_be_between", "kwargs": {"min_value": 1}, "meta": {"severity": "quarantine"}},
            "must be error or warn",
        ),
        (
            {"type": "unexpected_rows_expectation", "kwargs": {"unexpected_rows_query": "select 1"}, "meta": {"severity": "warn"}},
            "must read",
        ),
        (
            {"type": "expect_column_mean_to_be_between", "kwargs": {"column": "a", "max_value": 3}, "meta": {"severity": "error"}},
            "no SQL is known",
        ),
        (
            {"type": "expect_column_values_to_be_unique", "kwargs": {"column": "a", "mostly": 0.9}, "meta": {"severity": "warn"}},
            "takes no `mostly`",
        ),
        (
            {"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "a", "row_condition": "b"}, "meta": {"severity": "warn"}},
            "row_condition, which its SQL does not know",
        ),
    ],
)
def test_wrong_suites_are_refused(expectation, said):
    with pytest.raises(UsageError, match=said):
        _rule(expectation)
