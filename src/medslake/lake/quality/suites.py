"""Expectation suites: what must hold of a table's rows, in Great Expectations' own JSON format.

`expectations/<layer>.<table>.json` holds what the DDL cannot say; what all tables of bronze or silver share stands in
`expectations/<layer>._shared.json`. What the DDL does say (the columns, NOT NULL, the key) becomes expectations here, so that nothing is
written down twice. An expectation's `meta.severity` is

- error: the commit is refused,
- quarantine (rules about single rows): the rows that break it go to ops.quarantine, the others are committed,
- warn: recorded only.

What several rows or tables are together is told by measures (see measures.py), which stand in the same files.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from medslake.errors import UsageError
from medslake.lake.quality.measures import MEASURES, faults_of_measure, named_measure
from medslake.lake.schema.ddl import TableSpec
from medslake.settings import expectations_dirs

__all__ = ["ROW_RULES", "SEVERITIES", "UNIQUE_RULES", "Rule", "Suite", "load_suite", "own_rules", "suite_file"]

SEVERITIES = ("error", "quarantine", "warn")
UNIQUE_RULES = {"expect_column_values_to_be_unique": "unique", "expect_compound_columns_to_be_unique": "unique"}
#: Expectation types about single rows, for which we know the predicate, and the short name under which they are reported.
ROW_RULES = UNIQUE_RULES | {
    "expect_column_values_to_not_be_null": "not_null",
    "expect_column_values_to_be_in_set": "in_set",
    "expect_column_values_to_be_between": "between",
    "expect_column_values_to_match_regex": "matches",
    "expect_column_value_lengths_to_be_between": "length",
    "expect_column_pair_values_a_to_be_greater_than_b": "greater",
    "expect_column_pair_values_to_be_equal": "equal",
    "unexpected_rows_expectation": "rows",
}
_TABLE_RULES = {"expect_table_row_count_to_be_between": "row_count", "expect_table_columns_to_match_set": "columns"}
_QUERY = re.compile(r"\s*select\s+\*\s+from\s+\{batch\}\s+where\s+(?P<condition>.+?)\s*", re.IGNORECASE | re.DOTALL)
#: What Great Expectations takes and our SQL does not look at.
_NOT_UNDERSTOOD = {"row_condition", "condition_parser"}
# Offending rows carry the set of broken rules as the bits of one BIGINT.
MAX_ROW_RULES = 62


@dataclass(frozen=True)
class Rule:
    """One expectation. name: as reported, such as `in_set(split)`. kwargs: as Great Expectations takes them, without `mostly`."""

    name: str
    type: str
    kwargs: Mapping[str, Any]
    severity: str
    mostly: float = 1.0

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the expectation names (none for rules about the table or given as SQL)."""
        return _columns(self.kwargs)

    @property
    def measure(self) -> bool:
        """Whether it is about rows or tables together, see measures.py."""
        return self.type in MEASURES

    @property
    def unique(self) -> bool:
        return self.type in UNIQUE_RULES

    @property
    def by_row(self) -> bool:
        """Whether single rows can break it, so that they can be set aside."""
        return self.type in ROW_RULES

    @property
    def condition(self) -> str:
        """The WHERE clause of an unexpected_rows_expectation: true for rows that break it."""
        found = _QUERY.fullmatch(self.kwargs["unexpected_rows_query"])
        if found is None:
            raise UsageError(f"Rule {self.name}: unexpected_rows_query must read `select * from {{batch}} where <condition>`.")
        return found.group("condition")


@dataclass(frozen=True)
class Suite:
    """The rules of one table, in the order in which they are reported. measures: those about rows or tables together.

    digest: changes when any rule does; measures judge no row, so that nothing has to be written anew for their sake.
    """

    table: str
    rules: tuple[Rule, ...]
    measures: tuple[Rule, ...] = ()

    @property
    def row_rules(self) -> tuple[Rule, ...]:
        return tuple(r for r in self.rules if r.by_row)

    @property
    def partial_rules(self) -> tuple[Rule, ...]:
        """Rules about rows that need not hold for all of them."""
        return tuple(r for r in self.row_rules if r.mostly < 1)

    @property
    def digest(self) -> str:
        text = json.dumps([[r.type, dict(r.kwargs), r.severity, r.mostly] for r in self.rules], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def load_suite(spec: TableSpec) -> Suite:
    """The suite of a table: from its DDL, what its layer shares, and its file. Raises UsageError that names the file and the rule that is
    wrong."""
    layer = spec.name.partition(".")[0]
    rules = {rule.name: rule for rule in _from_ddl(spec)}
    for name in (f"{layer}._shared.json", f"{spec.name}.json"):
        path = suite_file(name)
        for rule in own_rules(path) if path is not None else ():
            if rule.measure:
                for fault in faults_of_measure(rule.type, rule.kwargs, rule.severity, spec):
                    raise UsageError(f"{path}: rule {rule.name} {fault}.")
            by_name = rule.type not in _TABLE_RULES and not rule.measure
            unknown = set(rule.columns) - set(spec.names) if by_name else set()
            if unknown:
                raise UsageError(f"{path}: rule {rule.name} names {sorted(unknown)[0]}, which is no column of {spec.name}.")
            rules[rule.name] = rule
    measures = tuple(rule for rule in rules.values() if rule.measure)
    suite = Suite(spec.name, tuple(rule for rule in rules.values() if not rule.measure), measures)
    if len(suite.row_rules) > MAX_ROW_RULES:
        raise UsageError(f"{spec.name} has {len(suite.row_rules)} rules about rows; at most {MAX_ROW_RULES} are possible.")
    return suite


def suite_file(name: str) -> Path | None:
    """Where `<layer>.<table>.json` lies: in `expectations/`, else in a folder of plug-ins."""
    return next((found for folder in expectations_dirs() if (found := folder / name).is_file()), None)


def _from_ddl(spec: TableSpec) -> list[Rule]:
    # Not exact: Great Expectations counts the fields of Spark's structs as columns. Further columns are refused before anyway.
    rules = [Rule("columns", "expect_table_columns_to_match_set", {"column_set": list(spec.names), "exact_match": False}, "error")]
    for column in spec.columns:
        if not column.nullable:
            rules.append(_rule({"type": "expect_column_values_to_not_be_null", "kwargs": {"column": column.name}}, "quarantine"))
    if len(spec.key) == 1:
        rules.append(_rule({"type": "expect_column_values_to_be_unique", "kwargs": {"column": spec.key[0]}}, "quarantine"))
    elif spec.key:
        rules.append(_rule({"type": "expect_compound_columns_to_be_unique", "kwargs": {"column_list": list(spec.key)}}, "quarantine"))
    return rules


@functools.cache
def own_rules(path: Path) -> tuple[Rule, ...]:
    """The rules of a file by themselves. Raises UsageError that names the file."""
    try:
        written = json.loads(path.read_text(encoding="utf-8"))
        return tuple(_rule(e) for e in written["expectations"])
    except (ValueError, KeyError, TypeError) as e:
        raise UsageError(f"{path} is not a Great Expectations suite: {e}.") from e
    except UsageError as e:
        raise UsageError(f"{path}: {e}") from e


def _rule(written: Mapping[str, Any], severity: str | None = None) -> Rule:
    kind, meta = written["type"], written.get("meta") or {}
    kwargs = {k: v for k, v in written["kwargs"].items() if k != "mostly"}
    severity = severity or meta.get("severity")
    name = meta.get("rule") or _named(kind, kwargs)
    if not {kind} & {*ROW_RULES, *_TABLE_RULES, *MEASURES}:
        known = ", ".join([*ROW_RULES, *_TABLE_RULES, *MEASURES])
        raise UsageError(f"Rule {name} is of type {kind}, which no SQL is known for; known are {known}.")
    if kwargs.keys() & _NOT_UNDERSTOOD:
        raise UsageError(f"Rule {name} has {', '.join(sorted(kwargs.keys() & _NOT_UNDERSTOOD))}, which its SQL does not know.")
    if severity not in SEVERITIES:
        raise UsageError(f"Rule {name} has severity {severity!r}; known are {', '.join(SEVERITIES)}.")
    if severity == "quarantine" and kind not in ROW_RULES:
        raise UsageError(f"Rule {name} is about the table as a whole: its severity must be error or warn.")
    if kind.startswith("expect_column_pair_") and kwargs.get("ignore_row_if") != "either_value_is_missing":
        # Great Expectations' engines disagree about rows in which one value is missing.
        raise UsageError(f'Rule {name} needs "ignore_row_if": "either_value_is_missing".')
    rule = Rule(name, kind, kwargs, severity, float(written["kwargs"].get("mostly", 1.0)))
    if rule.mostly < 1 and (rule.unique or kind == "unexpected_rows_expectation"):
        raise UsageError(f"Rule {name} holds for all rows or not: it takes no `mostly`.")
    if kind == "unexpected_rows_expectation" and not rule.condition:
        raise UsageError(f"Rule {name} has no condition.")
    return rule


def _named(kind: str, kwargs: Mapping[str, Any]) -> str:
    if kind in MEASURES:
        return named_measure(kind, kwargs)
    short = ROW_RULES.get(kind) or _TABLE_RULES.get(kind) or kind.removeprefix("expect_")
    return f"{short}({', '.join(_columns(kwargs))})" if kind not in _TABLE_RULES else short


def _columns(kwargs: Mapping[str, Any]) -> tuple[str, ...]:
    named = [kwargs[k] for k in ("column", "column_A", "column_B") if k in kwargs]
    return tuple(named) + tuple(kwargs.get("column_list", ()))
