"""Setting rows aside: one pass tells of every row all the rules it breaks; offenders become rows of ops.quarantine.

The broken rules of a row are one BIGINT whose bit i says that it breaks the i-th rule about rows. It costs the clean rows nothing but a
number, and one aggregate over it counts all rules at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from medslake.lake.access import sql_highest
from medslake.lake.quality.predicates import SPARK, Dialect, later_rows, violation
from medslake.lake.quality.suites import Rule, Suite
from medslake.lake.schema.ddl import TableSpec

__all__ = ["BROKEN", "BrokenRules", "Parts"]

BROKEN = "__broken"


@dataclass(frozen=True)
class Parts:
    """The parts of a table that one write replaces. names: value of the column -> name of the slice, as in ops.*; a write of one part
    needs no column."""

    column: str | None
    names: Mapping[str, str]

    @classmethod
    def one(cls, slice: str) -> Self:
        return cls(None, {slice: slice})


@dataclass(frozen=True)
class BrokenRules:
    """SQL expressions that tell which rules rows break, count them and set rows aside. Their `source`, `file` ... are those of
    ops.quarantine."""

    spec: TableSpec
    suite: Suite
    parts: Parts
    dialect: Dialect = SPARK

    def in_dialect(self, dialect: Dialect) -> Self:
        return replace(self, dialect=dialect)

    @property
    def rules(self) -> tuple[Rule, ...]:
        return self.suite.row_rules

    @property
    def quarantine(self) -> int:
        """The bits whose rows are set aside."""
        return sum(1 << i for i, rule in enumerate(self.rules) if rule.severity == "quarantine")

    def plain(self) -> str:
        """The broken rules among those that look at one row alone."""
        single = [(1 << i, violation(r, self.dialect)) for i, r in enumerate(self.rules) if not r.unique]
        return f"{_bits(single)} as {BROKEN}"

    def unique(self, *order: str) -> str | None:
        """All broken rules, those of uniqueness too, over rows that have `plain`; None where there are none.

        order: expressions that decide between rows which share file and record. Among rows with one key the first stays, and one that
        is set aside for another reason must not stand in its way. Parts are looked at one by one.
        """
        rules = [(1 << i, r) for i, r in enumerate(self.rules) if r.unique]
        if not rules:
            return None
        first = [f"({BROKEN} & {self.quarantine}) <> 0", *self._place(), *order]
        within = [self.parts.column] if self.parts.column else []
        return f"{BROKEN} | {_bits([(bit, later_rows(r, first, self.dialect, within)) for bit, r in rules])} as {BROKEN}"

    def part_columns(self) -> list[str]:
        """What the aggregates are grouped by: the value of the part."""
        if self.parts.column is not None:
            return [self.dialect.column(self.parts.column)]
        return [self.dialect.literal(next(iter(self.parts.names)))]

    def aggregates(self) -> list[str]:
        """Rows; rows to be set aside; per rule the rows that break it; per rule those of them that stay; per rule that need not hold for
        all the rows about which it says something, and those of them that stay."""
        broken = [f"({BROKEN} & {1 << i}) <> 0" for i in range(len(self.rules))]
        applicable = [self._applicable(rule) for rule in self.suite.partial_rules]
        conditions = [f"not ({self.is_clean})", *broken, *self._staying(broken), *applicable, *self._staying(applicable)]
        return ["count(*) as n"] + [f"count_if({condition}) as c{i}" for i, condition in enumerate(conditions)]

    def _applicable(self, rule: Rule) -> str:
        if rule.type == "expect_column_values_to_not_be_null":
            return "true"
        return " and ".join(f"{self.dialect.column(c)} is not null" for c in rule.columns)

    def _staying(self, conditions: Sequence[str]) -> list[str]:
        return [f"{condition} and {self.is_clean}" for condition in conditions]

    @property
    def is_clean(self) -> str:
        return f"({BROKEN} & {self.quarantine}) = 0"

    def columns(self) -> list[str]:
        return [self.dialect.column(c) for c in self.spec.names]

    def offenders(self, run_id: str) -> list[str]:
        """Columns of ops.quarantine, over rows that have their broken rules."""
        d = self.dialect
        names = ", ".join(f"case when ({BROKEN} & {1 << i}) <> 0 then {d.literal(r.name)} end" for i, r in enumerate(self.rules))
        array = f"array({names})" if d.name == "spark" else f"[{names}]"
        return [
            f"{d.literal(self.spec.name)} as table_name",
            f"{self._slice()} as slice",
            *(f"{expression} as {name}" for name, expression in self._provenance().items() if name != "access"),
            f"filter({array}, __rule -> __rule is not null) as rules",
            f"{self._json()} as content",
            f"{self._provenance()['access']} as access",
            f"{d.literal(run_id)} as run_id",
        ]

    def _slice(self) -> str:
        if self.parts.column is None:
            return self.dialect.literal(next(iter(self.parts.names.values())))
        whens = " ".join(f"when {self.dialect.literal(v)} then {self.dialect.literal(n)}" for v, n in self.parts.names.items())
        return f"(case {self.dialect.column(self.parts.column)} {whens} end)"

    def _json(self) -> str:
        if self.dialect.name == "spark":
            return f"to_json(struct({', '.join(self.columns())}), map('ignoreNullFields', 'false'))"
        pairs = ", ".join(f"{self.dialect.column(c)} := {self.dialect.column(c)}" for c in self.spec.names)
        return f"cast(to_json(struct_pack({pairs})) as varchar)"

    def _provenance(self) -> dict[str, str]:
        names = set(self.spec.names)
        if "_file" in names:
            found = {"source": "_source", "file": "_file", "sha256": "_sha256", "row": "_row", "access": "_access"}
        else:
            found = {name: name for name in ("source", "access") if name in names}
            if "origin" in names:
                found |= {name: f"origin.{name}" for name in ("file", "sha256", "row")}
        texts = {name: f"coalesce({found[name]}, '')" if name in found else "''" for name in ("source", "file", "sha256")}
        # A table without access classes (definitions, step metrics) holds nothing of a source.
        access = sql_highest(found["access"]) if "access" in found else "'public'"
        return texts | {"row": f"cast(coalesce({found.get('row', 'null')}, 0) as bigint)", "access": access}

    def _place(self) -> list[str]:
        if "_file" in self.spec.names:
            return ["_file", "_row"]
        return ["origin.file", "origin.row"] if "origin" in self.spec.names else []


def _bits(conditions: Sequence[tuple[int, str]]) -> str:
    terms = [f"case when {condition} then cast({bit} as bigint) else cast(0 as bigint) end" for bit, condition in conditions]
    return f"({' | '.join(terms)})" if terms else "cast(0 as bigint)"
