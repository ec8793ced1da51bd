"""Sets on which a number says little: known facts of the published benchmark, and what this lake's own rows show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from medslake.report.sets import AnswerSet, main_metric
from medslake.score.baselines import MAJORITY

__all__ = ["KNOWN", "at_baseline", "flags"]

#: Of the published sets, whatever the lake holds.
KNOWN = {
    "task12": "The published set has one reference label only; an answer that always says it is right throughout.",
    "task118": "Published scores of the return within 72 hours lie at chance (52.73 of two nearly equal classes).",
    "task131": "The published input has columns that give the label away. paper scores it as published, strict without these columns.",
}


def at_baseline(scores: Sequence[dict[str, Any]]) -> dict[str, float]:
    """score_id -> majority baseline, for scores of closed tasks whose 95 % interval reaches it or lies below.

    scores: rows of level task; compared are equal task, prompt, variant, metric and benchmark version.
    """

    def place(r: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple(r[k] for k in ("task_id", "prompt", "variant", "metric", "benchmark_version"))

    bars = {place(r): r["value"] for r in scores if r["model"] == MAJORITY and r["value"] is not None}
    return {
        r["score_id"]: bars[place(r)]
        for r in scores
        if r["engine"] != "baseline" and place(r) in bars and r["ci_low"] is not None and r["ci_low"] <= bars[place(r)]
    }


def flags(
    task_id: str,
    scores: Sequence[dict[str, Any]],
    labels: Sequence[tuple[int, int]],
    sets: Sequence[AnswerSet],
    reached: Mapping[str, float],
) -> list[str]:
    """Sentences about a task. scores: its rows of level task. labels: (rows, different references) of each prompt and input."""
    sentences = [KNOWN[task_id]] if task_id in KNOWN else []
    single = [rows for rows, different in labels if different == 1 and rows > 1]
    if single:
        sentences.append(f"All {max(single):,} references here are the same text.")
    metric = main_metric([r["metric"] for r in scores], "strict")
    names = {s.key: s.name for s in sets}
    beaten: dict[float, list[str]] = defaultdict(list)
    for r in scores:
        if r["variant"] == "strict" and r["metric"] == metric and r["score_id"] in reached:
            beaten[reached[r["score_id"]]].append(names[r["model"], r["run_set"], r["prompt"]])
    for bar, models in sorted(beaten.items()):
        sentences.append(f"Not above always giving the most frequent answer ({bar:.1f}): {', '.join(models)} (95 % interval, strict).")
    return sentences
