"""Benchmark rows as other evaluation programs want them: one set for each task and input, with the training examples of its prompts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from medslake.errors import AccessDenied, UnknownName, UsageError
from medslake.score.answers import column, distinct

if TYPE_CHECKING:
    from medslake.lake import Lake
    from medslake.lake.sql.leaving import Leaving

__all__ = ["Questions", "questions"]

_BENCHMARK, _INSTRUCTIONS = "gold.benchmark", "gold.instructions"
_COLUMNS = (
    "row_id",
    "instance_id",
    "task_id",
    "task_group",
    "dataset",
    "prompt",
    "input_variant",
    "definition_id",
    "messages",
    "input",
    "reference",
    "alternatives",
    "choices",
    "names",
    "labels",
    "metrics",
    "language",
    "max_new_tokens",
    "shots",
    "access",
    "source",
    "joined",
)


@dataclass(frozen=True)
class Questions:
    """name: the task, with `_strict` where its input leaves out what gives the label away. rows: of gold.benchmark, by row id.

    examples: the train instances that stand in the rows' prompts (instance_id, input, output), by instance id. shots: most in one prompt.
    """

    name: str
    definition: str
    rows: pa.Table
    examples: pa.Table
    shots: int
    version: int

    @property
    def longest(self) -> int:
        """Generation limit in tokens."""
        return int(max(column(self.rows, "max_new_tokens")))

    @property
    def closed(self) -> bool:
        return bool(pc.max(pc.list_value_length(self.rows["labels"])).as_py()) or self.rows["choices"].null_count < self.rows.num_rows

    def documents(self) -> Iterator[dict[str, Any]]:
        for row in self.rows.to_pylist():
            yield {**row, "alternatives": row["alternatives"] or [], "choices": row["choices"] or []}


def questions(lake: Lake, tasks: Sequence[str] | None, clearance: str) -> tuple[list[Questions], dict[str, int]]:
    """Sets in the order of tasks, and the rows above the clearance by class. Where both prompts are built, the paper's is taken.

    Raises UsageError without a benchmark, UnknownName for a task that is not in it, AccessDenied where no row of all may leave.
    """
    if not lake.exists(_BENCHMARK):
        raise UsageError("There is no benchmark to export.", hint="Run: medslake build benchmark")
    version = lake.version(_BENCHMARK)
    benchmark = lake.arrow.read(_BENCHMARK, version, columns=list(_COLUMNS)).sort_by([("task_id", "ascending"), ("row_id", "ascending")])
    known = sorted(distinct(benchmark, "task_id"), key=lambda name: (len(name), name))
    for task in tasks or ():
        if task not in known:
            raise UnknownName("task in the benchmark", task, known)
    sets: list[Questions] = []
    left_out: Counter[str] = Counter()
    leaving = lake.leaving(clearance)
    for task in tasks or known:
        rows = benchmark.filter(pc.field("task_id") == task)
        prompt = min(distinct(rows, "prompt"), key=lambda name: (name != "paper", name))
        rows = rows.filter(pc.field("prompt") == prompt)
        rows, above = leaving.split(rows)
        left_out.update(above)
        for variant in distinct(rows, "input_variant"):
            own = rows.filter(pc.field("input_variant") == variant)
            examples = _examples(lake, own, leaving)
            name = task if variant == "paper" else f"{task}_{variant}"
            shots = int(pc.max(pc.list_value_length(own["shots"])).as_py() or 0)
            definition = _definition(lake, own["definition_id"][0].as_py())
            sets.append(
                Questions(name, definition, own.drop_columns(["definition_id", "joined"]), examples, min(shots, examples.num_rows), version)
            )
    if not sets:
        worst = ", ".join(f"{n:,} of class {access!r}" for access, n in sorted(left_out.items()))
        raise AccessDenied(
            f"No row of the benchmark may leave at clearance {clearance!r}: {worst}.",
            hint="Give a higher clearance if their licence allows it.",
        )
    return sets, dict(sorted(left_out.items()))


def _definition(lake: Lake, definition_id: str | None) -> str:
    """Wording of the prompts, which is the same for all rows of a task; "" where the lake does not have it."""
    if not lake.exists("gold.definitions"):
        return ""
    wordings = lake.arrow.read("gold.definitions", columns=["text"], where={"definition_id": definition_id})["text"].to_pylist()
    return str(wordings[0]) if wordings else ""


def _examples(lake: Lake, rows: pa.Table, leaving: Leaving) -> pa.Table:
    wanted = sorted({name for shots in column(rows, "shots") for name in shots or ()})
    columns = ["instance_id", "input", "output", "access", "source", "joined"]
    if not wanted or not lake.exists(_INSTRUCTIONS):
        return pa.table({name: pa.array([], pa.string()) for name in columns[:4]})
    # A shot is a train instance wherever the benchmark was built; asked again, as what is exported here is called the train shots.
    where = ds.field("instance_id").isin(wanted) & (ds.field("split") == "train")
    return leaving.split(lake.arrow.read(_INSTRUCTIONS, columns=columns, where=where).sort_by("instance_id"))[0].select(columns[:4])
