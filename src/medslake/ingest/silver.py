"""Silver: the rows that the rules of sources make of bronze, all slices of a kind together.

What a rule sets aside (rows of its own, and those that a join finds to disagree) goes to ops.quarantine under the kind, and what its joins
covered to ops.quality_results.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

from medslake.errors import MedslakeError, UsageError
from medslake.ingest.bronze import Landed
from medslake.ingest.coverage import Coverage, judged
from medslake.ingest.envelope import enveloped, located, set_aside, set_aside_by_join
from medslake.lake.access import highest
from medslake.lake.parts import Part
from medslake.lake.storage.frames import united
from medslake.sources import ASIDE, Bronze, Mapped, Rule

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from medslake.lake.lake import Lake
    from medslake.lake.runs import Run

__all__ = ["write_silver"]

_LOG = logging.getLogger(__name__)


def write_silver(
    lake: Lake,
    run: Run,
    landed: Sequence[Landed],
    alone: Callable[[str], AbstractContextManager[None]],
    done: Callable[[str], None],
) -> None:
    """Write the slices of all sources, kind by kind. alone: what fails inside costs the named source alone."""
    sources = {one.source.name: _Rules(lake, run, one) for one in landed}
    for kind in sorted({kind for one in landed for kind in one.source.silver}):
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
            _write(run, kind, sources, parts)
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
                    _write(run, kind, sources, {name: part})


def _write(run: Run, kind: str, sources: dict[str, _Rules], parts: dict[str, Part]) -> None:
    handed: set[str] = set()

    def rows(names: Sequence[str]) -> DataFrame:
        # All rules run before the first hands over what it sets aside: one that fails leaves nothing behind.
        made = {name: sources[name].made(kind) for name in names}
        for name in names:
            if name not in handed:
                handed.add(name)
                made[name].hand_over(run)
        return united([one.rows for one in made.values()])

    try:
        run.write_parts(f"silver.{kind}", "source", parts, rows=rows)
    finally:
        for name in handed:
            sources[name].made(kind).free()


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


@dataclass
class _Made:
    """What the rules of one source make of one kind. aside: rows for ops.quarantine, of each rule and join that has some.

    left_out: reason -> records that the rules pass over.
    """

    table: str
    source: str
    rows: DataFrame
    aside: list[DataFrame]
    covered: Coverage
    left_out: dict[str, int]
    told: bool = False
    held: DataFrame | None = None

    def hand_over(self, run: Run) -> None:
        """Give the run what is set aside, and, the first time, what the joins covered."""
        slice = {"source": self.source}
        if not self.told:
            self.told = True
            run.tell(self.table, slice, self.covered.results(self.table))
        if self.aside:
            self.held = united(self.aside).persist()
            run.quarantine(self.table, self.held, slice=slice)

    def free(self) -> None:
        if self.held is not None:
            self.held.unpersist()


class _Frames(Mapping[str, "DataFrame"]):
    """Frames of tables by the name that rules have for them. Each is opened at its first use: a rule that finds none of its tables there
    starts no Spark.
    """

    def __init__(self, places: Mapping[str, tuple[str, int]], opened: Callable[[str, int], DataFrame]) -> None:
        self._places = places
        self._opened = cache(lambda table: opened(*places[table]))

    def __getitem__(self, table: str) -> DataFrame:
        return self._opened(table)

    def __contains__(self, table: object) -> bool:
        return table in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


class _Rules:
    """The rules of one source over the bronze versions of this run."""

    def __init__(self, lake: Lake, run: Run, landed: Landed) -> None:
        self.lake, self.run, self.landed, self.source = lake, run, landed, landed.source
        self._kinds: dict[str, _Made] = {}

    @cached_property
    def needed(self) -> dict[str, int]:
        return {name: self.lake.version(name) for name in self.source.needs if self.lake.exists(name)}

    @cached_property
    def classes(self) -> dict[str, str]:
        """Full table name -> access class of its rows."""
        own = dict.fromkeys((f"bronze.{self.source.name}__{table}" for table in self.landed.versions), self.landed.access)
        others = {
            name: highest(*map(str, self.lake.arrow.read(name, version, ["_access"])["_access"].unique().to_pylist()))
            for name, version in self.needed.items()
        }
        return own | others

    @cached_property
    def bronze(self) -> Mapping[str, DataFrame]:
        places = {table: (f"bronze.{self.source.name}__{table}", version) for table, version in self.landed.versions.items()}
        places |= {name: (name, version) for name, version in self.needed.items()}
        return _Frames(places, lambda name, version: located(self.run.read(name, version), self.source, name, version))

    def part(self, kind: str) -> Part:
        mark = self.run.fingerprint("silver", kind, self.source.version, self.landed.code, self.landed.marks, self.needed)
        return Part(
            fingerprint=mark,
            ceiling=self.landed.ceiling,
            left_out=lambda: self.made(kind).left_out,
            order=tuple(f"bronze.{self.source.name}__{native.table}" for native in self.source.files),
        )

    def made(self, kind: str) -> _Made:
        if kind not in self._kinds:
            self._kinds[kind] = self._make(kind)
        return self._kinds[kind]

    def _make(self, kind: str) -> _Made:
        spec, bronze = self.lake.spec(f"silver.{kind}"), Bronze(self.bronze)
        frames, aside = [], []
        for rule in self.source.rules(kind):
            made = self._ruled(rule, kind, bronze)
            if made is not None:
                classes = self._read_by(rule)
                frames.append(enveloped(self.source, spec, made, classes))
                if ASIDE in made.columns:
                    aside.append(set_aside(self.source, spec, made, classes))
        if not frames:
            if all(native.table in self.landed.versions for native in self.source.files):
                raise _RuleError(self.source.name, f"no rule makes a row of silver.{kind}, though all of its files are there.")
            raise _NoRowsError(self.source.name)
        covered = judged(self.source, bronze.joins.values(), whole=self.run.params.get("limit") is None)
        for warning in covered.warnings:
            _LOG.warning("source %s: %s", self.source.name, warning)
        aside += [set_aside_by_join(self.source, bronze.joins[name].aside, self.classes) for name in covered.setting_aside]
        left_out = {reason: rows.count() for reason, rows in bronze.left_out.items()}
        return _Made(f"silver.{kind}", self.source.name, united(frames), aside, covered, left_out)

    def _ruled(self, rule: Rule, kind: str, bronze: Bronze) -> DataFrame | None:
        try:
            made = rule(bronze)
        except MedslakeError:
            raise
        except Exception as error:
            # A mistake in a declaration, found while the plan is made: no row was read, so the message quotes none.
            told = str(error).strip().splitlines()[0] if str(error).strip() else ""
            raise _RuleError(self.source.name, f"a rule of silver.{kind} fails ({type(error).__name__}: {told}).") from error
        if made is not None and not hasattr(made, "columns"):
            raise _RuleError(self.source.name, f"a rule of silver.{kind} gives {type(made).__name__}, not the rows of that kind alone.")
        return made

    def _read_by(self, rule: Rule) -> dict[str, str]:
        if isinstance(rule, Mapped) and isinstance(rule.of, str):
            name = rule.of if rule.of in self.needed else f"bronze.{self.source.name}__{rule.of}"
            return {name: self.classes[name]}
        return self.classes
