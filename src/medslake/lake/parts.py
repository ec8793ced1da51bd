"""The parts of a table that a run writes: what shall stand in each, what is there already, and what came of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from medslake.errors import DataCheckFailed, UsageError
from medslake.lake.quality.quarantine import Parts
from medslake.lake.quality.suites import Suite
from medslake.lake.schema.ddl import TableSpec
from medslake.lake.storage.frames import united
from medslake.lake.storage.stream import Stream
from medslake.lake.storage.transactions import slice_name

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = [
    "CEILING",
    "CEILING_FROM",
    "LET_PASS",
    "Account",
    "CeilingPassed",
    "Mode",
    "Part",
    "Piece",
    "Rows",
    "Standing",
    "Write",
    "Written",
    "check_share",
    "passes_ceiling",
]

#: Share of the rows of a write that may be set aside, where nobody states another.
CEILING = 0.05
#: Writes of fewer rows have no ceiling.
CEILING_FROM = 100
#: What to do where more than the ceiling are to pass.
LET_PASS = "To let so many pass: --max-aside SHARE."
Mode = Literal["append", "replace", "upsert"]
Rows = Any  # DataFrame | pa.Table | Stream


def check_share(max_aside: float | None) -> None:
    """Raise UsageError for what is no share of rows; None outranks no ceiling."""
    if max_aside is not None and not 0 <= max_aside <= 1:
        raise UsageError(f"The share that may be set aside is {max_aside}, but must lie between 0 and 1.")


def passes_ceiling(set_aside: int, rows: int, ceiling: float) -> bool:
    """Whether more of the rows would be set aside than may be. ceiling: a share."""
    return rows >= CEILING_FROM and set_aside > rows * ceiling


class CeilingPassed(DataCheckFailed):
    """More rows than may be would be set aside. parts: the value of the part."""

    def __init__(self, message: str, parts: tuple[str, ...], *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.parts = parts


@dataclass(frozen=True)
class Part:
    """What shall stand in one part of a table; see `Run.write` for its fields. rows: None where all parts' rows are given at once.

    judge: asked when the gate has seen the rows and nothing is committed yet; raises to refuse. read, left_out: see `Run.write`.
    order: values of the column that says where a row is from, by which of several rows with one key the first stays; see `Parts`.
    ceiling: share of the rows beyond which it is refused to set them aside, see `passes_ceiling`.
    """

    rows: Rows | Callable[[], Rows] | None = None
    fingerprint: str | None = None
    lineage_of: Callable[[], DataFrame] | None = None
    judge: Callable[[], None] | None = None
    read: int | Callable[[], int] | None = None
    left_out: Mapping[str, int] | Callable[[], Mapping[str, int]] | None = None
    order: tuple[str, ...] = ()
    ceiling: float = CEILING

    def account(self, table: str, written: int, set_aside: int) -> Account:
        """What became of the rows read; raises DataCheckFailed where some of them are not accounted for."""
        read = self.read() if callable(self.read) else self.read
        reasons = dict(self.left_out() if callable(self.left_out) else self.left_out or {})
        account = Account(read, written, set_aside, {reason: rows for reason, rows in reasons.items() if rows})
        if read is not None and read != written + set_aside + account.left_out:
            told = f"{written} would be written, {set_aside} set aside and {account.left_out} left out"
            raise DataCheckFailed(
                f"table {table}: {read} rows were read, but {told} (rule conservation).",
                hint="Make anew what it is made of; where that does not help, report it.",
            )
        return account


@dataclass(frozen=True)
class Account:
    """What became of the rows that were read, None where nobody said how many: read = written + set_aside + left_out. reasons: of those
    left out, reason -> rows."""

    read: int | None
    written: int
    set_aside: int
    reasons: Mapping[str, int] = field(default_factory=dict)

    @property
    def left_out(self) -> int:
        return sum(self.reasons.values())


@dataclass(frozen=True)
class Written:
    """Outcome of one write. committed False: the table had these rows already; version is then its newest. account: of what was written."""

    table: str
    rows: int
    quarantined: int
    version: int
    committed: bool
    account: Account | None = None


@dataclass(frozen=True)
class Standing:
    """A part that is there already: version of the table, rows of the part, rows that were set aside from it."""

    version: int
    rows: int
    quarantined: int


@dataclass
class Piece:
    """A part on its way into the table. slice: its name in ops.*; app: what is written; current: what stands, when nothing changed.

    batch: it adds rows instead of replacing some. known: rows that readers set aside, and their number. whole: whether the rows that were
    set aside from it still lie in ops.quarantine.
    """

    value: str
    part: Part
    where: Mapping[str, str]
    slice: str
    table: str
    fingerprint: str | None
    batch: bool = False
    current: Standing | None = None
    whole: bool = False
    known: list[tuple[Rows, int]] = field(default_factory=list)

    @classmethod
    def of(
        cls, table: str, part: Part, where: Mapping[str, str], fingerprint: str | None, *, value: str = "", batch: bool = False
    ) -> Piece:
        name = slice_name(where)
        # A replaced slice has one state. What is appended has one per batch, which a repeated batch finds again.
        slice = f"{name},batch={fingerprint[:16] if fingerprint else uuid.uuid4().hex[:16]}" if batch else name
        return cls(value or slice, part, where, slice, table, fingerprint, batch)

    @property
    def app(self) -> str:
        return f"{self.table}/{self.slice}"

    @property
    def quarantine_app(self) -> str:
        return f"ops.quarantine/{self.table}/{self.slice}"

    @property
    def known_rows(self) -> int:
        return sum(count for _, count in self.known)

    def account(self, kept: int, quarantined: int, params: Mapping[str, Any]) -> Account:
        """What became of its rows. kept, quarantined: by the gate. params: of the run; `max_aside` outranks the part's ceiling.

        Raises DataCheckFailed where rows are not accounted for, CeilingPassed where more than may be would be set aside.
        """
        account = self.part.account(self.table, kept, quarantined + self.known_rows)
        ceiling = self.part.ceiling if params.get("max_aside") is None else params["max_aside"]
        rows = account.written + account.set_aside
        if passes_ceiling(account.set_aside, rows, ceiling):
            raise CeilingPassed(
                f"table {self.table}, {self.slice}: {account.set_aside} of {rows} rows would be set aside, more than {ceiling:.0%} (rule"
                " quarantine_ceiling).",
                (self.value,),
                # Rows that a verb makes by itself break no rule, whatever the data.
                hint=LET_PASS if "max_aside" in params else "Report this table.",
            )
        return account

    @property
    def done(self) -> bool:
        return self.current is not None and self.whole

    def written(self) -> Written:
        """The outcome where the rows are there already."""
        assert self.current is not None
        return Written(self.table, self.current.rows, self.current.quarantined, self.current.version, committed=False)


@dataclass(frozen=True)
class Write:
    """One write of one table. where: the partition columns that all parts share. rows: gives those of the parts named. numbers: see
    `Run.write`."""

    spec: TableSpec
    suite: Suite
    parts: Parts
    pieces: Sequence[Piece]
    mode: Mode
    where: Mapping[str, str]
    inputs: Mapping[str, Any]
    rows: Callable[[Sequence[str]], Rows] | None = None
    numbers: Callable[[int], Mapping[str, int | None]] | None = None

    @property
    def table(self) -> str:
        return self.spec.name

    @property
    def todo(self) -> list[Piece]:
        return [piece for piece in self.pieces if not piece.done]

    def rows_of(self, pieces: Sequence[Piece]) -> Rows:
        """One frame or table with the rows of these parts; pyarrow when all of them are."""
        if self.rows is not None:
            return self.rows([piece.value for piece in pieces])
        found: list[Rows] = [piece.part.rows() if callable(piece.part.rows) else piece.part.rows for piece in pieces]
        if len(found) == 1:
            return found[0]
        if all(isinstance(rows, pa.Table) for rows in found):
            return pa.concat_tables(found, promote_options="default")
        if any(isinstance(rows, Stream) for rows in found):
            raise UsageError(f"A stream of rows of {self.table} is written alone, not as one of several parts.")
        spark = next(rows.sparkSession for rows in found if not isinstance(rows, pa.Table))
        return united([spark.createDataFrame(rows) if isinstance(rows, pa.Table) else rows for rows in found])

    def only(self, pieces: Sequence[Piece], rows: Rows) -> Rows:
        """Of these rows those of some parts."""
        column = self.parts.column
        if column is None or len(pieces) == len(self.todo):
            return rows
        values = [piece.value for piece in pieces]
        return rows.filter(pc.field(column).isin(values)) if isinstance(rows, pa.Table) else rows.where(rows[column].isin(values))
