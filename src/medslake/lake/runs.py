"""Runs: the one way to write tables. A run reads, gates, commits and tells what it did.

Commits come in an order in which death at any point loses nothing: rows set aside, then check results, then the rows themselves, and at the
end lineage and ops.runs. What was not committed is done again by the next run, since only the data commit bears the fingerprint that makes
a write "current"; a data commit whose quarantine is gone is noticed by the number that it carries, and repaired.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePath
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

import pyarrow as pa

from medslake import __version__
from medslake.errors import MedslakeError, UsageError
from medslake.lake.lineage import ops_rows
from medslake.lake.lineage.code_version import code_version
from medslake.lake.lineage.openlineage import Events, Output
from medslake.lake.lineage.spark_plan import Origin, PlanNotRead, output_ids
from medslake.lake.quality.gate import Checked, checked, refuse
from medslake.lake.quality.quarantine import slice_name
from medslake.lake.quality.suites import load_suite
from medslake.lake.schema.ddl import TableSpec
from medslake.lake.storage.stream import is_arrow
from medslake.lake.storage.tables import Commit, CommitInfo

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from medslake.lake.store import Store

__all__ = ["Run", "Written"]

_LOG = logging.getLogger(__name__)
Mode = Literal["append", "replace", "upsert"]
Rows = Any  # DataFrame | pa.Table | Stream


@dataclass(frozen=True)
class Written:
    """Outcome of one write. committed False: the table had these rows already, from the commit `version`."""

    table: str
    rows: int
    quarantined: int
    version: int
    committed: bool


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
        self._aside: dict[tuple[str, str], list[Rows]] = {}
        self._closed: set[tuple[str, str]] = set()
        self._committed = False
        self._pages: list[ops_rows.Page] = []
        self._events = Events(lake.place, self.id, job)

    def __enter__(self) -> Self:
        self._events.start(self.started)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if "spark" in self.lake.__dict__:
            self._events.engine = ("spark", self.lake.spark.version)
        if error is None:
            for table, scope in list(self._aside):
                self._set_aside(table, scope, None, None)
            self._finish("COMPLETE", None)
            return
        try:
            self._finish("FAIL", error)
        except Exception as second:
            error.add_note(f"The failed run {self.id} could not be recorded in ops.runs: {second}")

    @property
    def result(self) -> dict[str, Any]:
        """`{"run": id, "tables": {name: {"rows", "quarantined", "version", "committed"}}}`; slices of a table are added up."""
        tables: dict[str, dict[str, Any]] = {}
        for w in self._written:
            told = tables.setdefault(w.table, {"rows": 0, "quarantined": 0, "version": w.version, "committed": False})
            told["rows"] += w.rows
            told["quarantined"] += w.quarantined
            told["version"] = max(told["version"], w.version)
            told["committed"] = told["committed"] or w.committed
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
        self._aside.setdefault(key, []).append(rows)

    def write(
        self,
        table: str,
        rows: Rows | Callable[[], Rows],
        *,
        slice: Mapping[str, str] | None = None,
        fingerprint: str | None = None,
        mode: Mode = "replace",
        inputs: Mapping[str, Any] | None = None,
        plan: Callable[[], DataFrame] | None = None,
        spec: TableSpec | None = None,
    ) -> Written:
        """Gate the rows and commit those that pass, at once or not at all.

        rows: Spark DataFrame or pyarrow Table, or a function that returns one and is called only when the fingerprint is new.
        A Stream (mode replace) is checked and written chunk by chunk, in bounded memory: a rule that one row breaks refuses all.
        slice: partition column -> value that is replaced; None = the whole table. inputs: what the rows were made of beside the tables
        read through this run: table -> version, or any name -> {file: sha256}. plan: gives the frame that a pyarrow Table was collected
        from, so that its columns can be followed; asked only when something is committed. spec: the table's, where `lakehouse/` does not
        have it (bronze); its native columns come from the files that `inputs` names.
        Raises DataCheckFailed (a rule of severity error), SchemaMismatch, CommitConflict; then nothing of this table is committed.
        """
        spec = spec or self.lake.spec(table)
        suite = load_suite(spec)
        self.inputs.update(inputs or {})
        # Changed rules are a reason to look at the same rows again.
        mark = fingerprint and self.fingerprint(fingerprint, suite.digest)
        part = slice_name(slice)
        # A replaced slice has one state. What is appended has one per batch, which a repeated batch finds again.
        scope = part if mode == "replace" else f"{part},batch={mark[:16] if mark else uuid.uuid4().hex[:16]}"
        app = f"{self.job}/{table}/{scope}"
        standing = self._standing(table, CommitInfo(app, mark))
        if standing is not None and self._intact(table, scope, mark, standing):
            return self._current(table, part, standing)
        frame = rows() if callable(rows) else rows
        if standing is None and not is_arrow(frame):
            # Only now may Spark be running, whose native connector knows commits that delta-rs' transactions do not show.
            standing = self.lake.tables.is_current(table, CommitInfo(app, mark))
            if standing is not None and self._intact(table, scope, mark, standing):
                return self._current(table, part, standing)
        with checked(frame, spec, suite, slice=scope, run_id=self.id, collect=not self._native(frame)) as outcome:
            self._note_page(spec, scope, outcome)
            self._gate(table, scope, outcome)
            aside = self._set_aside(table, scope, outcome.offenders, mark, self._aside.pop((table, part), []))
            self._append("ops.quality_results", ops_rows.results(self.id, scope, outcome.results))
            if standing is None:
                info = CommitInfo(app, mark, self._metadata(part, outcome.seen, aside))
                files = [name for name, told in (inputs or {}).items() if isinstance(told, Mapping)]
                standing = self._commit(spec, frame, outcome, info, mode, slice, plan, files)
        written = Written(table, standing.rows, aside, standing.version, standing.committed)
        self._closed.add((table, part))
        self._written.append(written)
        return written

    def _native(self, frame: Rows) -> bool:
        """Whether the Delta connector must write these rows, so that they have to stay in Spark."""
        return not is_arrow(frame) and self.lake.tables.kind == "native"

    def _gate(self, table: str, scope: str, outcome: Checked) -> None:
        try:
            refuse(outcome, table, scope, self.id)
        except MedslakeError:
            self._append("ops.quality_results", ops_rows.results(self.id, scope, outcome.results))
            raise

    def _commit(
        self,
        spec: TableSpec,
        frame: Rows,
        outcome: Checked,
        info: CommitInfo,
        mode: Mode,
        slice: Mapping[str, str] | None,
        plan: Callable[[], DataFrame] | None,
        files: Sequence[str],
    ) -> Commit:
        store: Any = self.lake.arrow if is_arrow(outcome.clean) else self.lake.tables
        if mode == "replace":
            commit: Commit = store.replace(spec.name, outcome.clean, info, where=dict(slice) if slice else None, spec=spec)
        else:
            commit = (store.append if mode == "append" else store.upsert)(spec.name, outcome.clean, info, spec=spec)
        self._committed = self._committed or commit.committed
        columns = self._columns_of(spec, frame if plan is None else plan(), files)
        self.outputs.append(Output(spec, commit.version, commit.rows, columns, outcome.results))
        return commit

    def _columns_of(self, spec: TableSpec, frame: Rows, files: Sequence[str]) -> dict[str, list[Origin]]:
        """Column lineage; frames whose slices are written one by one are followed once."""
        known = self._followed.get((spec.name, id(frame)))
        if known is None:
            # The frame is kept too: its id must not be given to another one.
            known = (frame, ops_rows.columns(self.lake.place, spec, frame, self._origins, self.inputs, files))
            self._followed[spec.name, id(frame)] = known
        return known[1]

    def _standing(self, table: str, info: CommitInfo) -> Commit | None:
        if info.fingerprint is None:
            return None
        found = self.lake.arrow.is_current(table, info)
        if found is None and self.lake.has_spark:
            found = self.lake.tables.is_current(table, info)
        return found

    def _intact(self, table: str, scope: str, mark: str | None, standing: Commit) -> bool:
        """Whether the rows that the standing commit set aside still lie in ops.quarantine."""
        if not self._standing_aside(table, standing):
            return True
        return self._standing("ops.quarantine", self._aside_info(table, scope, mark)) is not None

    def _standing_aside(self, table: str, standing: Commit) -> int:
        newest = self.lake.version(table)
        for entry in self.lake.history(table, newest - standing.version + 1):
            if entry["version"] == standing.version:
                return int(entry["metadata"].get("quarantined", 0))
        return 0

    def _current(self, table: str, part: str, standing: Commit) -> Written:
        self._aside.pop((table, part), None)
        self._closed.add((table, part))
        written = Written(table, standing.rows, self._standing_aside(table, standing), standing.version, committed=False)
        self._written.append(written)
        return written

    def _aside_info(self, table: str, scope: str, mark: str | None) -> CommitInfo:
        return CommitInfo(f"{self.job}/ops.quarantine/{table}/{scope}", mark, {"run": self.id, "job": self.job, "code": code_version()})

    def _set_aside(self, table: str, scope: str, offenders: Rows | None, mark: str | None, known: Sequence[Rows] | None = None) -> int:
        """Make ops.quarantine hold exactly these rows for the table's slice; returns their number."""
        if known is None:
            known = self._aside.pop((table, scope), [])
        where = {"table_name": table, "slice": scope}
        rows = ops_rows.aside(self.lake, [] if offenders is None else [offenders], known, table, scope, self.id)
        if rows is None:
            if not self.lake.exists("ops.quarantine") or not self.lake.arrow.read("ops.quarantine", columns=["row"], where=where).num_rows:
                return 0
            rows = self.lake.spec("ops.quarantine").arrow_schema().empty_table()
        store: Any = self.lake.arrow if isinstance(rows, pa.Table) else self.lake.tables
        commit: Commit = store.replace("ops.quarantine", rows, self._aside_info(table, scope, mark), where=where)
        self._committed = self._committed or commit.committed
        return commit.rows

    def _metadata(self, part: str, seen: int, aside: int) -> dict[str, Any]:
        return {
            "run": self.id,
            "job": self.job,
            "code": code_version(),
            "inputs": self.inputs,
            "slice": part,
            "seen": seen,
            "quarantined": aside,
        }

    def _append(self, table: str, rows: pa.Table) -> None:
        if rows.num_rows:
            self.lake.arrow.append(table, rows, CommitInfo(f"{self.job}/{table}", None, {"run": self.id, "job": self.job}))
            self._committed = True

    def _note_page(self, spec: TableSpec, scope: str, outcome: Checked) -> None:
        self._pages.append(ops_rows.Page(spec.name, scope, self.id, outcome.seen, outcome.quarantined, outcome.results, outcome.validation))

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
        }
        return ops_rows.as_table("ops.runs", [row])

    def _finish(self, state: str, error: BaseException | None) -> None:
        ended = datetime.now(UTC)
        if self._committed or error is not None:
            ops_rows.write_pages(self.lake.place, self._pages, ended)
            self._append("ops.lineage", ops_rows.lineage(self.id, self.outputs))
            self._append("ops.runs", self._row(state, ended, _sentence(error)))
        inputs = ops_rows.datasets(self.inputs)
        if error is None:
            self._events.complete(ended, inputs, self.outputs)
        else:
            # The sentence may name keys of rows; it stays inside the lake.
            self._events.fail(ended, inputs, self.outputs, f"{type(error).__name__}, see ops.runs")


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)


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
