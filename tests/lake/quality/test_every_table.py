"""A suite for every table: those of `lakehouse/`, and the bronze tables of every source."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from medslake import registry
from medslake.lake.quality.measures import MEASURES, column_of, pairs_of
from medslake.lake.quality.suites import Suite, load_suite, own_rules, suite_file
from medslake.lake.schema import ddl
from medslake.settings import expectations_dir

BRONZE = {
    spec.name: spec
    for source in registry.items("source").values()
    for native in source.files
    for spec in [ddl.bronze_spec(source.name, native.table, native.schema, native.key)]
}
SPECS = {name: ddl.spec(name) for name in ddl.names()} | BRONZE
SUITES = {name: load_suite(spec) for name, spec in SPECS.items()}


def shorts(suite: Suite) -> set[str]:
    return {MEASURES[rule.type].short for rule in suite.measures}


@pytest.mark.parametrize("name", ddl.names())
def test_every_table_has_rules_of_its_own(name: str) -> None:
    path = suite_file(f"{name}.json")
    assert path is not None and own_rules(path)


def test_every_table_is_covered() -> None:
    """Beyond what its DDL says, by rules about its rows; bronze by those that all of bronze share."""
    bare = {name for name, suite in SUITES.items() if not any(rule.by_row and rule.type != NOT_NULL for rule in suite.rules)}
    assert bare == set() and len(BRONZE) > 150
    layers = Counter(name.partition(".")[0] for name in SUITES)
    assert set(layers) == set(ddl.LAYERS)


NOT_NULL = "expect_column_values_to_not_be_null"


def test_every_suite_is_of_a_table() -> None:
    shared = {f"{layer}._shared" for layer in ddl.LAYERS}
    assert {path.stem for path in expectations_dir().glob("*.json")} <= {*SPECS, *shared}


def test_what_is_replaced_is_counted_against_the_last_run() -> None:
    replaced = {name for name in SUITES if name.startswith(("bronze.", "silver."))} | {"gold.tasks", "gold.instructions", "gold.benchmark"}
    assert {name for name in replaced if "row_count_against_last_run" not in shorts(SUITES[name])} == set()


def test_texts_of_silver_are_measured() -> None:
    texts = {name for name in SUITES if name.startswith("silver.")} - {"silver.encounters", "silver.statistics", "silver.concepts"}
    assert {name for name in texts if not {"language", "near_duplicates"} <= shorts(SUITES[name])} == set()
    labelled = {name for name, spec in SPECS.items() if name.startswith("silver.") and "label_set" in spec.names}
    assert {name for name in labelled if "label_set" not in shorts(SUITES[name])} == set()


def test_joins_name_tables_and_columns_that_are_there() -> None:
    for name, suite in SUITES.items():
        for rule in suite.measures:
            if MEASURES[rule.type].short == "join_coverage":
                for here, there in pairs_of(rule.kwargs):
                    assert column_of(SPECS[name], here) and column_of(SPECS[rule.kwargs["other_table"]], there)


def test_few_types_resolve_to_many_checks() -> None:
    resolved = Counter(rule.type for suite in SUITES.values() for rule in (*suite.rules, *suite.measures))
    assert len(resolved) < 20 and sum(resolved.values()) > 3000


def test_suites_are_json_with_one_expectation_a_line() -> None:
    for path in Path(expectations_dir()).glob("*.json"):
        text = path.read_text(encoding="utf-8")
        assert len(json.loads(text)["expectations"]) == sum(line.startswith('    {"type"') for line in text.splitlines()), path.name
