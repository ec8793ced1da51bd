"""The noun Recipe: everything that determines a training run, apart from the data."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from medslake.errors import UsageError

__all__ = ["COLLECTIONS", "DATA_FIELDS", "EXECUTION_FIELDS", "Recipe", "by_task", "digest"]


#: What stands in `tasks` for the trained tasks of MedS-Ins, or for those beyond it, as `gold.tasks.collection` names them.
COLLECTIONS = ("paper", "medslake")


def _set(default: Any, about: str) -> Any:
    """A field that `--set` takes, with what `medslake list recipes` says of it."""
    return dataclasses.field(default=default, metadata={"about": about})


@dataclass(frozen=True)
class Recipe:
    """A frozen run configuration. about: one line for `medslake list`. Every other field says what it is.

    UsageError for values that are out of their range.
    """

    name: str
    about: str
    model: str = _set(dataclasses.MISSING, "tiny, smollm2-135m, or a folder with config.json, safetensors and a fast tokenizer.")
    length: int = _set(2048, "Tokens per packed row.")
    batch: int = _set(128, "Instances per optimiser step on average; rows per step follow from the plan's fill.")
    epochs: int = _set(5, "Passes over the instances; the plan holds them all, each with its own definitions and order.")
    seed: int = _set(42, "Seed of every draw.")
    tasks: tuple[str, ...] = _set(
        (), "Ids of tasks to train on; paper or medslake = the trained ones of that collection; empty = all trained ones."
    )
    limit: int | None = _set(None, "A seeded sample of that many instances; none = all.")
    cut: str = _set("left", "The side of the input that gives way when an instance exceeds `length`; definition and output are never cut.")
    few_shot: float = _set(0.0, "Share of the instances that are shown with shots, drawn anew in every epoch.")
    shots: int = _set(3, "Shots of such an instance: 1 to that many.")
    definitions: str = _set(
        "table", "table (epoch 0 as gold.instructions says, later ones drawn), drawn (epoch 0 too) or fixed (never drawn)."
    )
    rendering: str = _set("strict", "strict (corrected inputs and outputs where they differ from the published ones) or paper (those).")
    definition_kinds: tuple[str, ...] = _set(
        ("written",), "Kinds that are drawn among, of those that passed the gate: written, combined, imported, rewritten."
    )
    definition_languages: tuple[str, ...] = _set(
        ("task",),
        "Languages that are drawn among: task (that of the task's definitions), data (that of the data, where there are wordings in it).",
    )
    template_date: str = _set("2024-07-26", "Day, as YYYY-MM-DD, that a chat template writes where it would write today's.")
    cap: int | None = _set(None, "At most that many instances of a task; none = all.")
    caps: tuple[str, ...] = _set((), "The same for single tasks, such as `task130:50000`; they outrank cap.")
    weights: tuple[str, ...] = _set(
        (), "How often an epoch sees a task, as `task12:2,task106:0.5`: whole parts repeat, fractions are samples."
    )
    lr: float = _set(1e-5, "Peak of the learning rate.")
    schedule: str = _set("cosine", "Learning rate after the warm-up: cosine, linear or constant.")
    warmup: float = _set(0.03, "Share of the steps over which the learning rate rises.")
    weight_decay: float = _set(0.0, "Weight decay of matrices; norms and biases have none.")
    beta1: float = _set(0.9, "Of AdamW.")
    beta2: float = _set(0.999, "Of AdamW.")
    eps: float = _set(1e-8, "Of AdamW.")
    clip: float = _set(1.0, "Limit of the global gradient norm.")
    steps: int | None = _set(None, "Optimiser steps; none = the whole plan once. More than the plan has begin it anew.")
    precision: str = _set("bf16", "bf16 (where the device has it, else fp32) or fp32.")
    checkpointing: bool = _set(True, "Recompute the activations of each decoder layer.")
    micro_rows: int = _set(1, "Rows per device and forward pass.")
    workers: int | None = _set(None, "Training processes; none = one per device (CPU: 2).")
    checkpoint_every: int = _set(500, "Steps between two checkpoints.")
    keep: int = _set(2, "Newest checkpoints that stay.")
    keep_best: int = _set(1, "Checkpoints with the lowest evaluation loss that stay besides.")
    async_checkpoints: bool = _set(True, "Write checkpoints in the background.")
    failures: int = _set(3, "Worker losses survived before the run stops.")
    optimizer: str = _set("fused", "How AdamW's kernels run: fused (one pass over the memory) or foreach.")
    compile: bool = _set(False, "Compile each decoder layer (torch.compile).")
    lora_rank: int = _set(0, "Rank of low-rank adapters, which alone are trained; 0 = the whole model is.")
    lora_alpha: float = _set(32.0, "The adapters' weight is alpha / rank.")
    lora_dropout: float = _set(0.0, "Dropout of the adapters' input.")
    lora_targets: tuple[str, ...] = _set((), "Linear modules of a layer that get an adapter; empty = all.")
    holdout: int = _set(0, "Instances of each domain kept out of the training for the evaluation loss, a tenth of the domain's at most.")
    eval_every: int = _set(500, "Steps between two evaluations, where instances are held out.")

    def __post_init__(self) -> None:
        for field, allowed in _CHOICES.items():
            if getattr(self, field) not in allowed:
                raise UsageError(f"Recipe field {field} is {getattr(self, field)!r}; it must be one of {', '.join(allowed)}.")
        for field in _POSITIVE:
            value = getattr(self, field)
            if value is not None and value <= 0:
                raise UsageError(f"Recipe field {field} is {value}; it must be above 0.")
        for field in ("weight_decay", "warmup", "failures", "keep_best", "lora_rank", "holdout"):
            if getattr(self, field) < 0:
                raise UsageError(f"Recipe field {field} is {getattr(self, field)}; it must not be negative.")
        if not 0 <= self.lora_dropout < 1:
            raise UsageError(f"Recipe field lora_dropout is {self.lora_dropout}; it must be from 0 to below 1.")
        if not 0 <= self.few_shot <= 1:
            raise UsageError(f"Recipe field few_shot is {self.few_shot}; it is a share between 0 and 1.")
        if unknown := set(self.definition_kinds) - {"written", "combined", "imported", "rewritten"}:
            raise UsageError(f"Recipe field definition_kinds names {', '.join(sorted(unknown))}, which is no kind of definition.")
        if not self.definition_kinds:
            raise UsageError("Recipe field definition_kinds names no kind.")
        if unknown := set(self.definition_languages) - {"task", "data"}:
            raise UsageError(f"Recipe field definition_languages names {', '.join(sorted(unknown))}; it takes task, data or both.")
        if not self.definition_languages:
            raise UsageError("Recipe field definition_languages names none; it takes task, data or both.")
        if "data" in self.definition_languages and self.definitions == "fixed":
            raise UsageError(
                "Recipe field definition_languages is to draw among wordings in data's language, but definitions=fixed draws none."
            )
        for task, most in by_task("caps", self.caps).items():
            if most < 1 or most % 1:
                raise UsageError(f"Recipe field caps gives {task} {most:g} instances; it takes whole numbers above 0.")
        by_task("weights", self.weights)

    def faults(self) -> Iterable[str]:
        """What is wrong with the declaration in itself, in sentences."""
        if not self.about.strip():
            yield "It does not say what it is about."

    def settings(self) -> dict[str, Any]:
        """Every field but `about`, as it is recorded with a run."""
        return {name: value for name, value in dataclasses.asdict(self).items() if name != "about"}


_CHOICES = {
    "schedule": ("cosine", "linear", "constant"),
    "precision": ("bf16", "fp32"),
    "cut": ("left", "right"),
    "optimizer": ("fused", "foreach"),
    "definitions": ("table", "drawn", "fixed"),
    "rendering": ("strict", "paper"),
}
_POSITIVE = (
    "length",
    "batch",
    "epochs",
    "limit",
    "shots",
    "cap",
    "lr",
    "clip",
    "steps",
    "micro_rows",
    "workers",
    "checkpoint_every",
    "keep",
    "lora_alpha",
    "eval_every",
)

#: Fields that determine the pack plan (with the tokenizer and the table versions).
DATA_FIELDS = (
    "length",
    "epochs",
    "seed",
    "tasks",
    "limit",
    "cut",
    "few_shot",
    "shots",
    "definitions",
    "rendering",
    "definition_kinds",
    "definition_languages",
    "template_date",
    "cap",
    "caps",
    "weights",
    "holdout",
)
#: Fields that say how a run is carried out, not what it computes: a run resumes when they change.
EXECUTION_FIELDS = (
    "micro_rows",
    "workers",
    "checkpoint_every",
    "keep",
    "keep_best",
    "async_checkpoints",
    "failures",
    "optimizer",
    "compile",
    "eval_every",
)


def digest(recipe: Recipe) -> str:
    """Hash of what the recipe computes on a plan with a model; neither its name nor how it is carried out is part of it."""
    apart = (*EXECUTION_FIELDS, *DATA_FIELDS, "name", "model")
    fields = {k: v for k, v in recipe.settings().items() if k not in apart}
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()[:16]


def by_task(field: str, entries: Iterable[str]) -> dict[str, float]:
    """Entries `task12:2` as task -> number. UsageError for another form, a number below 0 or a task that is named twice."""
    numbers: dict[str, float] = {}
    for entry in entries:
        task, _, text = entry.partition(":")
        try:
            number = float(text)
        except ValueError:
            number = -1.0
        if not task or not 0 <= number < float("inf"):
            raise UsageError(f"Recipe field {field} takes task:number, such as task12:2, not {entry!r}.")
        if task in numbers:
            raise UsageError(f"Recipe field {field} names {task} twice.")
        numbers[task] = number
    return numbers
