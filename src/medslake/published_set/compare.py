"""Compare the published files with gold.instructions and write gold.set_matches."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.dataset as ds

from medslake import registry
from medslake.errors import UsageError
from medslake.lake.access import LEVELS, highest
from medslake.lake.duck import duck
from medslake.lake.provenance import code_digest
from medslake.lake.storage.stream import Stream
from medslake.progress import Progress, quiet
from medslake.published_set.files import Instance, Refused, SetFile, files_of, instances
from medslake.published_set.match import match
from medslake.tasks.base import of_rendering

if TYPE_CHECKING:
    from medslake.lake import Lake

__all__ = ["NEAR", "SPLITS", "compare_set"]

SPLITS = ("train", "validation", "test", "all")
#: Jaccard of word trigrams from which on two inputs are near.
NEAR = 0.7
_TABLE, _INSTRUCTIONS = "gold.set_matches", "gold.instructions"
_HERE = ("instance_id", "input", "output", "alternatives", "split", "access")
_TEXT: pa.DataType = pa.string()
_THERE = pa.schema({"file": _TEXT, "number": pa.int64(), "input": _TEXT, "output": _TEXT, "more": pa.list_(_TEXT)})
_BATCH = 2_000
_MEMORY = "2GB"
#: Code that decides the rows.
_FOLDERS = ("medslake.published_set",)


def compare_set(
    lake: Lake,
    folder: Path,
    *,
    rendering: str = "paper",
    split: str = "train",
    near: float = NEAR,
    task_of: Sequence[str] = (),
    progress: Progress = quiet,
) -> dict[str, Any]:
    """Match the instances of a folder's files with those of one rendering, task by task; returns the run's result.

    split: of which instances count as only here; pairs are sought in all. near: Jaccard of word trigrams from which on inputs are near.
    task_of: see `files_of`. Beside `run` and `tables` the result has `shares` (rows of gold.set_shares of this rendering), `refused` (file,
    number, rule), `without_file` (tasks built here of which no file is there) and `not_looked_at` (task -> instances that were not
    compared with near ones, where the comparison was made now). Equal files, instructions and options are not compared again.
    Raises UsageError, UnknownName.
    """
    rendered = of_rendering(rendering)
    _check(split, near)
    if not lake.exists(_INSTRUCTIONS):
        raise UsageError("This lake has no instructions to compare with.", hint="Run: medslake build instructions")
    tasks = registry.items("task")
    files = files_of(folder, task_of, {name: task.name for name, task in tasks.items()})
    not_looked_at: dict[str, int] = {}
    with lake.run("compare_set", {"folder": folder.name, "rendering": rendering, "split": split, "near": near}) as run:
        version = lake.version(_INSTRUCTIONS)
        run.inputs[_INSTRUCTIONS] = version
        digests = {file.name: file.sha256() for file in files}
        access = _access(lake)
        named = {file.name: file.task for file in files}
        mark = run.fingerprint(digests, named, version, rendering, split, near, sorted(access.items()), code_digest(__name__, _FOLDERS))
        with tempfile.TemporaryDirectory(prefix="medslake-compare-set-") as scratch:

            def made() -> Stream:
                path = Path(scratch) / "rows.arrow"
                schema = lake.spec(_TABLE).arrow_schema()
                with pa.OSFile(str(path), "wb") as out, pa.ipc.new_file(out, schema) as writer:
                    for batch in _rows(lake, version, files, rendered, split, near, access, not_looked_at, progress):
                        writer.write_table(_fitted(batch, rendering, schema))
                return Stream.of_file(path)

            run.write(_TABLE, made, slice={"rendering": rendering}, fingerprint=mark, inputs={"published files": digests})
        return {**run.result, **_told(lake, rendering, {file.task for file in files}), "not_looked_at": not_looked_at}


def _check(split: str, near: float) -> None:
    if split not in SPLITS:
        raise UsageError(f"No split is named {split!r}.", hint=f"Known: {', '.join(SPLITS)}.")
    if not 0 < near <= 1:
        raise UsageError(f"The Jaccard from which on inputs are near is {near}, but must lie above 0 and not above 1.")


def _access(lake: Lake) -> dict[str, str]:
    """Task -> highest class of its source, as declared and as ingested, for instances that only the files have."""
    rows = lake.arrow.read("ops.sources", columns=["source", "access"]).to_pylist() if lake.exists("ops.sources") else []
    ingested = {row["source"]: row["access"] if row["access"] in LEVELS else LEVELS[-1] for row in rows}
    declared = {name: source.access for name, source in registry.items("source").items()}
    found = {}
    for name, task in registry.items("task").items():
        own = [known[task.source] for known in (ingested, declared) if task.source in known]
        found[name] = highest(*own) if own else LEVELS[-1]
    return found


def _rows(
    lake: Lake,
    version: int,
    files: Sequence[SetFile],
    rendered: ds.Expression,
    split: str,
    near: float,
    access: dict[str, str],
    not_looked_at: dict[str, int],
    progress: Progress,
) -> Iterator[pa.RecordBatch]:
    """Rows of gold.set_matches without `rendering`: of one task after the other, then what was refused."""
    by_task: dict[str | None, list[SetFile]] = {}
    for file in files:
        by_task.setdefault(file.task, []).append(file)
    aside: list[tuple[str | None, str, Refused]] = [(None, file.name, Refused(None, "unknown_task")) for file in by_task.pop(None, [])]
    done = len(aside)
    for task in sorted(filter(None, by_task), key=registry.natural):
        there = pa.RecordBatchReader.from_batches(_THERE, _there(task, by_task[task], aside))
        own = (ds.field("task_id") == task) & rendered
        schema = pa.schema([lake.spec(_INSTRUCTIONS).arrow_schema().field(name) for name in _HERE])
        here = pa.RecordBatchReader.from_batches(schema, lake.arrow.batches(_INSTRUCTIONS, _HERE, own, version=version))
        with duck(memory_limit=_MEMORY) as connection:
            batches, left = match(connection, task, there, here, split=split, near=near, access=access[task])
            yield from batches
        if left:
            not_looked_at[task] = left
        done += len(by_task[task])
        progress("compare set (files)", done, len(files))
    if aside:
        yield _refused(aside, access, lake.spec(_TABLE).arrow_schema())


def _there(task: str, files: Iterable[SetFile], aside: list[tuple[str | None, str, Refused]]) -> Iterator[pa.RecordBatch]:
    """Instances of the files; what is refused goes to `aside`."""
    held: list[dict[str, Any]] = []
    for file in files:
        for one in instances(file):
            if not isinstance(one, Instance):
                aside.append((task, file.name, one))
                continue
            held.append({"file": file.name, "number": one.number, "input": one.input, "output": one.output, "more": list(one.more)})
            if len(held) == _BATCH:
                yield pa.RecordBatch.from_pylist(held, schema=_THERE)
                held = []
    if held:
        yield pa.RecordBatch.from_pylist(held, schema=_THERE)


def _refused(aside: Sequence[tuple[str | None, str, Refused]], access: dict[str, str], schema: pa.Schema) -> pa.RecordBatch:
    rows = [
        {
            "task_id": task,
            "outcome": "refused",
            "file": file,
            "number": one.number,
            "rule": one.rule,
            "access": LEVELS[-1] if task is None else access[task],
        }
        for task, file, one in aside
    ]
    return pa.RecordBatch.from_pylist(rows, schema=pa.schema([field for field in schema if field.name in rows[0]]))


def _fitted(batch: pa.RecordBatch, rendering: str, schema: pa.Schema) -> pa.Table:
    """The batch in the table's columns; those that it lacks are null."""
    rows = pa.Table.from_batches([batch])
    columns = []
    for field in schema:
        if field.name == "rendering":
            columns.append(pa.array([rendering] * rows.num_rows, field.type))
        elif field.name in rows.column_names:
            columns.append(rows[field.name].cast(field.type))
        else:
            columns.append(pa.nulls(rows.num_rows, field.type))
    return pa.table(columns, schema=schema)


def _told(lake: Lake, rendering: str, compared: set[str | None]) -> dict[str, Any]:
    # What DuckDB adds up is a decimal to Arrow.
    columns = (
        "task_id, COLUMNS(lambda c: c NOT IN ('rendering', 'task_id') AND NOT ends_with(c, '_share'))::BIGINT, exact_share, found_share"
    )
    shares = lake.query(f"SELECT {columns} FROM gold.set_shares WHERE rendering = '{rendering}'").to_pylist()
    where = {"rendering": rendering, "outcome": "refused"}
    refused = lake.arrow.read(_TABLE, columns=["file", "number", "rule"], where=where).to_pylist()
    built = lake.slices(_INSTRUCTIONS, "task_id").keys()
    return {
        "shares": {
            row.pop("task_id"): row for row in sorted(shares, key=lambda row: registry.natural(row["task_id"] or "")) if row["task_id"]
        },
        "refused": sorted(refused, key=lambda row: (row["file"], row["number"] or 0)),
        "without_file": sorted(built - compared, key=registry.natural),
    }
