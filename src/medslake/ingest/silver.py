"""Silver: the rows that the rules of sources make of bronze, all slices of a kind together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import cached_property, reduce
from typing import TYPE_CHECKING

from medslake.errors import MedslakeError, UsageError
from medslake.ingest.bronze import Standing
from medslake.ingest.envelope import enveloped, located
from medslake.lake.access import highest
from medslake.lake.parts import Part
from medslake.sources import Mapped, Rule

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from medslake.lake.lake import Lake
    from medslake.lake.runs import Run

__all__ = ["write_silver"]


def write_silver(
    lake: Lake,
    run: Run,
    standing: Sequence[Standing],
    alone: Callable[[str], AbstractContextManager[None]],
    done: Callable[[str], None],
) -> None:
    """Write the slices of all sources, kind by kind. alone: what fails inside costs the named source alone."""
    sources = {one.source.name: _Rules(lake, run, one) for one in standing}
    for kind in sorted({kind for one in standing for kind in one.source.silver}):
        names = [name for name, rules in sources.items() if kind in rules.source.silver]
        _write_kind(run, kind, {name: sources[name] for name in names}, alone)
        for _ in names:
            done(f"silver.{kind}")


def _write_kind(run: Run, kind: str, sources: dict[str, _Rules], alone: Callable[[str], AbstractContextManager[None]]) -> None:
    """All slices by one commit. Where that fails, without those at fault; where nobody knows who is, each by a commit of its own."""
    parts = {}
    for name, rules in sources.items():
        with alone(name):
            parts[name] = rules.part(kind)
    while parts:
        try:
            run.write_parts(f"silver.{kind}", "source", parts)
            return
        except _NoRowsError as error:
            del parts[error.source]
        except Exception as error:
            at_fault = [name for name in parts if name in getattr(error, "parts", ()) or name == getattr(error, "source", None)]
            for name in at_fault or list(parts):
                part = parts.pop(name)
                with alone(name):
                    if at_fault:
                        raise
                    run.write_parts(f"silver.{kind}", "source", {name: part})


class _NoRowsError(Exception):
    """Optional files are absent, and those at hand make no rows of the kind."""

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self.source = source


class _RuleError(UsageError):
    """A declaration is at fault."""

    def __init__(self, source: str, what: str) -> None:
        super().__init__(f"source {source}: {what}")
        self.source = source


class _Rules:
    """The rules of one source over the bronze versions of this run."""

    def __init__(self, lake: Lake, run: Run, standing: Standing) -> None:
        self.lake, self.run, self.standing, self.source = lake, run, standing, standing.source

    @cached_property
    def needed(self) -> dict[str, int]:
        return {name: self.lake.version(name) for name in self.source.needs if self.lake.exists(name)}

    @cached_property
    def classes(self) -> dict[str, str]:
        """Full table name -> access class of its rows."""
        own = dict.fromkeys((f"bronze.{self.source.name}__{table}" for table in self.standing.versions), self.standing.access)
        others = {
            name: highest(*map(str, self.lake.arrow.read(name, version, ["_access"])["_access"].unique().to_pylist()))
            for name, version in self.needed.items()
        }
        return own | others

    @cached_property
    def bronze(self) -> dict[str, DataFrame]:
        places = {table: (f"bronze.{self.source.name}__{table}", version) for table, version in self.standing.versions.items()}
        places |= {name: (name, version) for name, version in self.needed.items()}
        return {table: located(self.run.read(name, version), self.source, name, version) for table, (name, version) in places.items()}

    def part(self, kind: str) -> Part:
        mark = self.run.fingerprint("silver", kind, self.source.version, self.standing.code, self.standing.marks, self.needed)
        table = f"silver.{kind}"
        return Part(lambda: self._rows(kind), mark, judge=lambda seen, aside: self.standing.judge(table, seen, aside))

    def _rows(self, kind: str) -> DataFrame:
        spec = self.lake.spec(f"silver.{kind}")
        frames = []
        for rule in self.source.rules(kind):
            made = self._made(rule, kind)
            if made is not None:
                frames.append(enveloped(self.source, spec, made, self._read_by(rule)))
        if frames:
            return reduce(lambda a, b: a.union(b), frames)
        if all(native.table in self.standing.versions for native in self.source.files):
            raise _RuleError(self.source.name, f"no rule makes a row of silver.{kind}, though all of its files are there.")
        raise _NoRowsError(self.source.name)

    def _made(self, rule: Rule, kind: str) -> DataFrame | None:
        try:
            return rule(self.bronze)
        except MedslakeError:
            raise
        except Exception as error:
            # A mistake in a declaration, found while the plan is made: no row was read, so the message quotes none.
            told = str(error).strip().splitlines()[0] if str(error).strip() else ""
            raise _RuleError(self.source.name, f"a rule of silver.{kind} fails ({type(error).__name__}: {told}).") from error

    def _read_by(self, rule: Rule) -> dict[str, str]:
        if isinstance(rule, Mapped) and isinstance(rule.of, str):
            name = rule.of if rule.of in self.needed else f"bronze.{self.source.name}__{rule.of}"
            return {name: self.classes[name]}
        return self.classes
