"""Tasks: their examples on the real road, from silver rows to instances, in scratch lakes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from medslake import registry
from medslake.conformance.scratch import Scratch
from medslake.errors import MedslakeError
from medslake.instructions.build import build_instructions
from medslake.lake.storage.tables import CommitInfo
from medslake.plugins import reason
from medslake.tasks.base import Task

if TYPE_CHECKING:
    from medslake.lake import Lake

__all__ = ["example_rows", "findings"]

_TABLE = "gold.instructions"


def findings(tasks: Mapping[str, Task], scratch: Scratch) -> dict[str, list[str]]:
    """Task -> what is wrong. Tasks that read the same slice are built in lakes of their own."""
    found = {name: list(_against_others(task)) for name, task in tasks.items()}
    ready = [task for name, task in tasks.items() if not found[name]]
    for number, batch in enumerate(_apart(ready)):
        for task_id, told in _built(batch, scratch, f"tasks{number}").items():
            found[task_id] += told
    return found


def _against_others(task: Task) -> Iterator[str]:
    named = [("source", task.source), *(("metric", name) for name in (task.bench.metrics if task.bench else ()))]
    for kind, name in named:
        try:
            item = registry.get(kind, name)
        except MedslakeError as error:
            yield str(error)
            continue
        if kind == "source" and task.kind not in item.silver:
            yield f"Source {name} makes no rows of silver.{task.kind}, but of {', '.join(item.silver)}."


def _apart(tasks: Sequence[Task]) -> list[list[Task]]:
    """Groups in which no two tasks read rows of the same source."""
    groups: list[list[Task]] = []
    for task in tasks:
        free = next((group for group in groups if task.source not in {other.source for other in group}), None)
        if free is None:
            groups.append([task])
        else:
            free.append(task)
    return groups


def _built(tasks: Sequence[Task], scratch: Scratch, name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {task.id: [] for task in tasks}
    rows = {}
    for task in tasks:
        try:
            rows[task.id] = example_rows(task)
        except (MedslakeError, pa.ArrowException, TypeError, ValueError, KeyError) as error:
            found[task.id].append(f"The example's row does not fit silver.{task.kind}: {reason(error)}")
    ready = [task for task in tasks if task.id in rows]
    made: dict[int, dict[str, list[dict[str, Any]]]] = {}
    for count in (1, 7) if ready else ():
        lake = scratch.lake(f"{name}-{count}")
        try:
            with scratch.partitions(count):
                made[count] = _instances(lake, ready, rows)
                again = _build(lake, ready) if count == 1 else {}
        except Exception as error:
            return _alone(tasks, scratch, name, error)
        for task_id, told in again.items():
            if told["committed"]:
                found[task_id].append("A second build commits its instances again.")
    for task in ready:
        one, seven = (made[count][task.id] for count in (1, 7))
        found[task.id] += _compared(task, one)
        if one != seven:
            found[task.id].append("Its instances depend on how Spark partitions silver.")
    return found


def _alone(tasks: Sequence[Task], scratch: Scratch, name: str, error: Exception) -> dict[str, list[str]]:
    """Each task by itself where several could not be built together: one of them is at fault."""
    if len(tasks) == 1:
        return {tasks[0].id: [f"The example cannot be built. {reason(error)}"]}
    return {task_id: told for task in tasks for task_id, told in _built([task], scratch, f"{name}-{task.id}").items()}


def _instances(lake: Lake, tasks: Sequence[Task], rows: Mapping[str, pa.Table]) -> dict[str, list[dict[str, Any]]]:
    for task in tasks:
        # Past the gate: an example has only the columns that the expressions need.
        where = {"source": task.source}
        told = CommitInfo(f"example/{task.id}", metadata={"where": where, "rows": rows[task.id].num_rows})
        lake.arrow.replace(f"silver.{task.kind}", rows[task.id], told, where=where)
        if task.judged_by:
            verdicts = _verdicts(task, rows[task.id])
            told = CommitInfo(f"example/{task.id}/tags", metadata={"where": where, "rows": verdicts.num_rows})
            lake.arrow.replace("gold.tags", verdicts, told, where=where)
    _build(lake, tasks)
    table = lake.arrow.read(_TABLE).sort_by("instance_id").to_pylist() if lake.exists(_TABLE) else []
    return {task.id: [row for row in table if row["task_id"] == task.id] for task in tasks}


def _verdicts(task: Task, rows: pa.Table) -> pa.Table:
    """Rows of gold.tags that call every row of an example medical."""
    from medslake.lake.schema.ddl import spec

    shared = {"tagger": task.judged_by, "table_name": f"silver.{task.kind}", "source": task.source, "score": 1.0, "threshold": 0.5}
    shared |= {"evidence": [], "made_by": "example", "verdict_key": "example", "access": "public"}
    told = [{**shared, "record_id": record} for record in rows["record_id"].to_pylist()]
    return pa.Table.from_pylist(told, schema=spec("gold.tags").arrow_schema())


def _build(lake: Lake, tasks: Sequence[Task]) -> dict[str, Any]:
    # An example may be as like another one as it wants.
    policy = [f"{side}{test}=off" for test in registry.names("leak_test") for side in ("", "encounter:")]
    told: dict[str, Any] = build_instructions(lake, [task.id for task in tasks], policy=policy)["tasks"]
    return told


def _compared(task: Task, made: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    # The example is of our rendering; where the published one differs, it stands beside it.
    found = sorted((row["input"], row["output"]) for row in made if row["input_variant"] != "paper")
    wanted = sorted(task.example.instances)
    if len(found) != len(wanted):
        yield f"{len(wanted)} instances are expected of the example, {len(found)} are made."
        return
    for (asked, answer), (wanted_asked, wanted_answer) in zip(found, wanted, strict=True):
        if asked != wanted_asked:
            yield f"The input is {asked!r}, and {wanted_asked!r} is expected."
        if answer != wanted_answer:
            yield f"The output is {answer!r}, and {wanted_answer!r} is expected."


def _empty(kind: pa.DataType) -> Any:
    """What stands in a required column that an example leaves out."""
    if pa.types.is_list(kind):
        return []
    return {} if pa.types.is_map(kind) else "" if pa.types.is_string(kind) else None


def example_rows(task: Task) -> pa.Table:
    """The silver rows of a task's example; columns that a row leaves out get what every row has. They are of split test where the benchmark
    asks: those rows bear choices.
    """
    from medslake.lake.schema.ddl import spec

    table = spec(f"silver.{task.kind}")
    schema = table.arrow_schema()
    required = {c.name: _empty(schema.field(c.name).type) for c in table.columns if not c.nullable}
    maps = {field.name for field in schema if pa.types.is_map(field.type)}
    whole = []
    for number, row in enumerate((task.example.row, *task.example.others), start=1):
        unknown = sorted(set(row) - set(schema.names))
        if unknown:
            raise KeyError(f"it has no {', '.join(unknown)}")
        shared = {
            "source": task.source,
            "split": "train" if task.bench is None else "test",
            "language": "en",
            "domain": task.domain,
            "access": "public",
            "origin": {"table": f"bronze.{task.source}__example", "version": 0, "file": "example", "sha256": "0" * 64, "row": number},
        }
        values = {**dict.fromkeys(schema.names), **required, **shared, **row}
        whole.append({name: list(v.items()) if name in maps and v is not None else v for name, v in values.items()})
    return pa.Table.from_pylist(whole, schema=schema)
