"""What knows no medicine scores: the most frequent answer, a random one, all labels; of open tasks how the input begins."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from medslake.metrics import after_lead, letters
from medslake.score.answers import column, parts

__all__ = ["ASKED", "BASELINES", "baseline_answers", "baselines_of"]

MAJORITY, RANDOM, LABELS, LEAD = "baseline:majority", "baseline:random", "baseline:labels", "baseline:lead"
#: Names under which they stand in gold.scores.
BASELINES = (MAJORITY, RANDOM, LABELS, LEAD)
SEED = 2025
#: Columns of gold.benchmark that tell which baselines a task has.
ASKED = ("task_id", "labels", "metrics")
#: Sentences that `lead` copies: LEAD-3, as summaries are compared with.
LEAD_SENTENCES = 3
#: A sentence ends with its mark, before white space where the script puts some, or with its line.
_END = re.compile(r"(?<=[.!?])\s+|(?<=[\u3002\uff01\uff1f])\s*|\s*\n\s*")


def baselines_of(benchmark: pa.Table) -> tuple[str, ...]:
    """The baselines that some task of these rows has, in the order of BASELINES; each task has at least one."""
    found = {name for rows in parts(benchmark, "task_id") for name in BASELINES if _has(rows, name)}
    return tuple(name for name in BASELINES if name in found)


def baseline_answers(benchmark: pa.Table, model: str) -> pa.Table:
    """Rows of the tasks that have the baseline, with its `prediction`, beside `row_id` and a null `prediction_id`.

    majority: the most frequent reference of the task's rows; of lettered options the most frequent letter, as their texts differ.
    random: one of the row's own choices where one of them is the answer, else of the task's labels, else of its references; drawn by a
    hash of seed and row id. labels: all labels of the task, where it has a closed set. lead: the first sentences of the input, for open
    tasks.
    """
    tables = [_answers(rows, model) for rows in parts(benchmark, "prompt", "task_id", "input_variant") if _has(rows, model)]
    schema = pa.schema([("row_id", pa.string()), ("prediction", pa.string()), ("prediction_id", pa.string())])
    return pa.concat_tables([schema.empty_table(), *(table.cast(schema) for table in tables)])


def _has(rows: pa.Table, model: str) -> bool:
    """Of one task: an open one has what begins its input, a closed one the others."""
    listed = bool(pc.max(pc.list_value_length(rows["labels"])).as_py())
    if model == LABELS:
        return listed
    return (listed or _lettered(rows)) == (model != LEAD)


def _lettered(rows: pa.Table) -> bool:
    """Multiple choice by letters: the references open with one, and no label set is stated."""
    first: Mapping[str, Any] = rows.slice(0, 1).to_pylist()[0]
    return not first["labels"] and "mcqa" in first["metrics"]


def _answers(rows: pa.Table, model: str) -> pa.Table:
    chosen: Sequence[str]
    if model == LEAD:
        chosen = [_lead(text) for text in column(rows, "input")]
    elif model == LABELS:
        chosen = [", ".join(_labels(rows))] * rows.num_rows
    else:
        chosen = _chosen(rows, model)
    nothing = pa.nulls(rows.num_rows, pa.string())
    return pa.Table.from_arrays(
        [rows["row_id"].combine_chunks(), pa.array(chosen, pa.string()), nothing], names=["row_id", "prediction", "prediction_id"]
    )


def _lead(text: str) -> str:
    """The first sentences of a text."""
    sentences = [part.strip() for part in _END.split(text)]
    return " ".join([part for part in sentences if part][:LEAD_SENTENCES])


def _chosen(rows: pa.Table, model: str) -> list[str]:
    references = column(rows, "reference")
    keys = ["".join(sorted(letters(text))) or text for text in references] if _lettered(rows) else references
    if model == MAJORITY:
        counts = Counter(keys)
        # Of equally frequent ones the first in the alphabet.
        return [min(counts, key=lambda key: (-counts[key], key))] * len(keys)
    common = _candidates(rows, keys)
    own = zip(column(rows, "row_id"), column(rows, "choices"), references, strict=True)
    return [_drawn(row_id, mine if mine and right in mine else common) for row_id, mine, right in own]


def _labels(rows: pa.Table) -> list[str]:
    return sorted({label for row in column(rows, "labels") for label in row or ()})


def _candidates(rows: pa.Table, keys: Sequence[str]) -> list[str]:
    """The labels, where each reference states exactly one of them; else the answers that occur."""
    labels = _labels(rows)
    stated = {after_lead(label) for label in labels}
    if labels and all(after_lead(key) in stated for key in keys):
        return labels
    return sorted(set(keys))


def _drawn(row_id: str, candidates: Sequence[str]) -> str:
    digest = hashlib.md5(f"{SEED}\n{row_id}".encode(), usedforsecurity=False).digest()
    return candidates[int.from_bytes(digest[:8], "big") % len(candidates)]
