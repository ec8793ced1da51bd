"""Silver kinds that plug-ins bring: whether their tables and suites are whole, before the first row is written."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

from medslake.errors import UsageError
from medslake.lake.quality.predicates import SPARK, violation
from medslake.lake.quality.suites import Rule, load_suite, own_rules, suite_file
from medslake.lake.schema import ddl
from medslake.lake.schema.ddl import TableSpec
from medslake.settings import ddl_dirs, expectations_dirs

__all__ = ["broken_kinds", "faults_of_kind"]


def broken_kinds() -> list[str]:
    """What is wrong with the silver kinds of plug-ins and with their suites, a sentence each that names the file."""
    return [*ddl.broken_specs(), *_broken_suites(ddl_dirs(), expectations_dirs())]


def faults_of_kind(name: str) -> list[str]:
    """The same of one kind, such as `silver.devices`; none of those of the package."""
    return list(_faults(ddl.spec(name))) if name in ddl.brought() else []


@functools.cache
def _broken_suites(tables: tuple[Path, ...], suites: tuple[Path, ...]) -> tuple[str, ...]:
    found = [fault for name in ddl.brought() for fault in _faults(ddl.spec(name))]
    for path in (path for folder in suites[1:] for path in sorted(folder.glob("[!.]*.json"))):
        if path.stem not in ddl.names():
            found.append(f"{path}: no table is named {path.stem!r}, so that nothing is held to it.")
        elif (used := suite_file(path.name)) != path:
            found.append(f"{path} is not used: {used} is the suite of {path.stem}.")
    return tuple(found)


def _faults(spec: TableSpec) -> Iterator[str]:
    path = suite_file(f"{spec.name}.json")
    if path is None:
        yield f"{spec.name} has no suite; write expectations/{spec.name}.json with a rule that its rows keep."
        return
    try:
        rules = own_rules(path)
        load_suite(spec)
    except UsageError as error:
        yield error.message
        return
    if all(rule.measure for rule in rules):
        yield f"{path} has no rule; at least one says what the rows of {spec.name} keep."
    for number, rule in enumerate(rules, start=1):
        yield from (f"{path}, expectation {number}: rule {rule.name} {what}" for what in _faults_of_rule(rule, spec))


def _faults_of_rule(rule: Rule, spec: TableSpec) -> Iterator[str]:
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    if not rule.by_row or rule.unique:
        return
    try:
        condition = sqlglot.parse_one(violation(rule, SPARK), dialect="spark")
    except UsageError as error:
        yield f"cannot be told in SQL: {error.message}"
        return
    except KeyError as error:
        yield f"has no {error.args[0]}, which its type needs."
        return
    except SqlglotError:
        yield "is no SQL of Spark."
        return
    # Names of lambdas are no columns to sqlglot; the first part of `origin.file` is one.
    named = {column.parts[0].name for column in condition.find_all(exp.Column)}
    known = {name.lower() for name in spec.names}
    for name in sorted(name for name in named if name.lower() not in known):
        yield f"names {name}, which is no column of {spec.name}."
