"""Rows of gold.definitions, all with their verdict: a pure function of the registered tasks and of what was imported and rewritten."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import pyarrow as pa

from medslake.definitions.combine import combined
from medslake.definitions.gate import Gate, Verdict
from medslake.lake.provenance import code_digest
from medslake.lake.runs import Run
from medslake.lake.store import Store
from medslake.tasks.base import Definition, Task

__all__ = ["KINDS", "TABLE", "definition_id", "definition_rows", "standing", "write_definitions"]

TABLE = "gold.definitions"
#: In the order in which they pass the gate: of two near copies the first is accepted.
KINDS = ("written", "combined", "imported", "rewritten")
WRITER = "medslake authors"
_FOLDERS = ("medslake.definitions",)
_Row = dict[str, Any]


def definition_id(task_id: str, text: str) -> str:
    """Task id and the first 16 hex digits of the text's SHA-256: stable as long as the wording is."""
    return f"{task_id}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def definition_rows(tasks: Iterable[Task], others: Iterable[Mapping[str, Any]] = ()) -> list[_Row]:
    """Written and combined rows of the tasks, by task and number, and then these others, judged anew.

    Written ones in a language of the data go on with the numbers of the others, so that number 1 stays the first.

    others: rows of the kinds imported and rewritten; their verdicts may be missing or old.
    """
    found: list[_Row] = []
    gates: dict[str, Gate] = {}
    for task in tasks:
        rows, gates[task.id] = _own(_Whole(task))
        found += [dict(row) for row in rows]
    ordered = sorted(others, key=lambda row: (row["task_id"], KINDS.index(row["kind"]), row["number"], row["definition_id"]))
    return found + [_judged(row, gates.get(row["task_id"])) for row in ordered]


def standing(lake: Store, kinds: Sequence[str]) -> list[_Row]:
    """Rows of these kinds that the lake has."""
    if not lake.exists(TABLE):
        return []
    return list(lake.arrow.read(TABLE, where={"kind": list(kinds)}).to_pylist())


def write_definitions(
    run: Run, tasks: Sequence[Task], others: Sequence[Mapping[str, Any]], inputs: Mapping[str, Any] | None = None
) -> None:
    """Make gold.definitions hold the rows of these tasks and these others; they are made only where something of them has changed."""
    made: list[list[_Row]] = []

    def table() -> pa.Table:
        made.append(definition_rows(tasks, others))
        return pa.Table.from_pylist(made[0], schema=run.lake.spec(TABLE).arrow_schema())

    told = sorted([str(row[name]) for name in ("definition_id", "task_id", "kind", "text", "parent_text")] for row in others)
    state = run.fingerprint([_Whole(task).told for task in tasks], told, code_digest(__name__, _FOLDERS))
    run.write(TABLE, table, fingerprint=state, read=lambda: len(made[0]), inputs=inputs)


class _Whole:
    """A task as a key: equal to another with the same definitions, labels and phrases."""

    def __init__(self, task: Task) -> None:
        self.task = task
        texts = [[definition.style, definition.text] for definition in task.definitions]
        examples = [list(pair) for pair in task.example.instances]
        self.told: list[Any] = [task.id, task.category, task.definition_language, task.output_sql, task.choices_sql, texts]
        self.told += [list(task.labels or ()), {name: list(parts) for name, parts in task.phrases.items()}, examples]
        self.told += [[definition.language, definition.style, definition.text] for definition in task.native]
        self._key = json.dumps(self.told, ensure_ascii=False)

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Whole) and other._key == self._key


@cache
def _own_once(whole: _Whole) -> tuple[list[_Row], Gate]:
    task, gate = whole.task, Gate(whole.task)
    rows = []
    for number, definition in enumerate((*task.definitions, *task.native), start=1):
        rows.append(_row(task, definition, "written", number, gate))
    # Texts that `combined` gives have passed the gate and stand on its shelf.
    for number, definition in enumerate(combined(task, gate.keeps, gate.shelf), start=1):
        rows.append(_row(task, definition, "combined", number, None))
    return rows, gate


def _own(whole: _Whole) -> tuple[list[_Row], Gate]:
    rows, gate = _own_once(whole)
    # What is judged later must not stay on the shelf of the next call.
    return rows, gate.copy()


def _row(task: Task, definition: Definition, kind: str, number: int, gate: Gate | None) -> _Row:
    name = definition_id(task.id, definition.text)
    row = {
        "definition_id": name,
        "task_id": task.id,
        "text": definition.text,
        "language": definition.language or task.definition_language,
        "kind": kind,
        "style": definition.style,
        "parent": None,
        "parent_text": None,
        "writer": WRITER,
        "number": number,
        "prompt": None,
        "seed": None,
        "made_by": None,
    }
    return _judged(row, gate) if gate else row | _verdict(Verdict(), labels_kept=True)


def _judged(row: Mapping[str, Any], gate: Gate | None) -> _Row:
    """The row with its verdict; without a gate nobody knows its task."""
    if gate is None:
        return dict(row) | _verdict(Verdict(("task",)), labels_kept=False)
    verdict = gate.judge(row["definition_id"], row["text"], row["parent_text"], row["language"])
    said = " ".join(row["text"].split()).lower()
    return dict(row) | _verdict(verdict, labels_kept=all(label.lower() in said for label in gate.contract.labels))


def _verdict(verdict: Verdict, *, labels_kept: bool) -> _Row:
    return {"accepted": verdict.accepted, "faults": list(verdict.faults), "detail": verdict.detail, "labels_kept": labels_kept}
