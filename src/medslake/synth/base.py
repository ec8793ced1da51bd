"""The noun Twin: how a source's native files are imitated, at any scale, from chance alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from medslake.synth.draw import Draw
from medslake.synth.writers.base import Writer

__all__ = ["LEAST", "Dirt", "Part", "Rows", "Twin", "TwinFile", "TwinTables"]

#: Records that a twin has at least, at whatever scale.
LEAST = 20


class Rows(list[Any]):
    """Several records in place of one, such as one that is there twice."""


@dataclass(frozen=True)
class Dirt:
    """A fault of the real files. rate: its share of the records; where dirt is asked for, at least one record has it.

    record: (draw, record) -> the spoilt record, or Rows of them. text: (draw, what is written of it) -> the spoilt text. One of both.
    aside: how many rows are set aside for it, under the `rule` of ops.quarantine; 0 where what is read of the record is kept.
    """

    rate: float
    record: Callable[[Draw, Any], Any] | None = None
    text: Callable[[Draw, str], str] | None = None
    aside: int = 0
    rule: str = ""


@dataclass(frozen=True)
class TwinFile:
    """One file, or one folder of files, made of records.

    path: below the source's folder. `.gz` is compressed; `x.zip/member` lies in a zip. One that ends in "/" is a folder (of a zip,
    too), and "" the source's folder: its writer is `files()`, and a record says the names.
    record: (draw, number) -> what the writer takes. number: of the record in this file, from `first` on; by default the files of a twin
    go on where the one before ended, so that ids made of it are unique.
    records: at scale 1.0. fixed: as many at every scale. least: at any scale. chunk: records that are made together; fewer where one is
    long.
    """

    path: str
    record: Callable[[Draw, int], Any]
    writer: Writer
    records: int
    fixed: bool = False
    first: int | None = None
    least: int = 1
    chunk: int = 1000
    dirt: Mapping[str, Dirt] = field(default_factory=dict)

    @property
    def outputs(self) -> Mapping[str, tuple[str, Writer]]:
        return {"": (self.path, self.writer)}

    def rows(self, draw: Draw, number: int) -> Iterable[tuple[str, Any]]:
        return (("", self.record(draw, number)),)


@dataclass(frozen=True)
class TwinTables:
    """Files whose rows are made together, such as the tables of a hospital.

    unit: (draw, number) -> (name of a table, row) for one person, document or question. tables: name -> path and writer.
    records: units at scale 1.0. fixed, first, least, chunk: as of TwinFile. Dirt spoils one row of a unit: the first of the table that its
    kind names before a colon, such as `admissions: hadm_id twice`.
    """

    unit: Callable[[Draw, int], Iterable[tuple[str, Any]]]
    tables: Mapping[str, tuple[str, Writer]]
    records: int
    fixed: bool = False
    first: int | None = None
    least: int = 1
    chunk: int = 500
    dirt: Mapping[str, Dirt] = field(default_factory=dict)

    @property
    def outputs(self) -> Mapping[str, tuple[str, Writer]]:
        return self.tables

    def rows(self, draw: Draw, number: int) -> Iterable[tuple[str, Any]]:
        return self.unit(draw, number)


Part = TwinFile | TwinTables


Plain = Mapping[str, str | bytes] | Callable[[], Mapping[str, str | bytes]]


@dataclass(frozen=True, init=False)
class Twin:
    """files: what is made of records. plain: path -> content of files that are the same at every scale, or a function that makes them.

    records: of the source at scale 1.0; by default those of its files together.
    """

    files: tuple[Part, ...]
    plain: Plain
    records: int

    def __init__(self, *files: Part, plain: Plain | None = None, records: int = 0) -> None:
        for name, value in {"files": files, "plain": plain or {}, "records": records}.items():
            object.__setattr__(self, name, value)

    @property
    def whole(self) -> int:
        return self.records or sum(part.records for part in self.files if not part.fixed)

    def share(self, *, scale: float | None = None, records: int | None = None) -> float:
        """By what the files' numbers of records are multiplied: of a scale, or so that the source has about so many records."""
        whole = max(1, self.whole)
        if records is not None:
            return records / whole
        wanted = round((scale or 0) * whole)
        return 1.0 if scale == 1.0 and whole >= LEAST else max(LEAST, wanted) / whole

    def counts(self, share: float) -> list[tuple[Part, int, int]]:
        """Every part with its first number and how many records it has, together as many as asked for; each has at least one."""
        planned: list[tuple[Part, int, int]] = []
        number = sum_before = 0
        for part in self.files:
            count = (
                part.records
                if part.fixed
                else max(part.least, len(part.dirt), round((sum_before + part.records) * share) - round(sum_before * share))
            )
            sum_before += 0 if part.fixed else part.records
            first = number if part.first is None else part.first
            planned.append((part, first, count))
            number = max(number, first + count)
        return planned

    def plain_files(self) -> Mapping[str, bytes]:
        made = self.plain() if callable(self.plain) else self.plain
        return {path: content if isinstance(content, bytes) else content.encode() for path, content in made.items()}
