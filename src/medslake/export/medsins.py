"""Instructions of one task as the JSON document of MedS-Ins: 13 keys, one file per task, in the list forms of its README."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from medslake.errors import AccessDenied, DataCheckFailed, UnknownName, UsageError
from medslake.export.files import by_class, replaced
from medslake.tasks.base import of_rendering

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.compute as pc

    from medslake.lake import Lake

__all__ = ["KEYS", "export_every_medsins", "export_medsins"]

KEYS = (
    "Contributors",
    "Source",
    "URL",
    "Categories",
    "Reasoning",
    "Definition",
    "Input_language",
    "Output_language",
    "Instruction_language",
    "Domains",
    "Positive Examples",
    "Negative Examples",
    "Instances",
)
SPLITS = ("train", "test", "all")
_CHUNK = 10_000


def export_medsins(
    lake: Lake, task: str, out: str | Path, clearance: str = "public", *, split: str = "train", rendering: str = "paper"
) -> Path:
    """Write `<out>/<task id>_<task name>.json` and return its path; an older file of that name is replaced in one step.

    split: train (validation rows never leave with it), test or all. rendering: paper, as the published set has them, or strict, where that
    is corrected; the same for most tasks. Order of instances: instance id. Each instance has `id`, `input` and
    `output`, a list that holds the output and then its alternatives.
    Raises UnknownName for a task that was never built, DataCheckFailed when the lake has no such rows, AccessDenied when one is above
    `clearance`.
    """
    where = _where(split)
    one = _known(lake, task)[task]
    rows = _rows(lake, where | {"task_id": task}, of_rendering(rendering))
    if rows is None or rows.num_rows == 0:
        named = "" if split == "all" else f" of split {split}"
        raise DataCheckFailed(f"gold.instructions has no rows{named} for {task}.", hint=f"Run: medslake build instructions --task {task}")
    _, above = lake.leaving(clearance).split(rows)
    if above:
        raise AccessDenied(
            f"{task}: of its {rows.num_rows:,} rows from source {one['source']}, {by_class(above)} are above the clearance {clearance!r}.",
            hint="The document holds all rows of a task or none: give a higher --clearance if their licence allows it.",
        )
    return _written(lake, one, rows, Path(out))


def export_every_medsins(
    lake: Lake, out: str | Path, clearance: str = "public", *, split: str = "train", rendering: str = "paper"
) -> tuple[list[Path], dict[str, int]]:
    """The same of every task that has such rows; those with a row above `clearance` are left out whole. Paths; access class -> rows above.

    Raises DataCheckFailed when the lake has no such rows, AccessDenied when no task may leave.
    """
    where, rendered, leaving = _where(split), of_rendering(rendering), lake.leaving(clearance)
    files, left_out = [], Counter[str]()
    for task, one in _known(lake).items():
        rows = _rows(lake, where | {"task_id": task}, rendered)
        if rows is None or rows.num_rows == 0:
            continue
        _, above = leaving.split(rows)
        if above:
            left_out.update(above)
        else:
            files.append(_written(lake, one, rows, Path(out)))
    if not files and not left_out:
        raise DataCheckFailed(f"gold.instructions has no rows of split {split}.", hint="Run: medslake build instructions")
    if not files:
        raise AccessDenied(
            f"Every task has rows above the clearance {clearance!r}: {by_class(left_out)}.",
            hint="Give a higher --clearance if their licence allows it.",
        )
    return files, dict(left_out)


def _where(split: str) -> dict[str, str]:
    if split not in SPLITS:
        raise UsageError(f"No split is named {split!r}.", hint=f"Known: {', '.join(SPLITS)}.")
    return {} if split == "all" else {"split": split}


def _written(lake: Lake, task: dict[str, Any], rows: pa.Table, out: Path) -> Path:
    target = out / f"{task['task_id']}_{task['name']}.json"
    with replaced(target) as part, part.open("w", encoding="utf-8") as file:
        _write(file, _card(lake, task), _instances(rows))
    return target


def _rows(lake: Lake, where: dict[str, str], rendered: pc.Expression) -> pa.Table | None:
    if not lake.exists("gold.instructions"):
        return None
    columns = ["instance_id", "input", "output", "alternatives", "access", "source", "joined", "input_variant"]
    rows = lake.arrow.read("gold.instructions", columns=columns, where=where).sort_by("instance_id")
    return rows.filter(rendered).drop_columns(["input_variant"])


def _known(lake: Lake, task: str | None = None) -> dict[str, dict[str, Any]]:
    """Rows of gold.tasks by task; UnknownName where `task` is none of them."""
    rows = lake.arrow.read("gold.tasks").to_pylist() if lake.exists("gold.tasks") else []
    if not rows:
        raise UsageError(
            f"This lake has no tasks, so there are no rows{f' of {task}' if task else ''}.", hint="Run: medslake build instructions"
        )
    known = {row["task_id"]: row for row in rows}
    if task is not None and task not in known:
        raise UnknownName("task in gold.tasks", task, list(known))
    return known


def _card(lake: Lake, task: dict[str, Any]) -> dict[str, Any]:
    """The twelve keys before Instances; of those that the lake does not keep, an empty list."""
    sources = lake.arrow.read("ops.sources", where={"source": task["source"]}).to_pylist() if lake.exists("ops.sources") else []
    where = {"task_id": task["task_id"], "kind": "written", "language": task["definition_language"]}
    wordings = lake.arrow.read("gold.definitions", columns=["number", "text"], where=where).sort_by("number")
    values: tuple[list[str], ...] = (
        [],
        [source["title"] for source in sources] or [task["source"]],
        [url for source in sources for url in source["urls"]],
        [task["category"]],
        [],
        list(map(str, wordings["text"].to_pylist())),
        task["input_language"].split(", "),
        [task["output_language"]],
        [task["definition_language"]],
        [task["domain"]],
        [],
        [],
    )
    return dict(zip(KEYS[:-1], values, strict=True))


def _instances(rows: pa.Table) -> Iterator[dict[str, Any]]:
    for batch in rows.to_batches(max_chunksize=_CHUNK):
        for row in batch.to_pylist():
            others = [text for text in row["alternatives"] or [] if text != row["output"]]
            yield {"id": row["instance_id"], "input": row["input"], "output": [row["output"], *others]}


def _write(file: TextIO, card: dict[str, Any], instances: Iterator[dict[str, Any]]) -> None:
    """The text of `json.dump(..., indent=4, ensure_ascii=False)`, one instance in memory at a time."""
    head = json.dumps(card, ensure_ascii=False, indent=4)
    file.write(head.removesuffix("\n}"))
    file.write(',\n    "Instances": [')
    for number, instance in enumerate(instances):
        lines = json.dumps(instance, ensure_ascii=False, indent=4)
        file.write(",\n" if number else "\n")
        file.write("\n".join(" " * 8 + line for line in lines.split("\n")))
    file.write("\n    ]\n}\n")
