"""Sample logs of lm-evaluation-harness (`lm_eval --log_samples`): JSON lines, one file `samples_<task>_<time>.jsonl` for each task.

The layout is that of `lm_eval/evaluator.py` (0.4): `doc` is the task's row, `filtered_resps` holds the answer, or one log-likelihood for
each option of a multiple-choice request, whose texts stand in `arguments`. The files of one run lie in one folder, named by the model, and
bear one time.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from medslake.errors import UsageError
from medslake.score.file_rows import FileRow, answered_document, variant_of

__all__ = ["PATTERN", "read_samples", "run_of", "task_of"]

#: Names of such logs.
PATTERN = "samples_*.jsonl"
#: Tasks of the harness that ask the same questions.
_KNOWN = {"medmcqa": "task122", "medqa_4options": "task57", "pubmedqa": "task123"}
_OURS = re.compile(r"(?:^|_)(task\d+)(?:_|$)")


def run_of(path: Path) -> str:
    """What all logs of the run have in common: their folder and time, as a pattern of their paths."""
    return str(path.with_name(f"samples_*_{_time(path)}.jsonl"))


def task_of(name: str) -> str:
    """Our task behind the name of an exported task, or of one that asks the same; else the name."""
    ours = _OURS.search(name)
    return ours.group(1) if ours else _KNOWN.get(name, name)


def read_samples(path: Path) -> Iterator[tuple[str | None, FileRow]]:
    """Document and row of each sample, in order; a document that several filters answer counts with the first.

    Document: its number, which the harness gives it, or None. Raises UsageError that names file and line for what is no sample log,
    UnknownName for a task without a metric.
    """
    first: str | None = None
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                sample = json.loads(line)
                answers, doc = sample["filtered_resps"], sample["doc"]
                first = sample.get("filter") if first is None else first
                row = _row(path, sample, doc, answers) if sample.get("filter") == first else None
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                what = f"lacks {error}" if isinstance(error, KeyError) else f"{type(error).__name__}"
                wanted = "Wanted: a samples_*.jsonl of lm_eval --log_samples."
                raise UsageError(f"{path}, line {number}, is no sample of lm-eval ({what}).", hint=wanted) from error
            if row is not None:
                yield (None if sample.get("doc_id") is None else str(sample["doc_id"])), row


def _time(path: Path) -> str:
    return path.stem.removeprefix("samples_").rpartition("_")[2]


def _row(path: Path, sample: Mapping[str, Any], doc: Mapping[str, Any], answers: Sequence[Any]) -> FileRow:
    name = path.stem.removeprefix("samples_").rpartition("_")[0] or path.stem.removeprefix("samples_")
    options = _continuations(sample.get("arguments"))
    reference = str(doc.get("reference", sample.get("target", "")))
    if "reference" not in doc and len(options) > 1 and reference.isdigit() and int(reference) < len(options):
        reference = options[int(reference)]
    task_id = str(doc["task_id"]) if "task_id" in doc else task_of(name)
    return answered_document(task_id, doc, reference, _answer(answers, options), variant_of(name))


def _continuations(arguments: Any) -> list[str]:
    """Second argument of each request: the option's text where options are ranked."""
    requests = list(arguments.values()) if isinstance(arguments, dict) else arguments or []
    texts = []
    for request in requests:
        parts = list(request.values()) if isinstance(request, dict) else request
        if len(parts) > 1 and isinstance(parts[1], str):
            texts.append(parts[1].strip())
    return texts


def _answer(answers: Sequence[Any], options: Sequence[str]) -> str | None:
    """The text, or the option with the highest log-likelihood; None where there is no answer, or a log-likelihood is no number."""
    if not answers:
        return None
    first = answers[0]
    if isinstance(first, str):
        return first
    if options and len(options) == len(answers):
        scores = [float(one[0]) if isinstance(one, list) else float(one) for one in answers]
        # Which is the highest, nobody can say then: every comparison with it is false.
        return None if any(map(math.isnan, scores)) else options[scores.index(max(scores))]
    return first[0] if isinstance(first, list) and first and isinstance(first[0], str) else None
