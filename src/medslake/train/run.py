"""`medslake train`: a recipe on the lake's instructions, from the newest checkpoint to an exported model."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from medslake.accelerators import Accelerator, pick
from medslake.progress import Progress, quiet
from medslake.train.export import finish_model
from medslake.train.feed import Feed, make_feed, rows_per_step
from medslake.train.launch import cluster_resources, launch
from medslake.train.locks import sole_driver
from medslake.train.loop import Job, StepLog
from medslake.train.models import load_tokenizer
from medslake.train.pack import PACKS, Plan, pack, plan_of
from medslake.train.reading import model_folder
from medslake.train.recipes import Recipe, digest, resolve

if TYPE_CHECKING:
    from medslake.lake import Lake

__all__ = ["train"]

STEPS = "ops.training_steps"


def train(
    lake: Lake,
    recipe: str | Recipe,
    *,
    resume: bool = True,
    workers: int | None = None,
    out: str | Path | None = None,
    steps: int | None = None,
    accelerator: str = "auto",
    progress: Progress = quiet,
) -> dict[str, Any]:
    """Train, log every step to ops.training_steps, and export a folder that transformers loads.

    The plan is packed first where it does not stand yet. resume False starts over; True (default) goes on from the newest whole
    checkpoint, and
    a training that is finished already is not repeated. out: parent folder, shared by all workers (default: `_models` in the lake).
    Returns run, tables, training, recipe, plan, steps, resumed_from (step or None), first_loss, last_loss, model (folder), access,
    device, workers.
    Raises TrainingFailed, UsageError.
    """
    recipe = resolve(recipe)
    recipe = dataclasses.replace(recipe, steps=steps or recipe.steps, workers=workers or recipe.workers)
    present = cluster_resources()
    device = pick(accelerator, present)
    packed = pack(lake, recipe, progress=progress)
    plan = plan_of(lake, recipe)
    training = _training_id(recipe, plan)
    folder = Path(out or model_folder(lake)).absolute() / f"{recipe.name}-{training}"
    version = packed["tables"][PACKS]["version"]
    params = {"recipe": dataclasses.asdict(recipe), "plan": plan.id, "training": training, "device": device.name}
    with sole_driver(folder), lake.run("train", params=params) as run:
        if not resume:
            shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        resumed = _last_step(folder)
        run.read_arrow(PACKS, columns=["row"], where={"plan": plan.id, "row": 0})
        if not (folder / "model" / "medslake.json").exists():
            feed_folder = make_feed(lake, plan.id, version, model_folder(lake))
            feed = Feed.open(feed_folder)
            job = _job(recipe, plan, training, folder, feed_folder, feed, device, version)
            resumed = launch(job, device, recipe.workers or _default_workers(device, present), progress)
            log = StepLog.read(folder / "steps.jsonl")
            facts = {
                "training": training,
                "recipe": dataclasses.asdict(recipe),
                "base": plan.model.name,
                "plan": plan.id,
                "tables": {**plan.versions, PACKS: version},
                "access": feed.access,
                "run": run.id,
                "steps": job.steps,
                "first_loss": log[0]["loss"],
                "last_loss": log[-1]["loss"],
            }
            finish_model(job.weights, plan.model, folder / "model", facts, half=recipe.precision == "bf16")
            shutil.rmtree(job.weights)
        facts = json.loads((folder / "model" / "medslake.json").read_text())
        rows = [{"training_id": training, "recipe": recipe.name, "plan": plan.id, **line} for line in StepLog.read(folder / "steps.jsonl")]
        run.write(
            STEPS,
            lambda: pa.Table.from_pylist(rows, schema=lake.spec(STEPS).arrow_schema()),
            slice={"training_id": training},
            fingerprint=run.fingerprint("train", training, rows),
            inputs={PACKS: version},
        )
    return {
        **run.result,
        "training": training,
        "recipe": recipe.name,
        "plan": plan.id,
        "steps": facts["steps"],
        "resumed_from": resumed,
        "first_loss": facts["first_loss"],
        "last_loss": facts["last_loss"],
        "model": str(folder / "model"),
        "access": facts["access"],
        "device": device.name,
        "workers": rows[-1]["world_size"],
    }


def _training_id(recipe: Recipe, plan: Plan) -> str:
    config = json.loads((plan.model / "config.json").read_text())
    sizes = sorted((p.name, p.stat().st_size) for p in plan.model.glob("*.safetensors"))
    text = json.dumps([digest(recipe), plan.id, Path(recipe.model).name, config, sizes], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _job(recipe: Recipe, plan: Plan, training: str, folder: Path, feed_folder: Path, feed: Feed, device: Accelerator, version: int) -> Job:
    per_step = rows_per_step(recipe.batch, len(feed), feed.segments.shape[0])
    tokenizer = load_tokenizer(plan.model)
    pad = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else tokenizer.eos_token_id
    return Job(
        training=training,
        recipe=recipe,
        accelerator=device.name,
        model=plan.model,
        feed=feed_folder,
        folder=folder,
        steps=recipe.steps or math.ceil(len(feed) / per_step),
        rows_per_step=per_step,
        pad=pad,
        origin={"recipe": digest(recipe), "plan": plan.id, "packs_version": version},
    )


def _default_workers(device: Accelerator, cluster: dict[str, float] | None) -> int:
    """One worker per device, of the cluster where there is one; two on the CPU."""
    if device.resource == "CPU":
        return 2
    return device.probe() if cluster is None else int(cluster[device.resource])


def _last_step(folder: Path) -> int | None:
    """Step of the newest checkpoint that is there before this call, None for a new training."""
    found = sorted((folder / "checkpoints").glob("step_*"))
    return int(found[-1].name.removeprefix("step_")) if found else None
