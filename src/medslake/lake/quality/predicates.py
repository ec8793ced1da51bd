"""Expectations as SQL conditions that are true for the rows that break them, in the dialects of Spark and of DuckDB.

They follow Great Expectations in what counts: a null breaks `not_null` only. A test holds them to its unexpected counts. Uniqueness
differs on purpose: the first of several equal rows stays and only the later ones are set aside, where Great Expectations counts all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from medslake.errors import UsageError
from medslake.lake.quality.suites import Rule

__all__ = ["DUCKDB", "SPARK", "Dialect", "later_rows", "violation"]

#: What makes DuckDB run the conditions of our suites, which are written in Spark's SQL.
DUCKDB_SETUP = (
    "set lambda_syntax = 'ENABLE_SINGLE_ARROW'",
    "create or replace temp macro size(x) as len(x)",
    "create or replace temp macro regexp_like(s, p) as regexp_matches(s, p)",
)


@dataclass(frozen=True)
class Dialect:
    """quote: around identifiers. escapes: backslashes in string literals are doubled."""

    name: str
    quote: str
    escapes: bool

    def column(self, name: str) -> str:
        return f"{self.quote}{name.replace(self.quote, self.quote * 2)}{self.quote}"

    def literal(self, value: Any) -> str:
        if value is None:
            return "null"
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            return repr(value)
        text = str(value)
        if self.escapes:
            return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
        return "'" + text.replace("'", "''") + "'"


SPARK = Dialect("spark", "`", escapes=True)
DUCKDB = Dialect("duckdb", '"', escapes=False)


def violation(rule: Rule, dialect: Dialect) -> str:
    """Boolean SQL, never null, true for rows that break the rule. Not for uniqueness, which needs a window: see `later_rows`."""
    return f"coalesce({_condition(rule, dialect)}, false)"


def _condition(rule: Rule, dialect: Dialect) -> str:
    kwargs = rule.kwargs
    if rule.type == "unexpected_rows_expectation":
        return f"({rule.condition})"
    if rule.type.startswith("expect_column_pair_"):
        return _pair(rule, dialect)
    column = dialect.column(kwargs["column"])
    if rule.type == "expect_column_values_to_not_be_null":
        return f"{column} is null"
    if rule.type == "expect_column_values_to_be_in_set":
        return f"{column} not in ({', '.join(dialect.literal(v) for v in kwargs['value_set'])})"
    if rule.type == "expect_column_values_to_match_regex":
        return f"not regexp_like({column}, {dialect.literal(kwargs['regex'])})"
    if rule.type == "expect_column_values_to_be_between":
        return f"not ({_range(column, rule, dialect)})"
    if rule.type == "expect_column_value_lengths_to_be_between":
        return f"not ({_range(f'length({column})', rule, dialect)})"
    raise UsageError(f"Rule {rule.name}: no predicate is known for {rule.type}.")


def _range(value: str, rule: Rule, dialect: Dialect) -> str:
    parts = []
    for key, sign, strict in (("min_value", ">", "strict_min"), ("max_value", "<", "strict_max")):
        if rule.kwargs.get(key) is not None:
            parts.append(f"{value} {sign}{'' if rule.kwargs.get(strict) else '='} {dialect.literal(rule.kwargs[key])}")
    if not parts:
        raise UsageError(f"Rule {rule.name} has neither min_value nor max_value.")
    return " and ".join(parts)


def _pair(rule: Rule, dialect: Dialect) -> str:
    left, right = dialect.column(rule.kwargs["column_A"]), dialect.column(rule.kwargs["column_B"])
    if rule.type == "expect_column_pair_values_to_be_equal":
        holds = f"{left} = {right}"
    else:
        holds = f"{left} {'>=' if rule.kwargs.get('or_equal') else '>'} {right}"
    # A row in which one of the two is missing is passed over, as the suites must say (see suites.py).
    return f"not ({holds})"


def later_rows(rule: Rule, order: Sequence[str], dialect: Dialect, within: Sequence[str] = ()) -> str:
    """Boolean window expression, true for every row but the first (by `order`) of those that share the rule's columns and `within`."""
    columns = [dialect.column(c) for c in rule.columns]
    present = " or ".join(f"{c} is not null" for c in columns)
    group = ", ".join([*columns, *(dialect.column(c) for c in within if c not in rule.columns)])
    return f"(row_number() over (partition by {group} order by {', '.join(order)}) > 1 and ({present}))"
