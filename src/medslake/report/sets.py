"""Sets of answers under names that tell them apart."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from medslake.score.baselines import BASELINES

__all__ = ["MAIN", "AnswerSet", "answer_sets", "main_metric"]

#: Which metric stands for a task or group where one number has to: the first that it has, by variant.
MAIN = {"paper": ("accuracy", "f1", "rouge"), "strict": ("accuracy", "f1", "rougeL")}


@dataclass(frozen=True)
class AnswerSet:
    """name: the model, with what differs between its sets. key: (model, run_set, prompt), as in gold.scores."""

    name: str
    key: tuple[str, str, str]

    @property
    def baseline(self) -> bool:
        return self.key[0] in BASELINES


def main_metric(metrics: Sequence[str], variant: str) -> str | None:
    return next((metric for metric in MAIN[variant] if metric in metrics), None)


def answer_sets(scores: Sequence[dict[str, Any]]) -> list[AnswerSet]:
    """The sets of these rows of gold.scores: models by name, then the baselines.

    A model with several sets is followed by its prompt and the settings in which they differ, else by the start of the set's digest.
    """
    settings = {(r["model"], r["run_set"], r["prompt"]): _flat(r["settings"]) for r in scores}
    sets = []
    for key in sorted(settings, key=lambda k: (k[0] in BASELINES, k)):
        siblings = [other for other in settings if other[0] == key[0]]
        parts = [key[2]] if len({other[2] for other in siblings}) > 1 else []
        same_prompt = [other for other in siblings if other[2] == key[2]]
        if len(same_prompt) > 1:
            names = sorted({name for other in same_prompt for name in settings[other]})
            differing = [n for n in names if len({settings[other].get(n) for other in same_prompt}) > 1]
            mine = [f"{name} {settings[key].get(name)}" for name in differing]
            alike = sum(settings[other] == settings[key] for other in same_prompt) > 1
            parts += [*mine, *([_which(key)] if alike else [])]
        sets.append(AnswerSet(", ".join([key[0], *parts]), key))
    return sets


def _which(key: tuple[str, str, str]) -> str:
    """What tells sets with equal settings apart: of a baseline the version of the benchmark, else the start of the digest."""
    version = key[1].rpartition("@")[2]
    return f"benchmark {version}" if key[0] in BASELINES else version[:8]


def _flat(settings: str) -> dict[str, str]:
    return {name: str(value) for name, value in json.loads(settings).items()}
