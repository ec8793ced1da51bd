"""Bronze: the records of one source's native files as delivered, one table per file family."""

from __future__ import annotations

import fnmatch
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from medslake.errors import InputRefused, MedslakeError, UsageError
from medslake.formats import REFUSED, Delivered
from medslake.ingest.code import code_digest
from medslake.ingest.copies import at_hand
from medslake.ingest.inventory import Family, Inventory
from medslake.ingest.reading import read_records
from medslake.lake.parts import LET_PASS, passes_ceiling
from medslake.lake.schema.ddl import TableSpec, bronze_spec
from medslake.sources import Source

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from medslake.lake.lake import Lake
    from medslake.lake.runs import Run

__all__ = ["Landed", "Landing", "Options"]

_LOG = logging.getLogger(__name__)
#: What to do where no record of a file can be read, by rule.
_HINTS = {"type": "Its columns must hold whole numbers without a decimal point, whole dates and whole times, as the publisher writes them."}


@dataclass(frozen=True)
class Options:
    """limit: at most that many records of each file. access: class of this copy, None = the source's. max_aside: outranks its ceiling."""

    limit: int | None = None
    access: str | None = None
    max_aside: float | None = None
    replace: bool = False


@dataclass(frozen=True)
class Landed:
    """A source whose bronze tables stand. versions, marks: table -> version and fingerprint. code: digest of the declaration's code.

    synthetic: its files are marked as invented.
    """

    source: Source
    access: str
    ceiling: float
    code: str
    synthetic: bool = False
    versions: dict[str, int] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)


class Landing:
    """The bronze tables of one source, on their way."""

    def __init__(self, lake: Lake, run: Run, source: Source, inventory: Inventory, options: Options) -> None:
        ceiling = source.quarantine_ceiling if options.max_aside is None else options.max_aside
        code = code_digest("source", source.name)
        self._landed = Landed(source, options.access or source.access, ceiling, code, inventory.synthetic)
        self._tables = [_Table(lake, run, self._landed, family, options) for family in inventory.families]

    def stands(self) -> dict[str, bool]:
        """Table of every family -> whether `write` will find it done."""
        return {table.name: table.stands() for table in self._tables}

    def write(self, done: Callable[[str], None]) -> Landed:
        """Write every family that is there; done is called with each table's name. Raises InputRefused and what `Run.write` raises."""
        for table in self._tables:
            try:
                table.write()
            except _NoRecordsError:
                files = ", ".join(table.family.digests)
                _LOG.warning("source %s: %s: no records, so the table counts as absent", table.source, files)
            done(table.name)
        return self._landed


class _NoRecordsError(Exception):
    """The files of an optional table hold no records."""


class _Table:
    """One family on its way into its table."""

    def __init__(self, lake: Lake, run: Run, landed: Landed, family: Family, options: Options) -> None:
        self.lake, self.run, self.landed, self.family, self.limit = lake, run, landed, family, options.limit
        self.replace = options.replace
        self.source = landed.source.name
        self.name = f"bronze.{self.source}__{family.native.table}"
        self.cached: list[DataFrame] = []
        self.copies = ExitStack()
        self.count = 0

    @cached_property
    def mark(self) -> str:
        """The fingerprint."""
        native, form = self.family.native, self.family.form
        options = repr(sorted({**form.options, **native.options}.items()))
        settings = [native.format, native.schema, list(native.key), options, self.limit, self.landed.access]
        code = [self.landed.code, code_digest("format", form.name)]
        return self.run.fingerprint("bronze", self.source, self.landed.source.version, native.table, settings, self.family.digests, code)

    @cached_property
    def spec(self) -> TableSpec:
        native = self.family.native
        return bronze_spec(self.source, native.table, native.schema, native.key)

    def stands(self) -> bool:
        return self.lake.exists(self.name) and self.run.stands(self.name, self.mark, spec=self.spec)

    def write(self) -> None:
        native = self.family.native
        try:
            with self._unchanged():
                written = self.run.write(
                    self.name,
                    self._rows,
                    fingerprint=self.mark,
                    inputs={f"{self.source}/{native.globs[0]}": self.family.digests},
                    spec=self.spec,
                    # Rows that were to be read once more would be those of another file.
                    judge=lambda: self.family.refuse_changed(self.source),
                    ceiling=self.landed.ceiling,
                    order=self._files_in_order() if native.key else (),
                    read=lambda: self.count,
                )
        finally:
            for frame in self.cached:
                frame.unpersist()
            self.copies.close()
        self.landed.versions[native.table] = written.version
        self.landed.marks[native.table] = self.mark

    @contextmanager
    def _unchanged(self) -> Iterator[None]:
        """What fails because a file changed or went is told as that."""
        try:
            yield
        except (MedslakeError, _NoRecordsError):
            raise
        except Exception:
            self.family.refuse_changed(self.source)
            raise

    def _files_in_order(self) -> tuple[str, ...]:
        """Of two records with one key that of a test file stays, then that of the pattern that comes first."""
        by_file = next((split for split in self.landed.source.splits if split.is_by_file), None)
        splits = ("test", "validation", "train", None)

        def place(one: Delivered) -> tuple[int, int]:
            bare = [name.removesuffix(".gz") for name in one.names]
            globs = enumerate(self.family.native.globs)
            pattern = next((n for n, glob in globs if any(fnmatch.fnmatchcase(name, glob) for name in bare)), 0)
            return (splits.index(by_file.of_file(one.name)) if by_file else 0, pattern)

        return tuple(one.name for one in sorted(self.family.files, key=lambda one: (place(one), one.name)))

    def _rows(self) -> DataFrame:
        """The records that could be read; the others are handed to quarantine with their raw text."""
        from pyspark.sql import functions as F

        if self.limit is not None and not self.replace and self.lake.exists(self.name):
            raise UsageError(
                f"source {self.source}: {self.name} stands with {self.lake.arrow.count(self.name):,} rows, and --limit would leave"
                f" {self.limit} of each file.",
                hint="Say so: --replace; or look at the files in another lake: --lake FOLDER.",
            )
        files = self.copies.enter_context(at_hand(self.source, self.family.form, self.family.files, self.lake.spark))
        records = read_records(self.lake.spark, self.family.form, self.family.native, files)
        if self.limit is not None and not self.family.form.one_record_per_file:
            records = records.where((F.col("_row") <= self.limit) | F.startswith("_error", F.lit(REFUSED)))
        # Read once: what is counted, set aside and written is the same.
        self.cached.append(records.persist())
        refused = F.count_if(F.startswith("_error", F.lit(REFUSED)))
        counted = records.agg(F.count("*"), F.count("_error"), refused).collect()[0]
        self.family.refuse_changed(self.source)
        if counted[2]:
            self._refuse_file(records)
        bad = records.where("_error IS NOT NULL").select(
            F.lit(self.source).alias("source"),
            F.col("_file").alias("file"),
            F.col("_sha256").alias("sha256"),
            F.col("_row").alias("row"),
            F.array("_error").alias("rules"),
            F.coalesce("_raw", F.lit("")).alias("content"),
            F.lit(self.landed.access).alias("access"),
        )
        self.count, unread = int(counted[0]), int(counted[1])
        self._refuse(self.count, unread, bad)
        if unread:
            self.run.quarantine(self.name, bad)
        mine = {"_source": F.lit(self.source), "_access": F.lit(self.landed.access)}
        return records.where("_error IS NULL").drop("_error", "_raw").withColumns(mine)

    def _refuse_file(self, records: DataFrame) -> None:
        from pyspark.sql import functions as F

        broken = records.where(F.startswith("_error", F.lit(REFUSED))).orderBy("_file", "_row")
        first = broken.select("_file", "_row", "_error").first()
        assert first is not None
        rule, _, message = first["_error"].removeprefix(REFUSED).partition(": ")
        detail = f"it cannot be read from row {first['_row']} on: {message}"
        hint = "Ingest it again." if rule == "file_changed" else "Mend that row, or get the file again from the publisher."
        raise InputRefused(self.source, first["_file"], rule, detail, hint=hint)

    def _refuse(self, count: int, broken: int, bad: DataFrame) -> None:
        if not count:
            if not self.family.native.required:
                raise _NoRecordsError
            raise InputRefused(self.source, self.family.files[0].name, "no_records", "the file holds no records")
        if not broken or (broken < count and not passes_ceiling(broken, count, self.landed.ceiling)):
            return
        first = bad.orderBy("file", "row").collect()[0]
        rule, _, message = first["rules"][0].partition(": ")
        if broken == count:
            detail = f"none of its {count} records can be read; row {first['row']}: {message}"
            raise InputRefused(self.source, first["file"], rule, detail, hint=_HINTS.get(rule, "Get the file again from the publisher."))
        detail = f"{broken} of {count} records cannot be read, more than {self.landed.ceiling:.0%}; row {first['row']}: {message}"
        raise InputRefused(self.source, first["file"], "quarantine_ceiling", detail, hint=LET_PASS)
