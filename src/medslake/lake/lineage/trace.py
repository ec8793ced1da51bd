"""Where does this come from? From a score, prediction or instance back to silver, bronze, and the record of the native file. No JVM.

Tables are read at the versions that the rows themselves name, so a chain stays true after the tables moved on. Where such a version is
gone, a record is found by digest and number in the current one, and an answer or a question by its id. Ids, files, digests and record
numbers are always told; what a row says is told only where its access class is within the clearance.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from medslake.errors import MedslakeError, UnknownName, UsageError
from medslake.lake.sql.duckdb import query
from medslake.lake.sql.leaving import Leaving
from medslake.lake.storage.snapshot import Snapshot, open_snapshot

if TYPE_CHECKING:
    from medslake.lake.store import Store

__all__ = ["KINDS", "trace"]

#: kind of thing -> (table, its id column, columns that say what a row holds)
KINDS = {
    "score": ("gold.scores", "score_id", ("level", "model", "run_set", "task_id", "task_group", "metric", "variant", "value", "n")),
    "prediction": ("gold.predictions", "prediction_id", ("prediction", "error", "finish_reason")),
    "benchmark": ("gold.benchmark", "row_id", ("messages", "reference", "shots")),
    "instance": ("gold.instructions", "instance_id", ("input", "output")),
}
TASKS = "gold.tasks"
#: Scores hold numbers about rows, never their words.
_NUMBERS_ONLY = {"score"}
_PROVENANCE = ("_source", "_file", "_sha256", "_row", "_access")
_SILVER_PLAIN = ("source", "record_id", "subject_id", "split", "language", "domain", "access", "origin", "joined")

Link = dict[str, Any]


def trace(store: Store, kind: str, id: str, *, clearance: str = "noncommercial", first: int = 3) -> list[Link]:
    """Chain from the thing asked for to `{"kind": "file", "file", "sha256", "row"}`.

    kind: score, prediction, benchmark or instance. id: whole, or as much of its beginning as is unique. A score of a task or a group is
    followed to the first `first` of its predictions (by id), after a link that counts them all. Each link has kind, table, version, id and
    access; `content` is None where the access class is above the clearance. By default that is everything that binds persons (data use
    agreements, credentials). Raises UsageError for ids that are not there or not unique.
    """
    if kind not in KINDS:
        raise UsageError(f"{kind!r} cannot be traced; kinds are {', '.join(KINDS)}.")
    walk = _Walk(store, clearance, first)
    row = walk.find(kind, id)
    if kind == "score":
        return walk.score(row)
    if kind == "prediction":
        return walk.prediction(row)
    return walk.benchmark(row) if kind == "benchmark" else walk.instance(row)


class _Walk:
    def __init__(self, store: Store, clearance: str, first: int) -> None:
        self.store, self.first = store, first
        self.leaving = Leaving(store.place, clearance)
        self._opened: dict[tuple[str, int], Snapshot | None] = {}

    def find(self, kind: str, id: str) -> Link:
        """The row whose id is or begins with `id`, with its version as `_version`."""
        table, column, _ = KINDS[kind]
        version = self.store.version(table)
        where = f"starts_with({column}, {_text(id)}) order by {column} <> {_text(id)}, {column} limit 4"
        found = self._select(table, where, version)
        exact = [row for row in found if row[column] == id]
        if not found:
            raise UsageError(
                f"No {kind} in {table} (version {version}) has an id that is or begins with {id!r}.",
                hint=f'Run: medslake sql "select {column} from {table} limit 10"',
            )
        if len(found) > 1 and not exact:
            near = ", ".join(row[column] for row in found[:3])
            raise UsageError(
                f"Several ids of {table} begin with {id!r}: {near}{' ...' if len(found) > 3 else ''}.", hint="Give more of it."
            )
        return (exact or found)[0]

    def score(self, row: Link) -> list[Link]:
        links = [self._link("score", row)]
        version = row["predictions_version"]
        if row["level"] == "row":
            return links + self._by_id("prediction", row["prediction_id"], version, self.prediction)
        where = f"run_set = {_text(row['run_set'])} and {self._of_score(row)}"
        there = self._readable("gold.predictions", version)
        ids = self._ask(f"select prediction_id from gold.predictions where {where} order by 1", at={"gold.predictions": there})
        named = [str(row["prediction_id"]) for row in ids]
        links.append(
            {"kind": "predictions", "table": "gold.predictions", "version": version, "count": len(named), "first": named[: self.first]}
        )
        for id in named[: self.first]:
            links += self._by_id("prediction", id, version, self.prediction)
        return links

    def prediction(self, row: Link) -> list[Link]:
        links = [self._link("prediction", row)]
        return links + self._by_id("benchmark", row["row_id"], row["benchmark_version"], self.benchmark)

    def benchmark(self, row: Link) -> list[Link]:
        links = [self._link("benchmark", row)]
        table, column, _ = KINDS["instance"]
        found: list[Link] = []
        if self.store.exists(table):
            found = self._select(table, f"{column} = {_text(row['instance_id'])} limit 1", self.store.version(table))
        if found:
            return links + self.instance(found[0])
        # The instance was built anew since; the benchmark row still knows its records and its origin.
        gone = {"kind": "instance", "table": table, "version": None, "id": row["instance_id"], "access": row["access"], "content": None}
        links.append(gone)
        return links + self._silver(row) + self._origins(row)

    def instance(self, row: Link) -> list[Link]:
        return [self._link("instance", row), *self._silver(row), *self._origins(row)]

    def _of_score(self, score: Link) -> str:
        """Predictions that went into the score of a task or of a group of tasks."""
        if score["level"] == "task":
            return f"task_id = {_text(score['task_id'])}"
        rows = self._ask(
            f"select distinct task_id from gold.benchmark where task_group = {_text(score['task_group'])} order by 1",
            at={"gold.benchmark": self._readable("gold.benchmark", score["benchmark_version"])},
        )
        tasks = [str(row["task_id"]) for row in rows]
        return f"task_id in ({', '.join(_text(t) for t in tasks)})" if tasks else "false"

    def _by_id(self, kind: str, id: str, version: int, follow: Any) -> list[Link]:
        table, column, _ = KINDS[kind]
        found = self._select(table, f"{column} = {_text(id)} limit 1", self._readable(table, version))
        if not found:
            raise UsageError(f"{table} version {version} has no row {id!r}, which another table names.", hint="Run: medslake check")
        links: list[Link] = follow(found[0])
        return links

    def _silver(self, row: Link) -> list[Link]:
        """The records an instance is made of, in the silver table that its task reads."""
        links = []
        for record_id in row["record_ids"]:
            for table in self._silver_tables(row["task_id"]):
                where = f"source = {_text(row['source'])} and record_id = {_text(record_id)} limit 1"
                found = self._select(table, where, self.store.version(table))
                if found:
                    content = {k: v for k, v in found[0].items() if k not in _SILVER_PLAIN and k != "_version" and v is not None}
                    links.append(self._told("silver", table, found[0], record_id, content))
                    break
        return links

    def _silver_tables(self, task_id: str) -> list[str]:
        """The table that the task reads, as gold.tasks tells; all of silver where it does not."""
        there = [name for name in self.store.names() if name.startswith("silver.")]
        if self.store.exists(TASKS):
            kinds = self._ask(f"select kind from {TASKS} where task_id = {_text(task_id)}")
            told = [f"silver.{row['kind']}" for row in kinds]
            return [name for name in told if name in there] or there
        return there

    def _origins(self, row: Link) -> list[Link]:
        """Bronze row and file of the row's own origin, then of those that were joined in."""
        links = []
        for origin in [row["origin"], *(row["joined"] or [])]:
            links += self._bronze(origin)
            links.append({"kind": "file", "file": origin["file"], "sha256": origin["sha256"], "row": origin["row"]})
        return links

    def _bronze(self, origin: Link) -> list[Link]:
        table, version = origin["table"], origin["version"]
        if not self.store.exists(table):
            return []
        version = self.store.version(table) if version is None else version
        record = f"_row = {int(origin['row'])} limit 1"
        if self._open(table, version) is not None:
            found = self._select(table, f"_file = {_text(origin['file'])} and {record}", version)
        else:
            # The same bytes hold the same record, whatever the file is called today.
            found = self._select(table, f"_sha256 = {_text(origin['sha256'])} and {record}", self.store.version(table))
            known = self._columns(table, version)
            found = [{k: v for k, v in row.items() if known is None or k in known} | {"_version": version} for row in found]
        if not found:
            return []
        content = {k: v for k, v in found[0].items() if k not in _PROVENANCE and k != "_version"}
        id = f"{origin['file']}:{origin['row']}"
        return [self._told("bronze", table, found[0], id, content)]

    def _readable(self, table: str, version: int) -> int:
        """The version, or the newest where it is gone."""
        return version if self._open(table, version) is not None else self.store.version(table)

    def _open(self, table: str, version: int) -> Snapshot | None:
        if (table, version) not in self._opened:
            try:
                self._opened[table, version] = open_snapshot(self.store.place, table, version)
            except UnknownName:
                raise
            except UsageError:
                self._opened[table, version] = None
        return self._opened[table, version]

    def _columns(self, table: str, version: int) -> set[str] | None:
        """Columns that a version had of which the files are gone; None where its log is gone as well."""
        try:
            return set(open_snapshot(self.store.place, table, version, whole=False).columns)
        except UsageError:
            return None

    def _link(self, kind: str, row: Link) -> Link:
        table, column, columns = KINDS[kind]
        content = {name: row[name] for name in columns}
        return self._told(kind, table, row, row[column], content, numbers=kind in _NUMBERS_ONLY)

    def _told(self, kind: str, table: str, row: Link, id: str, content: Link, *, numbers: bool = False) -> Link:
        """numbers: the content is no row's words, so that it is told whatever its class."""
        return {
            "kind": kind,
            "table": table,
            "version": row["_version"],
            "id": id,
            "access": row.get("access", row.get("_access")),
            "content": content if numbers or self.leaving.may(row) else None,
        }

    def _ask(self, sql: str, at: Mapping[str, int] | None = None) -> list[Link]:
        rows: list[Link] = query(self.store.place, sql, at).to_pylist()
        return rows

    def _select(self, table: str, where: str, version: int) -> list[Link]:
        try:
            found = self._ask(f"select * from {table} where {where}", at={table: version})
        except MedslakeError as error:
            error.add_note(f"while looking into {table} version {version}")
            raise
        return [dict(row) | {"_version": version} for row in found]


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
