"""What knows no medicine scores: always the most frequent answer, and one drawn at random. For closed tasks alone."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from medslake.metrics import after_lead, letters
from medslake.score.answers import column, parts

__all__ = ["BASELINES", "CLOSED", "baseline_answers", "has_closed_tasks"]

MAJORITY, RANDOM = "baseline:majority", "baseline:random"
#: Names under which they stand in gold.scores.
BASELINES = (MAJORITY, RANDOM)
SEED = 2025
#: Columns of gold.benchmark that tell closed tasks from open ones.
CLOSED = ("task_id", "labels", "metrics")


def has_closed_tasks(benchmark: pa.Table) -> bool:
    return any(_closed(rows) for rows in parts(benchmark, "task_id"))


def baseline_answers(benchmark: pa.Table, model: str) -> pa.Table:
    """Rows of closed tasks with the baseline's `prediction`, beside `row_id` and a null `prediction_id`.

    majority: the most frequent reference of the task's rows; of lettered options the most frequent letter, as their texts differ.
    random: one of the row's own choices where one of them is the answer, else of the task's labels, else of its references; drawn by a
    hash of seed and row id.
    """
    tables = [_answers(rows, model) for rows in parts(benchmark, "prompt", "task_id", "input_variant") if _closed(rows)]
    schema = pa.schema([("row_id", pa.string()), ("prediction", pa.string()), ("prediction_id", pa.string())])
    return pa.concat_tables([schema.empty_table(), *(table.cast(schema) for table in tables)])


def _closed(rows: pa.Table) -> bool:
    return _lettered(rows) or bool(pc.max(pc.list_value_length(rows["labels"])).as_py())


def _lettered(rows: pa.Table) -> bool:
    """Multiple choice by letters: the references open with one, and no label set is stated."""
    first: Mapping[str, Any] = rows.slice(0, 1).to_pylist()[0]
    return not first["labels"] and "mcqa" in first["metrics"]


def _answers(rows: pa.Table, model: str) -> pa.Table:
    references = column(rows, "reference")
    keys = ["".join(sorted(letters(text))) or text for text in references] if _lettered(rows) else references
    counts = Counter(keys)
    if model == MAJORITY:
        # Of equally frequent ones the first in the alphabet.
        chosen = [min(counts, key=lambda key: (-counts[key], key))] * len(keys)
    else:
        common = _candidates(rows, keys)
        own = zip(column(rows, "row_id"), column(rows, "choices"), references, strict=True)
        chosen = [_drawn(row_id, mine if mine and right in mine else common) for row_id, mine, right in own]
    nothing = pa.nulls(rows.num_rows, pa.string())
    return pa.Table.from_arrays(
        [rows["row_id"].combine_chunks(), pa.array(chosen, pa.string()), nothing], names=["row_id", "prediction", "prediction_id"]
    )


def _candidates(rows: pa.Table, keys: Sequence[str]) -> list[str]:
    """The labels, where each reference states exactly one of them; else the answers that occur."""
    labels = sorted({label for row in column(rows, "labels") for label in row or ()})
    stated = {after_lead(label) for label in labels}
    if labels and all(after_lead(key) in stated for key in keys):
        return labels
    return sorted(set(keys))


def _drawn(row_id: str, candidates: Sequence[str]) -> str:
    digest = hashlib.md5(f"{SEED}\n{row_id}".encode(), usedforsecurity=False).digest()
    return candidates[int.from_bytes(digest[:8], "big") % len(candidates)]
