"""Silver rows to instances, by Spark SQL expressions alone: no row enters Python, but for the columns that a task derives there.

Order of evaluation: rows of the task's source, `where`, `requires`, `partners` (adds the array of that name), `derived` (adds its columns),
`items` (adds `item`), then `input_sql` and `output_sql`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from medslake.errors import DataCheckFailed
from medslake.instructions.definitions import sql_definition
from medslake.instructions.partners import with_partners
from medslake.lake.access import sql_highest_of
from medslake.languages import code_of
from medslake.tasks.base import Derived, Task

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["COLUMNS", "render", "render_all"]

#: Columns of the result and of gold.instructions.
COLUMNS = (
    "instance_id",
    "task_id",
    "category",
    "domain",
    "input_language",
    "output_language",
    "definition_language",
    "input",
    "output",
    "alternatives",
    "choices",
    "names",
    "mistake",
    "renderer",
    "split",
    "access",
    "source",
    "subject_id",
    "record_ids",
    "origin",
    "joined",
    "definition_id",
)
#: Tasks that are rendered by one projection. The code that Spark compiles for it grows with their number, and beyond some size it compiles
#: for longer than it runs.
TOGETHER = 16


def render(task: Task, silver: DataFrame, *, strict: bool = False) -> DataFrame:
    """Instances of `task` from the rows of its silver kind (rows of other sources are left out), with COLUMNS in this order.

    strict: use `strict_input_sql` for the input where the task has one; instance ids are the same in both variants, so they can be joined.
    instance_id is the md5 of task id, record ids, item position and renderer version: it depends on nothing else.
    """
    return _whole(task, silver).selectExpr(*[f"{sql} as {name}" for name, sql in _expressions(task, strict).items()])


def render_all(tasks: Sequence[Task], silver: Mapping[str, DataFrame], *, strict: bool = False, lineage: bool = False) -> DataFrame:
    """The same for many tasks, at least one; silver: what a task reads (`Task.reads`: its kind as a rule) -> these rows.

    Tasks of one kind share projections, so that the plan grows with the kinds more than with the tasks.
    lineage: a frame that is there to be followed and never computed: every column is made of what it is made of in any of the tasks, and
    not of what decides which task a row belongs to.
    """
    kinds = [(group, silver[group[0].reads]) for group in _groups(tasks)]
    frames = [_mixed(group, rows) if lineage else _projected(group, rows, strict) for group, rows in kinds]
    return reduce(lambda a, b: a.unionByName(b), frames)


def _groups(tasks: Sequence[Task]) -> list[list[Task]]:
    """Tasks that one projection renders: of one kind, and with the same rows, partners, derived columns and items where they have such."""
    found: dict[tuple[object, ...], list[list[Task]]] = {}
    for task in tasks:
        ring = task.partners and replace(task.partners, used="")
        shared = (None if _plain(task) else _about(task), ring, task.derived, task.items)
        groups = found.setdefault((task.reads, *shared), [[]])
        if len(groups[-1]) == TOGETHER:
            groups.append([])
        groups[-1].append(task)
    return [group for groups in found.values() for group in groups]


def _plain(task: Task) -> bool:
    """Whether it renders one instance from a row as it is."""
    return task.partners is None and task.derived is None and task.items is None


def _projected(tasks: Sequence[Task], rows: DataFrame, strict: bool) -> DataFrame:
    """Every row once for each task that takes it, and of these the columns by task."""
    if len(tasks) == 1:
        return render(tasks[0], rows, strict=strict)
    if _plain(tasks[0]):
        takes = ", ".join(f"if({_about(task)}, {n}, null)" for n, task in enumerate(tasks))
        taken = rows.selectExpr("*", f"explode(array_compact(array({takes}))) as taken_by")
    else:
        taken = _whole(tasks[0], rows).selectExpr("*", f"explode(sequence(0, {len(tasks) - 1})) as taken_by")
    return taken.selectExpr(*[f"{sql} as {name}" for name, sql in _by_task(tasks, _case, strict).items()])


def _mixed(tasks: Sequence[Task], rows: DataFrame) -> DataFrame:
    """What the columns are made of: ids of the same columns in all of these tasks, the others of what any task makes them of."""
    columns = _by_task(tasks, lambda each: f"coalesce({', '.join(dict.fromkeys(each))})")
    first = _expressions(tasks[0], strict=False)
    columns |= {name: first[name] for name in ("instance_id", "definition_id")}
    return _whole(tasks[0], rows).selectExpr(*[f"{sql} as {name}" for name, sql in columns.items()])


def _by_task(tasks: Sequence[Task], choose: Callable[[list[str]], str], strict: bool = False) -> dict[str, str]:
    each = [_expressions(task, strict) for task in tasks]
    columns = {name: [one[name] for one in each] for name in COLUMNS}
    return {name: choose(sql) if len(set(sql)) > 1 else sql[0] for name, sql in columns.items()}


def _case(each: list[str]) -> str:
    return f"case taken_by {' '.join(f'when {n} then {sql}' for n, sql in enumerate(each))} end"


def _about(task: Task) -> str:
    conditions = (f"source = '{task.source}'", task.where, *task.requires.values())
    return " and ".join(f"({condition})" for condition in conditions)


def _whole(task: Task, rows: DataFrame) -> DataFrame:
    """Rows of the task with all that it adds to them: partners, derived columns, items."""
    rows = rows.where(_about(task))
    if task.partners is not None:
        rows = with_partners(rows, task.partners)
    if task.derived is not None:
        rows = _with_derived(rows, task.id, task.derived)
    return rows if task.items is None else rows.selectExpr("*", f"posexplode({task.items}) as (item_position, item)")


def _expressions(task: Task, strict: bool) -> dict[str, str]:
    """COLUMNS as SQL over a row, `partners`, `item` and `item_position`."""
    position = "0" if task.items is None else "item_position"
    used = None if task.partners is None else f"coalesce({task.partners.used}, false)"
    records, access, joined = "array(record_id)", "access", "joined"
    if used is not None:
        records = f"if({used}, concat(array(record_id), transform(partners, p -> p.record_id)), array(record_id))"
        access = f"if({used}, {sql_highest_of('concat(array(access), transform(partners, p -> p.access))')}, access)"
        # The partners' rows come last, so the first entries still belong to the record itself.
        lent = "flatten(transform(partners, p -> concat(array(p.origin), coalesce(p.joined, array()))))"
        joined = f"if({used}, concat(coalesce(joined, array()), {lent}), joined)"
    # Joining an array of one costs as much as the digest itself.
    read = "record_id" if used is None else f"array_join({records}, '\\n')"
    instance_id = f"md5(concat('{task.id}\\n', {read}, '\\n', {position}, '\\n{task.version}'))"
    return {
        "instance_id": instance_id,
        "task_id": f"'{task.id}'",
        "category": f"'{task.category}'",
        "domain": f"'{task.domain}'",
        "input_language": _language(task.input_language),
        "output_language": f"'{task.output_language}'",
        "definition_language": f"'{task.definition_language}'",
        "input": task.strict_input_sql if strict and task.strict_input_sql else task.input_sql,
        "output": task.output_sql,
        "alternatives": f"cast({task.alternatives_sql or 'null'} as array<string>)",
        "choices": f"if(split = 'test', cast({task.choices_sql or 'null'} as array<string>), null)",
        "names": f"if(split = 'test', cast({task.names_sql or 'null'} as array<string>), null)",
        "mistake": f"cast({task.mistake_sql or 'null'} as string)",
        "renderer": f"{task.version}",
        "split": "split",
        "access": access,
        "source": "source",
        "subject_id": "subject_id",
        "record_ids": records,
        "origin": "origin",
        "joined": joined,
        # In the same projection as the instance id: on top of it, every row would be copied once more.
        "definition_id": sql_definition(task, instance_id),
    }


def _language(names: str) -> str:
    """SQL for the language of an input; where the task has several, the one of the row."""
    several = names.split(", ")
    if len(several) == 1:
        return f"'{names}'"
    each = [f"when '{code_of(name)}' then '{name}'" for name in several]
    return f"case language {' '.join(each)} end"


def _with_derived(rows: DataFrame, task: str, derived: Derived) -> DataFrame:
    from pyspark.sql.types import StructType

    added: Any = StructType.fromDDL(derived.columns)
    whole: Any = rows.schema
    names = added.fieldNames()
    function = derived.function

    def mapped(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            made = function(batch)
            arrays = [made] if isinstance(made, pa.Array | pa.ChunkedArray) else list(made)
            if [len(array) for array in arrays] != [batch.num_rows] * len(names):
                told = f"{len(arrays)} arrays of {', '.join(str(len(a)) for a in arrays)} rows"
                raise DataCheckFailed(f"{task}: derived {', '.join(names)} from {batch.num_rows} rows, but the function gave {told}.")
            yield pa.RecordBatch.from_arrays([*batch.columns, *arrays], names=[*batch.schema.names, *names])

    return rows.mapInArrow(mapped, StructType([*whole.fields, *added.fields]))
