"""Runs: the one way to write tables. A run reads, gates, commits and tells what it did.

A run is on record before its first commit: its row of ops.runs says RUNNING. Then come, table by table, the rows set aside, the check
results, the lineage, and the rows. So death at any point loses no row and leaves none that nobody knows of: what was not committed is
done again by the next run, which also closes the row of the dead one (see run_log.py).
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import logging
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import PurePath
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa
import pyarrow.compute as pc

from medslake import __version__
from medslake.errors import MedslakeError, UsageError
from medslake.lake.lineage import ops_rows
from medslake.lake.lineage.code_version import code_version
from medslake.lake.lineage.openlineage import Events, Output
from medslake.lake.lineage.spark_plan import Origin, PlanNotRead, output_ids
from medslake.lake.parts import CEILING, Account, Mode, Part, Piece, Rows, Standing, Write, Written
from medslake.lake.quality.gate import Checked, PartChecked, checked, refuse
from medslake.lake.quality.last_run import against_last_run
from medslake.lake.quality.quarantine import Parts
from medslake.lake.quality.suites import Suite, load_suite
from medslake.lake.quality.verdicts import CheckResult
from medslake.lake.run_log import RUNNING, close_dead, drop_lineage, here, what_stands
from medslake.lake.schema.ddl import TableSpec
from medslake.lake.storage.snapshot import is_newest, newest, rows_of
from medslake.lake.storage.stream import is_arrow
from medslake.lake.storage.tables import Commit, CommitInfo
from medslake.lake.storage.transactions import current, noted, slice_name

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from medslake.lake.store import Store

__all__ = ["Part", "Run", "Written"]

_LOG = logging.getLogger(__name__)


class Run:
    """Use in `with lake.run(job, params) as run:`. A run in which nothing had to be written leaves no trace in any table."""

    def __init__(self, lake: Store, job: str, params: Mapping[str, Any]) -> None:
        self.lake, self.job, self.params = lake, job, dict(params)
        self.id = str(uuid.uuid4())
        self.started = datetime.now(UTC)
        self.inputs: dict[str, Any] = {}
        self.outputs: list[Output] = []
        self._written: list[Written] = []
        self._origins: dict[int, Origin] = {}
        self._followed: dict[tuple[str, int], tuple[Rows, dict[str, list[Origin]]]] = {}
        self._known: dict[tuple[str, str], list[Rows]] = {}
        self._closed: set[tuple[str, str]] = set()
        #: Table and fingerprint of what `stands` found.
        self._found: dict[tuple[str, str | None], Standing | None] = {}
        self._opened = False
        self._stand: dict[str, int] = {}
        self._announced: list[tuple[str, int]] = []
        self._results: list[dict[str, Any]] = []
        self._accounts: list[tuple[str, str, int, Account]] = []
        self._events = Events(lake.place, self.id, job)

    def __enter__(self) -> Self:
        self.lake.place.prepare()
        self._events.start(self.started)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if "spark" in self.lake.__dict__:
            self._events.engine = ("spark", self.lake.spark.version)
        if error is None:
            for (table, slice), rows in self._known.items():
                self._set_aside(table, [Piece(slice, Part(), {}, slice, table, None, known=_counted(rows))], None)
            self._finish("COMPLETE", None)
            return
        if isinstance(error, MedslakeError):
            _tell(error, what_stands({name: {"committed": True, "version": version} for name, version in self._stand.items()}))
        try:
            self._finish("FAIL", error)
        except Exception as second:
            error.add_note(f"The failed run {self.id} could not be recorded in ops.runs: {second}")

    @property
    def result(self) -> dict[str, Any]:
        """`{"run": id, "tables": {name: {"rows", "quarantined", "version", "committed"}}}`; slices of a table are added up.

        Where a write said how many rows were read: also `read` and `left_out` (reason -> rows).
        """
        tables: dict[str, dict[str, Any]] = {}
        for w in self._written:
            sums = tables.setdefault(w.table, {"rows": 0, "quarantined": 0, "version": w.version, "committed": False})
            sums["rows"] += w.rows
            sums["quarantined"] += w.quarantined
            sums["version"] = max(sums["version"], w.version)
            sums["committed"] = sums["committed"] or w.committed
            if w.account is not None and w.account.read is not None:
                sums["read"] = sums.get("read", 0) + w.account.read
            if w.account is not None and (w.account.reasons or w.account.read is not None):
                sums["left_out"] = dict(Counter(sums.get("left_out", {})) + Counter(w.account.reasons))
        return {"run": self.id, "tables": tables}

    def read(self, name: str, version: int | None = None) -> DataFrame:
        """A table as Spark rows, at its newest or that version; noted as an input of the run."""
        version = self.lake.version(name) if version is None else version
        df = self.lake.read(name, version)
        self.inputs[name] = version
        try:
            self._origins.update({i: (name, column) for i, column in output_ids(df).items()})
        except PlanNotRead as error:
            _LOG.debug("columns of %s are not followed: %s", name, error)
        return df

    def read_arrow(self, name: str, version: int | None = None, columns: Sequence[str] | None = None, where: Any = None) -> pa.Table:
        """The same as a pyarrow Table, without a JVM; see ArrowTables.read."""
        version = self.lake.version(name) if version is None else version
        self.inputs[name] = version
        return self.lake.arrow.read(name, version, columns, where)

    def fingerprint(self, *parts: Any) -> str:
        """Hex digest of JSON-able parts (dataclasses, paths, sets and tuples too) and of medslake's version; the same in every process."""
        text = json.dumps([__version__, *parts], sort_keys=True, default=_plain, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def quarantine(self, table: str, rows: Rows, *, slice: Mapping[str, str] | None = None) -> None:
        """Set aside rows that a reader knows to be corrupt, with the next write of this table and slice (or at the end of the run).

        rows: source, file, sha256, row, rules (array), content, access, as in ops.quarantine.
        """
        key = (table, slice_name(slice))
        if key in self._closed:
            raise UsageError(f"Rows of {table} were set aside after it was written; call run.quarantine first.")
        self._known.setdefault(key, []).append(rows)

    def record(self) -> None:
        """Put the run on record now, though it may write no table: what it was asked to do is to be known whatever becomes of it."""
        self._open()

    def tell(self, table: str, slice: Mapping[str, str], results: Iterable[CheckResult]) -> None:
        """Add results that were found outside of the gate, such as what joins covered, to ops.quality_results."""
        found = PartChecked(slice_name(slice), 0, 0, tuple(results))
        self._results += ops_rows.results(self.id, [found], datetime.now(UTC))

    def tell_measures(self, results: Iterable[CheckResult]) -> None:
        """Put what measures say of tables as they stand on record, though nothing is written."""
        by_slice: dict[str, list[CheckResult]] = {}
        for result in results:
            by_slice.setdefault(result.slice, []).append(result)
        if by_slice:
            self.record()
            found = [PartChecked(slice, 0, 0, tuple(told)) for slice, told in by_slice.items()]
            self._results += ops_rows.results(self.id, found, datetime.now(UTC))

    def stands(self, table: str, fingerprint: str, *, spec: TableSpec | None = None) -> bool:
        """Whether a write of the whole table with that fingerprint would find it done."""
        suite = load_suite(spec or self.lake.spec(table))
        piece = Piece.of(table, Part(), {}, self._with_rules(fingerprint, suite))
        self._find_current(table, [piece])
        if piece.done:
            self._found[table, piece.fingerprint] = piece.current
        return piece.done

    def write(
        self,
        table: str,
        rows: Rows | Callable[[], Rows],
        *,
        slice: Mapping[str, str] | None = None,
        fingerprint: str | None = None,
        mode: Mode = "replace",
        inputs: Mapping[str, Any] | None = None,
        lineage_of: Callable[[], DataFrame] | None = None,
        spec: TableSpec | None = None,
        judge: Callable[[], None] | None = None,
        read: int | Callable[[], int] | None = None,
        left_out: Mapping[str, int] | Callable[[], Mapping[str, int]] | None = None,
        order: tuple[str, ...] = (),
        ceiling: float = CEILING,
        numbers: Callable[[int], Mapping[str, int | None]] | None = None,
    ) -> Written:
        """Gate the rows and commit those that pass, at once or not at all.

        rows: Spark DataFrame or pyarrow Table, or a function that returns one and is called only when the fingerprint is new.
        A Stream (mode replace) is checked and written chunk by chunk, in bounded memory: a rule that one row breaks refuses all.
        slice: partition column -> value that is replaced; None = the whole table. inputs: what the rows were made of beside the tables
        read through this run: table -> version, or any name -> {file: sha256}. lineage_of: gives the frame that a pyarrow Table was
        collected from, so that its columns can be followed; asked only when something is committed. spec: the table's, where
        `lakehouse/` does not have it (bronze); its native columns come from the files that `inputs` names. judge: asked when the
        gate has seen the rows and nothing is committed yet; raises to refuse. read, left_out: rows that were read to make these, and reason
        -> rows of them that were left out, or functions that tell it once the rows are there: read = written + set aside + left out, or
        the write is refused (DataCheckFailed). order, ceiling: see `Part`; `max_aside` among the run's parameters
        outranks the ceiling. numbers: gives, by the number of rows set aside, transactions that the commit leaves, see `CommitInfo`.
        Raises ChecksFailed (a rule of severity error), CeilingPassed, SchemaMismatch, CommitConflict; then nothing of this table is
        committed.
        """
        spec = spec or self.lake.spec(table)
        suite = load_suite(spec)
        part = Part(rows, fingerprint, lineage_of, judge, read, left_out, order, ceiling)
        piece = Piece.of(table, part, slice or {}, self._with_rules(fingerprint, suite), batch=mode != "replace")
        parts = replace(Parts.one(piece.slice), order=order)
        return self._write(Write(spec, suite, parts, [piece], mode, slice or {}, inputs or {}, numbers=numbers))[piece.value]

    def write_parts(
        self,
        table: str,
        column: str,
        parts: Mapping[str, Part],
        *,
        where: Mapping[str, str] | None = None,
        rows: Callable[[Sequence[str]], Rows] | None = None,
        inputs: Mapping[str, Any] | None = None,
        spec: TableSpec | None = None,
    ) -> dict[str, Written]:
        """Write many parts of a table, each the rows with one value of the partition column `column`, in one commit with one gate.

        Parts whose fingerprint is current are left alone; when none changed, nothing is committed. where: further partition columns ->
        value, the same for all parts. rows: gives the rows of the parts that changed, which are named to it, at once, where the parts
        do not bring their own; either way a row belongs to the part that its column names. inputs, spec: as for `write`.
        Returns the outcome by part. Raises as `write` does; ChecksFailed names in `parts` those that were refused, and nothing is
        committed of the others either.
        """
        spec = spec or self.lake.spec(table)
        suite = load_suite(spec)
        pieces = [
            Piece.of(table, part, {**(where or {}), column: value}, self._with_rules(part.fingerprint, suite), value=value)
            for value, part in parts.items()
        ]
        order = tuple(dict.fromkeys(name for part in parts.values() for name in part.order))
        names = Parts(column, {piece.value: piece.slice for piece in pieces}, order)
        return self._write(Write(spec, suite, names, pieces, "replace", where or {}, rows=rows, inputs=inputs or {}))

    def _with_rules(self, fingerprint: str | None, suite: Suite) -> str | None:
        # Changed rules are a reason to look at the same rows again.
        return fingerprint and self.fingerprint(fingerprint, suite.digest)

    def _write(self, write: Write) -> dict[str, Written]:
        self.inputs.update(write.inputs)
        for piece in write.pieces:
            found = self._found.pop((write.table, piece.fingerprint), None)
            if found is not None and is_newest(self.lake.place, write.table, found.version):
                piece.current, piece.whole = found, True
        self._find_current(write.table, write.todo)
        written: dict[str, Written] = {}
        if todo := write.todo:
            written = self._gate_and_commit(write, todo, write.rows_of(todo))
        for piece in write.pieces:
            self._known.pop((write.table, slice_name(piece.where)), None)
            self._closed.add((write.table, slice_name(piece.where)))
        done = {piece.value: written.get(piece.value) or piece.written() for piece in write.pieces}
        self._written.extend(done.values())
        return done

    def _gate_and_commit(self, write: Write, pieces: Sequence[Piece], frame: Rows) -> dict[str, Written]:
        for piece in pieces:
            piece.known = _counted(self._known.pop((write.table, slice_name(piece.where)), []))
        parts = replace(write.parts, names={piece.value: piece.slice for piece in pieces})
        collect = is_arrow(frame) or self.lake.tables.kind != "native"
        with checked(frame, write.spec, write.suite, slice=parts, run_id=self.id, collect=collect) as seen_rows:
            outcome = against_last_run(seen_rows, write.suite, self._before(write, pieces))
            self._results += ops_rows.results(self.id, outcome.parts.values(), datetime.now(UTC))
            refuse(outcome, write.table, self.id)
            accounts = {}
            for piece in pieces:
                seen = outcome.parts[piece.value] if write.parts.column else outcome
                if piece.part.judge is not None:
                    piece.part.judge()
                accounts[piece.value] = piece.account(seen.kept, seen.quarantined, self.params)
            quarantined = self._set_aside(write.table, pieces, outcome)
            changed = [piece for piece in pieces if piece.current is None]
            if changed:
                commit = self._commit(write, changed, frame, outcome, quarantined)
        found = {}
        for piece in pieces:
            if piece.current is None:
                kept = outcome.parts[piece.value].kept if write.parts.column else commit.rows
                account = accounts[piece.value]
                found[piece.value] = Written(write.table, kept, quarantined[piece.value], commit.version, commit.committed, account)
                self._accounts.append((write.table, slice_name(piece.where), commit.version, account))
            else:
                found[piece.value] = replace(piece.written(), quarantined=quarantined[piece.value])
        return found

    def _commit(self, write: Write, changed: Sequence[Piece], frame: Rows, outcome: Checked, quarantined: Mapping[str, int]) -> Commit:
        store: Any = self.lake.arrow if is_arrow(outcome.clean) else self.lake.tables
        rows = write.only(changed, outcome.clean)
        count = sum(outcome.parts[piece.value].kept for piece in changed)
        metadata = {"run": self.id, "job": self.job, "code": code_version(), "inputs": self.inputs}
        parts = {piece.app: self._kept(piece, outcome.parts[piece.value], quarantined[piece.value]) for piece in changed}
        numbers = write.numbers(sum(quarantined.values())) if write.numbers is not None else {}
        info = CommitInfo(write.table, None, metadata, parts, numbers)
        self._open()
        self._append("ops.quality_results", ops_rows.as_table("ops.quality_results", self._results))
        self._results = []
        columns = self._lineage(write, changed, frame)
        announced = self._announce(Output(write.spec, 0, count, columns))
        if write.mode == "replace":
            where: dict[str, str | list[str]] = dict(write.where)
            if write.parts.column is not None:
                where[write.parts.column] = [piece.value for piece in changed]
            commit: Commit = store.replace(write.table, rows, info, where=where or None, spec=write.spec, count=count)
        elif write.mode == "append":
            commit = store.append(write.table, rows, info, spec=write.spec, count=count)
        else:
            commit = store.upsert(write.table, rows, info, spec=write.spec)
        results = [result for piece in changed for result in outcome.parts[piece.value].results]
        output = Output(write.spec, commit.version, commit.rows, columns, results)
        self.outputs.append(output)
        if commit.committed and commit.version != announced:
            # Another writer was faster, or columns were added first.
            wrong = {"output_table": write.table, "run_id": self.id, "output_version": announced}
            self.lake.arrow.amend("ops.lineage", wrong, ops_rows.lineage(self.id, [output]), self._info("ops.lineage"))
        if commit.committed:
            self._announced.remove((write.table, announced))
            self._stand[write.table] = commit.version
        return commit

    def _before(self, write: Write, pieces: Sequence[Piece]) -> dict[str, int]:
        """Rows that stand in the parts which are replaced."""
        snapshot = newest(self.lake.place, write.table) if write.mode == "replace" and write.suite.measures else None
        if snapshot is None:
            return {}
        where = {piece.value: {column: (value,) for column, value in piece.where.items()} for piece in pieces}
        return {value: rows_of(snapshot.files(one)) for value, one in where.items()}

    def _open(self) -> None:
        """The run's row, before anything of it is committed."""
        if not self._opened:
            close_dead(self.lake)
            self._append("ops.runs", self._row(RUNNING, self.started, None))
            self._opened = True

    def _announce(self, output: Output) -> int:
        """Lineage of what is about to be committed; returns the version that it will have, if nobody else is faster."""
        snapshot = newest(self.lake.place, output.spec.name)
        version = 0 if snapshot is None else snapshot.version + 1
        self._announced.append((output.spec.name, version))
        self._append("ops.lineage", ops_rows.lineage(self.id, [replace(output, version=version)]))
        return version

    def _kept(self, piece: Piece, outcome: PartChecked, quarantined: int) -> dict[str, Any]:
        """What the commit keeps of one of its parts."""
        return {
            "slice": piece.slice,
            "fingerprint": piece.fingerprint,
            "rows": outcome.kept,
            "seen": outcome.seen,
            "quarantined": quarantined,
        }

    def _lineage(self, write: Write, pieces: Sequence[Piece], frame: Rows) -> dict[str, list[Origin]]:
        """Column lineage of all parts together; frames that several of them share are followed once."""
        found: dict[str, set[Origin]] = {}
        for one in {id(f): f for f in ((p.part.lineage_of or (lambda: frame))() for p in pieces)}.values():
            for name, origins in self._followed_back(write, one).items():
                found.setdefault(name, set()).update(origins)
        return {name: sorted(origins) for name, origins in found.items()}

    def _followed_back(self, write: Write, frame: Rows) -> dict[str, list[Origin]]:
        known = self._followed.get((write.table, id(frame)))
        if known is None:
            # The families of files of a source are named `<source>/<pattern>`.
            read = {name.partition("/")[0]: told for name, told in write.inputs.items() if isinstance(told, Mapping)}
            files = sorted(f"{source}/{file}" for source, told in read.items() for file in told)
            columns = ops_rows.columns(self.lake.place, write.spec, frame, self._origins, self.inputs, files)
            # The frame is kept too: its id must not be given to another one.
            known = self._followed[write.table, id(frame)] = (frame, columns)
        return known[1]

    def _find_current(self, table: str, pieces: Sequence[Piece]) -> None:
        """Notes of each piece what stands of it, if that is what shall stand, and whether all of it does."""
        snapshot = newest(self.lake.place, table) if pieces else None
        if snapshot is None:
            return
        apps = current(snapshot, {piece.app: piece.fingerprint for piece in pieces})
        for piece in pieces:
            if piece.app in apps:
                where = {column: (value,) for column, value in piece.where.items()}
                rows = noted(snapshot, piece.app, "rows") if piece.batch else rows_of(snapshot.files(where))
                piece.current = Standing(snapshot.version, rows, noted(snapshot, piece.app, "aside"))
        # Rows that were set aside and are gone from ops.quarantine are noticed by their number.
        theirs = {piece.quarantine_app: piece.fingerprint for piece in pieces if piece.current and piece.current.quarantined}
        aside = newest(self.lake.place, "ops.quarantine") if theirs else None
        there = current(aside, theirs) if aside else set()
        for piece in pieces:
            piece.whole = not (piece.current and piece.current.quarantined) or piece.quarantine_app in there

    def _set_aside(self, table: str, pieces: Sequence[Piece], outcome: Checked | None) -> dict[str, int]:
        """Make ops.quarantine hold exactly these rows for the slices of the pieces, in one commit; returns their number by part."""
        numbers, known = {}, []
        for piece in pieces:
            known += [(piece.slice, rows) for rows, count in piece.known if count]
            numbers[piece.value] = (outcome.parts[piece.value].quarantined if outcome else 0) + piece.known_rows
        there = self._slices_set_aside(table)
        concerned = [piece for piece in pieces if numbers[piece.value] or piece.slice in there]
        if concerned:
            rows = ops_rows.quarantine(self.lake, table, outcome.offenders if outcome else None, known, self.id)
            store: Any = self.lake.arrow if isinstance(rows, pa.Table) else self.lake.tables
            metadata = {"run": self.id, "job": self.job, "code": code_version()}
            parts = {p.quarantine_app: {"fingerprint": p.fingerprint, "rows": numbers[p.value]} for p in concerned}
            info = CommitInfo(f"ops.quarantine/{table}", None, metadata, parts)
            where = {"table_name": table, "slice": [piece.slice for piece in concerned]}
            self._open()
            store.replace("ops.quarantine", rows, info, where=where)
        return numbers

    def _slices_set_aside(self, table: str) -> set[str]:
        """Slices of the table of which rows lie in ops.quarantine."""
        if not self.lake.exists("ops.quarantine"):
            return set()
        found = self.lake.arrow.read("ops.quarantine", columns=["slice"], where={"table_name": table})
        return {str(slice) for slice in pc.unique(found["slice"]).to_pylist()}

    def _append(self, table: str, rows: pa.Table) -> None:
        if rows.num_rows:
            self.lake.arrow.gather(table, rows, self._info(table))

    def _info(self, table: str) -> CommitInfo:
        return CommitInfo(table, None, {"run": self.id, "job": self.job})

    def _row(self, state: str, ended: datetime, error: str | None) -> pa.Table:
        """The row of ops.runs."""
        row = {
            "run_id": self.id,
            "job": self.job,
            "state": state,
            "started": self.started,
            "ended": ended,
            "params": _json(self.params),
            "code_version": code_version(),
            "inputs": _json(self.inputs),
            "outputs": _json(self.result["tables"]),
            "error": error,
            **dict(zip(("host", "process"), here(), strict=True)),
            "accounts": [
                {
                    "table_name": table,
                    "slice": slice,
                    "version": version,
                    "rows_read": account.read,
                    "written": account.written,
                    "set_aside": account.set_aside,
                    "left_out": account.left_out,
                    "reasons": _json(account.reasons) if account.reasons else None,
                }
                for table, slice, version, account in self._accounts
            ],
        }
        return ops_rows.as_table("ops.runs", [row])

    def _finish(self, state: str, error: BaseException | None) -> None:
        ended = datetime.now(UTC)
        if self._opened or error is not None:
            self._append("ops.quality_results", ops_rows.as_table("ops.quality_results", self._results))
            drop_lineage(self.lake, self.id, self._announced)
            row = self._row(state, ended, _sentence(error))
            if self._opened:
                self.lake.arrow.amend("ops.runs", {"run_id": self.id}, row, self._info("ops.runs"))
            else:
                self._append("ops.runs", row)
        inputs = ops_rows.datasets(self.inputs)
        if error is None:
            self._events.complete(ended, inputs, self.outputs)
        else:
            # The sentence may name keys of rows; it stays inside the lake.
            self._events.fail(ended, inputs, self.outputs, f"{type(error).__name__}, see ops.runs")


def _counted(known: Sequence[Rows]) -> list[tuple[Rows, int]]:
    return [(rows, rows.num_rows if isinstance(rows, pa.Table) else rows.count()) for rows in known]


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)


def _tell(error: MedslakeError, clause: str) -> None:
    """Ends the sentence with what became of the run's tables; nobody else knows."""
    error.message = f"{error.message.removesuffix('.')}; {clause}."
    error.args = (error.message if error.hint is None else f"{error.message} {error.hint}",)


def _sentence(error: BaseException | None) -> str | None:
    if error is None:
        return None
    if isinstance(error, MedslakeError):
        return error.message
    # Messages of other errors may quote rows.
    return "interrupted" if isinstance(error, KeyboardInterrupt) else type(error).__name__


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise UsageError(f"A fingerprint cannot be made of {type(value).__name__}.")
