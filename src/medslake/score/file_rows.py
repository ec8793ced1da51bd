"""Rows of a file of answers, from whatever program, and the one table in which they are scored as those of a lake are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from medslake.bench.catalogue import Scoring, scoring_of
from medslake.metrics import Pair

__all__ = ["FileRow", "answered_document", "asked_table", "variant_of"]

_TEXTS = pa.list_(pa.string())
_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("row_id", "task_id", "task_group", "prompt", "input_variant", "language", "access", "input")),
        *((name, pa.string()) for name in ("reference", "prediction", "prediction_id")),
        *((name, _TEXTS) for name in ("alternatives", "choices", "names", "labels", "metrics")),
        *((name, pa.bool_()) for name in ("clean", "synthetic")),
    ]
)


@dataclass(frozen=True)
class FileRow:
    """One answer of a file. input_variant: paper, or strict where the input that was read leaves out what gives the label away."""

    task_id: str
    scoring: Scoring
    pair: Pair
    input_variant: str = "paper"


def answered_document(task_id: str, doc: Mapping[str, Any], reference: str, answer: str | None, variant: str = "paper") -> FileRow:
    """The row of a document that one of our exports wrote, or another program.

    doc: what stands in it counts (metrics, labels, language, choices, names, alternatives, input, input_variant); else what is known of the
    task. Raises UnknownName for a task without a metric.
    """
    scoring = _scoring(task_id, doc)
    pair = Pair(
        answer,
        reference,
        scoring.language,
        scoring.labels,
        alternatives=_texts(doc, "alternatives"),
        input=str(doc.get("input", doc.get("question", ""))),
        options=_texts(doc, "choices") if "task_id" in doc else (),
        names=_texts(doc, "names") if isinstance(doc.get("names"), list) else None,
    )
    return FileRow(task_id, scoring, pair, str(doc.get("input_variant", variant)))


def variant_of(name: str) -> str:
    """The input of a task as our exports name it: `task131_strict` reads the strict one."""
    return "strict" if name.endswith("_strict") else "paper"


def _texts(doc: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(map(str, doc.get(name) or ()))


def _scoring(task_id: str, doc: Mapping[str, Any]) -> Scoring:
    """As the document itself says, which ours do; else as is known of the task."""
    metrics, labels = (_texts(doc, name) for name in ("metrics", "labels"))
    known = Scoring(metrics) if metrics else scoring_of(task_id)
    language, group = (str(doc.get(name, other)) for name, other in (("language", known.language), ("task_group", known.group)))
    return Scoring(known.metrics, language, labels or known.labels, group)


def asked_table(rows: Sequence[FileRow]) -> pa.Table:
    """The rows as `answers.answered` gives those of a lake, all of them clean and public, in their order."""
    return pa.Table.from_pylist(list(_columns(rows)), schema=_SCHEMA)


def _columns(rows: Sequence[FileRow]) -> Iterable[dict[str, Any]]:
    for number, row in enumerate(rows):
        pair = row.pair
        yield {
            "row_id": str(number),
            "task_id": row.task_id,
            "task_group": row.scoring.group,
            "prompt": "paper",
            "input_variant": row.input_variant,
            "language": pair.language,
            "access": "public",
            "input": pair.input,
            "reference": pair.reference,
            "prediction": pair.prediction,
            "alternatives": list(pair.alternatives),
            "choices": list(pair.options),
            "names": None if pair.names is None else list(pair.names),
            "labels": list(pair.labels),
            "metrics": list(row.scoring.metrics),
            "clean": True,
            "synthetic": False,
        }
