"""The terms of the lake that a tagger counts: where they stand, what they are, and of which class."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from medslake.errors import UsageError
from medslake.lake.access import highest, sql_highest_of
from medslake.taggers import Tagger, Terms

if TYPE_CHECKING:
    from medslake.lake.runs import Run
    from medslake.lake.store import Store

__all__ = ["Vocabulary", "states", "vocabulary"]


@dataclass(frozen=True)
class Vocabulary:
    """terms: group -> texts, sorted. access: highest class of the rows that they stand in. tables: bronze table -> version, of these."""

    terms: Mapping[str, tuple[str, ...]]
    access: str
    tables: Mapping[str, int]

    @property
    def digest(self) -> str:
        told = "\n".join(f"{group}\t{text}" for group, texts in self.terms.items() for text in texts)
        return hashlib.sha256(told.encode()).hexdigest()

    @property
    def joined(self) -> list[dict[str, Any]]:
        rows = sorted(self.tables.items())
        return [{"table": table, "version": version, "file": None, "sha256": None, "row": None} for table, version in rows]


def states(lake: Store, tagger: Tagger) -> dict[Terms, str]:
    """The terms that the lake has, with the state of their slice; UsageError where a group has none."""
    slices = {kind: lake.slices(f"silver.{kind}", "source") for kind in {term.kind for term in tagger.terms}}
    found = {term: slices[term.kind][term.source].state for term in tagger.terms if term.source in slices[term.kind]}
    for group in dict.fromkeys(term.group for term in tagger.terms):
        if not any(term.group == group for term in found):
            names = list(dict.fromkeys(term.source for term in tagger.terms if term.group == group))
            raise UsageError(
                f"The lake has no {group} terms, so tagger {tagger.name} would miss what is told by them.",
                hint=f"Ingest {' or '.join(names)}: medslake ingest {names[0]} --from FOLDER",
            )
    return found


def vocabulary(run: Run, found: Mapping[Terms, str]) -> Vocabulary:
    """Read the terms from the newest silver."""
    from pyspark.sql import functions as F

    terms: dict[str, set[str]] = {}
    tables: dict[str, int] = {}
    classes = []
    frames = {kind: run.read(f"silver.{kind}") for kind in sorted({term.kind for term in found})}
    for term in found:
        rows = frames[term.kind].where((F.col("source") == term.source) & F.expr(term.where))
        facts = rows.groupBy("origin.table").agg(
            F.max("origin.version").alias("version"), F.expr(sql_highest_of("collect_set(access)")).alias("access")
        )
        for fact in facts.toArrow().to_pylist():
            tables[fact["table"]] = max(fact["version"], tables.get(fact["table"], -1))
            classes.append(fact["access"])
        texts = rows.select(F.explode(F.expr(term.texts)).alias("text")).where("text IS NOT NULL")
        # Words are counted by the texts that they stand in, which are distinct as well.
        terms.setdefault(term.group, set()).update(map(str, texts.distinct().toArrow()["text"].to_pylist()))
    return Vocabulary({group: tuple(sorted(texts)) for group, texts in terms.items()}, highest(*classes), tables)
