"""Trainings side by side: loss by step, held-out loss by step and domain."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from medslake.report.asking import Ask
from medslake.report.pictures import Curve, Plot, plot

__all__ = ["Held", "Training", "Trainings", "trainings"]


@dataclass(frozen=True)
class Held:
    """Held-out loss of one domain before the first and after the last step; domain "all": the mean over all supervised tokens."""

    domain: str
    first: float
    last: float
    instances: int


@dataclass(frozen=True)
class Training:
    """One training. first, last: rows of ops.training_steps. held: all first, then by domain; empty without evaluations."""

    name: str
    colour: int
    steps: int
    first: dict[str, Any]
    last: dict[str, Any]
    held: list[Held]


@dataclass(frozen=True)
class Trainings:
    runs: list[Training]
    plot: Plot | None
    held: bool


def trainings(ask: Ask) -> Trainings:
    """All trainings by id."""
    steps: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for r in ask(
        "ops.training_steps",
        "select training_id, recipe, step, loss, lr, grad_norm, fill, useful_tokens_per_second"
        " from ops.training_steps order by training_id, step",
    ):
        steps[r["training_id"]].append(r)
    held: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for r in ask(
        "ops.training_evaluations",
        "select training_id, step, domain, loss, tokens, instances from ops.training_evaluations order by training_id, step, domain",
    ):
        held[r["training_id"]].append(r)
    runs, curves = [], []
    for colour, (training, rows) in enumerate(steps.items()):
        name = f"{rows[0]['recipe']} ({training[:8]})"
        curves.append(Curve(f"{name}, training", [(r["step"] + 1, r["loss"]) for r in rows], colour=colour))
        if whole := _means(held[training]):
            curves.append(Curve(f"{name}, held out", list(whole.items()), held=True, colour=colour))
        runs.append(Training(name, colour, len(rows), rows[0], rows[-1], _held(held[training], whole)))
    return Trainings(runs, plot(curves), any(run.held for run in runs))


def _means(rows: list[dict[str, Any]]) -> dict[int, float]:
    """step -> mean loss over the supervised tokens of all domains."""
    sums: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for r in rows:
        sums[r["step"]][0] += r["loss"] * r["tokens"]
        sums[r["step"]][1] += r["tokens"]
    return {step: loss / tokens for step, (loss, tokens) in sorted(sums.items()) if tokens}


def _held(rows: list[dict[str, Any]], whole: dict[int, float]) -> list[Held]:
    if not whole:
        return []
    by_domain: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for r in rows:
        by_domain[r["domain"]].append(r)
    steps = list(whole)
    told = [Held(domain, own[0]["loss"], own[-1]["loss"], own[0]["instances"]) for domain, own in sorted(by_domain.items())]
    return [Held("all", whole[steps[0]], whole[steps[-1]], sum(one.instances for one in told)), *told]
