"""SQL judges at the write, Great Expectations in `medslake check`: both say the same of every suite, on rows that break each rule."""

from __future__ import annotations

import datetime as dt
import math
import random
import re
from typing import Any

import pyarrow as pa
import pytest

from medslake.demo import fewest
from medslake.lake.quality.check import judged_by_great_expectations
from medslake.lake.quality.gate import checked
from medslake.lake.quality.suites import Rule, Suite, load_suite
from medslake.lake.schema import ddl
from medslake.lake.schema.ddl import TableSpec
from medslake.lake.schema.types import Type

#: So many that values meet which a rule forbids to meet.
ROWS = 400
SPECS = {name: ddl.spec(name) for name in ddl.names()}
SPECS["bronze.made__rows"] = ddl.bronze_spec("made", "rows", "id STRING NOT NULL, n INT", ("id",))
TEXTS = [None, "", " ", "x", "y", "en", "English", "user", "ab" * 32, "Some text of a reasonable length."]
NUMBERS = [None, -1, 0, 1, 2, 3, 10**6]
FLOATS = [None, -1.0, 0.0, 0.25, 0.5, 1.0, 50.0, 1e6, math.nan, math.inf]


def made(kind: Type, chance: random.Random, texts: list[Any]) -> Any:
    """A value of the type, odd ones more often than in life."""
    if isinstance(kind, dict):
        if chance.random() < 0.15:
            return None
        if kind["type"] == "array":
            return [made(kind["elementType"], chance, texts) for _ in range(chance.choice([0, 1, 1, 2, 3]))]
        if kind["type"] == "map":
            return [(key, made(kind["valueType"], chance, texts)) for key in chance.sample(["x", "y", " "], chance.choice([0, 1, 2]))]
        return {f["name"]: made(f["type"], chance, texts) for f in kind["fields"]}
    if kind == "string":
        return chance.choice(texts)
    if kind in ("integer", "long"):
        return chance.choice(NUMBERS)
    if kind in ("double", "float"):
        return chance.choice(FLOATS)
    if kind == "boolean":
        return chance.choice([None, True, False])
    assert kind == "timestamp", kind
    return chance.choice([None, dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.datetime(2021, 1, 1, tzinfo=dt.UTC)])


def told_by(rule: Rule) -> list[Any]:
    """Values at the edge of what a rule about one column allows."""
    kwargs = rule.kwargs
    if rule.type == "expect_column_values_to_be_in_set":
        return [*kwargs["value_set"], *kwargs["value_set"]]
    if rule.type == "expect_column_value_lengths_to_be_between":
        edges = [kwargs.get("min_value"), kwargs.get("max_value")]
        return ["z" * n for edge in edges if edge is not None for n in {max(0, edge - 1), edge, edge + 1}]
    if rule.type == "expect_column_values_to_be_between":
        edges = [kwargs.get("min_value"), kwargs.get("max_value")]
        return [edge + step for edge in edges if edge is not None for step in (-1, 0, 1)]
    return []


def rows_for(spec: TableSpec, suite: Suite) -> pa.Table:
    chance = random.Random(spec.name)
    edges: dict[str, list[Any]] = {}
    for rule in suite.rules:
        for column in rule.columns:
            edges.setdefault(column, []).extend(told_by(rule))
    conditions = [rule.condition for rule in suite.rules if rule.type == "unexpected_rows_expectation"]
    texts = [*TEXTS, *(word for condition in conditions for word in re.findall(r"'([^']*)'", condition) * 3)]
    schema = spec.arrow_schema()
    columns = []
    for column, field in zip(spec.columns, schema, strict=True):
        whole = {"integer": int, "long": int, "double": float, "float": float}.get(str(column.json_type))
        own = [whole(v) for v in edges.get(column.name, [])] if whole else edges.get(column.name, [])
        values = []
        for _ in range(ROWS):
            edge = own and chance.random() < 0.5
            values.append(chance.choice(own) if edge else made(column.json_type, chance, texts))
        columns.append(pa.array(values, field.type))
    return pa.table(columns, schema=schema)


def counted_by_great_expectations(frame: Any, rules: tuple[Rule, ...]) -> dict[str, int | None]:
    """Rule -> rows that break it, by Great Expectations' Spark engine, which runs conditions in Spark itself."""
    import great_expectations as gx
    from great_expectations.core import ExpectationSuite
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    asset = gx.get_context(mode="ephemeral").data_sources.add_spark(name="s", persist=False).add_dataframe_asset(name="a")
    batch = asset.add_batch_definition_whole_dataframe("b").get_batch(batch_parameters={"dataframe": frame})
    written = [ExpectationConfiguration(type=r.type, kwargs=dict(r.kwargs), meta={"rule": r.name}) for r in rules]
    results = batch.validate(ExpectationSuite(name="x", expectations=written), result_format="SUMMARY").to_json_dict()["results"]
    found = {}
    for one in results:
        count = one["result"].get("unexpected_count", one["result"].get("observed_value"))
        found[one["expectation_config"]["meta"]["rule"]] = count
    return found


#: As few tables as have every type of rule, and every severity of it, in their suites; `make test-long` tries all.
KINDS = {name: {(rule.type, rule.severity) for rule in load_suite(spec).rules} for name, spec in SPECS.items()}
SOME = fewest(KINDS, set().union(*KINDS.values()))


@pytest.mark.parametrize("name", [name if name in SOME else pytest.param(name, marks=pytest.mark.long) for name in SPECS])
def test_sql_and_great_expectations_judge_alike(name: str, spark: Any) -> None:
    spec = SPECS[name]
    suite = load_suite(spec)
    rows = rows_for(spec, suite)
    with checked(rows, spec, suite, set_aside=False) as outcome:
        ours = {r.rule: (r.success, r.unexpected) for r in outcome.results}
    by_row = {rule.name for rule in suite.row_rules}
    assert {rule for rule in by_row if not ours[rule][1]} == set(), "rows must break each rule"
    frame = spark.createDataFrame(rows).cache()
    theirs = counted_by_great_expectations(frame, suite.row_rules)
    # Of rows that share a key Great Expectations counts all, and we all but the first.
    counts = {r.name: (ours[r.name][1], theirs[r.name]) for r in suite.row_rules}
    unique = {rule.name for rule in suite.row_rules if rule.unique}
    assert {name: (our, their) for name, (our, their) in counts.items() if our != their and name not in unique} == {}
    assert all(0 < our < their for name, (our, their) in counts.items() if name in unique)
    for given in (rows, frame, rows.slice(0, 0)):
        with checked(given, spec, suite, set_aside=False) as outcome:
            ours = {r.rule: r.success for r in outcome.results}
            validation = judged_by_great_expectations(outcome.clean, spec, suite)
        held = {one["expectation_config"]["meta"]["rule"]: one["success"] for one in validation["results"]}
        assert held == ours
    frame.unpersist()


def test_rules_that_hold_for_most_rows_are_judged_alike(spark: Any) -> None:
    spec = ddl.parse_table("CREATE TABLE gold.t (a STRING, n INT, m INT, x DOUBLE)")
    kinds: list[tuple[str, dict[str, Any]]] = [
        ("expect_column_values_to_be_in_set", {"column": "a", "value_set": ["x"]}),
        ("expect_column_values_to_not_be_null", {"column": "a"}),
        ("expect_column_values_to_be_between", {"column": "n", "min_value": 1}),
        ("expect_column_values_to_be_between", {"column": "x", "min_value": 0, "max_value": 1}),
        (
            "expect_column_pair_values_a_to_be_greater_than_b",
            {"column_A": "n", "column_B": "m", "ignore_row_if": "either_value_is_missing"},
        ),
    ]
    # Of ten rows, two are null and two break the rule: it holds for 0.75 of the eight.
    rows = pa.table(
        {
            "a": ["x"] * 6 + ["y"] * 2 + [None] * 2,
            "n": pa.array([1] * 6 + [0] * 2 + [None] * 2, pa.int32()),
            "m": pa.array([0] * 6 + [5] * 2 + [None] * 2, pa.int32()),
            "x": [0.5] * 6 + [2.0, math.inf] + [None] * 2,
        }
    )
    for mostly in (0.7, 0.75, 0.76, 0.8, 0.81):
        rules = tuple(Rule(f"{i}", kind, kwargs, "warn", mostly) for i, (kind, kwargs) in enumerate(kinds))
        suite = Suite(spec.name, rules)
        for given in (rows, spark.createDataFrame(rows)):
            with checked(given, spec, suite, collect=False) as outcome:
                ours = {r.rule: r.success for r in outcome.results}
                validation = judged_by_great_expectations(outcome.clean, spec, suite)
            assert {one["expectation_config"]["meta"]["rule"]: one["success"] for one in validation["results"]} == ours
            assert [ours["0"], ours["1"]] == [mostly <= 0.75, mostly <= 0.8]
