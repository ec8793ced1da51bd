"""Sample logs of lm-evaluation-harness (`lm_eval --log_samples`): JSON lines, one file `samples_<task>_<time>.jsonl` for each task.

The layout is that of `lm_eval/evaluator.py` (0.4): `doc` is the task's row, `filtered_resps` holds the answer, or one log-likelihood for
each option of a multiple-choice request, whose texts stand in `arguments`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from medslake.bench.catalogue import Scoring, scoring_of
from medslake.errors import UsageError
from medslake.metrics import Pair

__all__ = ["read_samples", "sample_files"]

#: Tasks of the harness that ask the same questions.
_KNOWN = {"medmcqa": "task122", "medqa_4options": "task57", "pubmedqa": "task123"}
_OURS = re.compile(r"(?:^|_)(task\d+)(?:_|$)")


def sample_files(path: Path) -> list[Path]:
    """The logs that a path names: a file, or every `samples_*.jsonl` below a folder; [] for anything else."""
    if path.is_dir():
        return sorted(path.rglob("samples_*.jsonl"))
    return [path] if path.suffix == ".jsonl" and path.is_file() else []


def read_samples(path: Path) -> Iterator[tuple[str, Scoring, Pair]]:
    """Task id, how it is scored, and pair of each document, in order; a document that several filters answer counts with the first.

    Raises UsageError that names file and line for what is no sample log, UnknownName for a task without a metric.
    """
    first: str | None = None
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                sample = json.loads(line)
                answers, doc = sample["filtered_resps"], sample["doc"]
            except (ValueError, KeyError, TypeError) as error:
                wanted = "Wanted: a samples_*.jsonl of lm_eval --log_samples."
                raise UsageError(f"{path}, line {number}, is no sample of lm-eval ({error}).", hint=wanted) from error
            first = sample.get("filter") if first is None else first
            if sample.get("filter") == first:
                yield _pair(path, sample, doc, answers)


def _pair(path: Path, sample: Mapping[str, Any], doc: Mapping[str, Any], answers: Sequence[Any]) -> tuple[str, Scoring, Pair]:
    task_id = str(doc["task_id"]) if "task_id" in doc else _task_of(path)
    scoring = _scoring(task_id, doc)
    options = _continuations(sample.get("arguments"))
    reference = str(doc.get("reference", sample.get("target", "")))
    if "reference" not in doc and len(options) > 1 and reference.isdigit() and int(reference) < len(options):
        reference = options[int(reference)]
    others = tuple(map(str, doc.get("alternatives") or ()))
    asked = str(doc.get("input", doc.get("question", "")))
    return task_id, scoring, Pair(_answer(answers, options), reference, scoring.language, scoring.labels, others, asked)


def _scoring(task_id: str, doc: Mapping[str, Any]) -> Scoring:
    """As the document itself says, which ours do; else as is known of the task."""
    metrics, labels = (tuple(map(str, doc.get(name) or ())) for name in ("metrics", "labels"))
    known = Scoring(metrics) if metrics else scoring_of(task_id)
    return Scoring(known.metrics, str(doc.get("language", known.language)), labels or known.labels)


def _task_of(path: Path) -> str:
    name = path.stem.removeprefix("samples_").rsplit("_", 1)[0]
    ours = _OURS.search(name)
    return ours.group(1) if ours else _KNOWN.get(name, name)


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
    """The text, or the option with the highest log-likelihood; None where there is no answer."""
    if not answers:
        return None
    first = answers[0]
    if isinstance(first, str):
        return first
    if options and len(options) == len(answers):
        scores = [float(one[0]) if isinstance(one, list) else float(one) for one in answers]
        return options[scores.index(max(scores))]
    return str(first[0]) if isinstance(first, list) and first else None
