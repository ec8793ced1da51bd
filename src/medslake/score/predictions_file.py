"""Scores of a predictions file without a lake: the authors' CSV (task_id, input, GT, output), or sample logs of lm-eval."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from medslake import registry
from medslake.errors import UsageError
from medslake.metrics.base import Pair
from medslake.score.catalogue import Rule, rule_of
from medslake.score.lm_eval_samples import read_samples, sample_files

__all__ = ["VARIANTS", "read_pairs", "score_predictions"]

VARIANTS = ("paper", "strict")
COLUMNS = ("task_id", "input", "GT", "output")
#: The released scripts of these metrics turn every cell into text first, so that an empty one reads "nan".
_STRINGIFIED = {"hoc", "information_extraction", "mcqa", "outcome_prediction"}


def score_predictions(path: str | Path, variant: str = "both") -> dict[str, dict[str, dict[str, float]]]:
    """`{task_id: {metric: {variant: percentage}}}`, unrounded, tasks in the file's order. variant: paper, strict or both.

    path: a CSV file, a `samples_*.jsonl` of lm-eval, or a folder of these. Of a CSV file paper reads the cells as the released scorer
    does (pandas: an empty cell or `NA` is no text); strict reads them as written, an empty cell being an empty answer.
    Raises UsageError for another variant or a file of another form, UnknownName for a task without a metric.
    """
    if variant not in (*VARIANTS, "both"):
        raise UsageError(f"Variant {variant!r} is not known; use paper, strict or both.")
    found: dict[str, dict[str, dict[str, float]]] = {}
    for name in VARIANTS if variant == "both" else (variant,):
        for task_id, pairs in read_pairs(Path(path), name).items():
            rule = rule_of(task_id)
            metric = registry.get("metric", rule.metric)
            scored = metric.paper(pairs) if name == "paper" else metric.strict(pairs)
            for measure, value in scored.values.items():
                found.setdefault(task_id, {}).setdefault(measure, {})[name] = value
    return found


def read_pairs(path: Path, variant: str) -> dict[str, list[Pair]]:
    """Pairs of each task, in the order of the file. variant: paper or strict, which read empty cells differently."""
    groups: dict[str, list[Pair]] = {}
    logs = sample_files(path)
    if logs:
        for task_id, pair in itertools.chain.from_iterable(map(read_samples, logs)):
            groups.setdefault(task_id, []).append(pair)
        return groups
    frame = _read(path, as_published=variant == "paper")
    rules: dict[str, Rule] = {}
    columns = [frame[name].tolist() for name in COLUMNS]
    for cells in zip(*columns, strict=True):
        task_id = str(cells[0])
        rule = rules.setdefault(task_id, rule_of(task_id))
        groups.setdefault(task_id, []).append(_published_pair(cells, rule) if variant == "paper" else _pair(cells, rule))
    return groups


def _read(path: Path, *, as_published: bool) -> Any:
    import pandas as pd

    if not path.is_file():
        hint = "A folder is searched for samples_*.jsonl of lm-eval." if path.is_dir() else None
        raise UsageError(f"There is no predictions file {path}.", hint=hint)
    try:
        frame = pd.read_csv(path) if as_published else pd.read_csv(path, dtype=str, keep_default_na=False, na_filter=False)
    except (ValueError, pd.errors.ParserError) as error:
        reason = str(error).splitlines()[0]
        raise UsageError(f"{path} cannot be read as CSV in UTF-8: {reason}.", hint=f"Wanted: a header {','.join(COLUMNS)}.") from error
    lacking = [name for name in COLUMNS if name not in frame.columns]
    if lacking:
        raise UsageError(f"{path} has no column {', '.join(lacking)}.", hint=f"Wanted: a header {','.join(COLUMNS)}.")
    return frame


def _pair(cells: Sequence[Any], rule: Rule) -> Pair:
    task_id, text, gold, output = cells
    return Pair(output, gold, task_id, rule.language, rule.labels, input=text)


def _published_pair(cells: Sequence[Any], rule: Rule) -> Pair:
    """Cells as the released scripts see them: text where they ask for text, `str()` where they do not."""
    task_id, _, gold, output = cells
    if rule.metric in _STRINGIFIED or task_id == "task41":
        return Pair(str(output), str(gold), task_id, rule.language)
    return Pair(output if isinstance(output, str) else None, gold if isinstance(gold, str) else "", task_id, rule.language)
