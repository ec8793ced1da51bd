"""`medslake train`: a recipe on the lake's instructions, from the newest checkpoint to an exported model."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import logging
import math
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from medslake import registry
from medslake.accelerators import Accelerator, detect
from medslake.cluster import cluster_resources
from medslake.engines.parts.model_folder import FACTS, ModelFiles, model_access, model_digest
from medslake.errors import UsageError
from medslake.lake.access import highest
from medslake.progress import Progress, quiet
from medslake.recipes import Recipe, digest
from medslake.train.launch import launch
from medslake.train.locks import sole_driver
from medslake.train.logs.records import EVALUATIONS, STEPS
from medslake.train.logs.steplog import StepLog
from medslake.train.loop import Job
from medslake.train.models import closed_folder, model_folder
from medslake.train.packs.feed import Feed, make_feed, rows_per_step
from medslake.train.packs.holdout import held_out
from medslake.train.packs.pack import Packed, pack_plan
from medslake.train.packs.packed_rows import packed_rows
from medslake.train.packs.plan import INSTRUCTIONS, PACKS, Plan, plan_of
from medslake.train.saved.export import finish_model
from medslake.train.sharing import busy, idle

if TYPE_CHECKING:
    from medslake.lake import Lake

__all__ = ["train"]

_LOG = logging.getLogger(__name__)
STEP_TABLE, EVALUATION_TABLE = "ops.training_steps", "ops.training_evaluations"


def train(
    lake: Lake,
    recipe: Recipe,
    *,
    resume: bool = True,
    workers: int | None = None,
    out: str | Path | None = None,
    steps: int | None = None,
    accelerator: str = "auto",
    dry_run: bool = False,
    progress: Progress = quiet,
) -> dict[str, Any]:
    """Train, log every step to ops.training_steps, and export a folder that transformers loads.

    The plan is packed first where it does not stand yet. resume False starts over; True (default) goes on from the newest whole
    checkpoint, and a training that is finished already is not repeated. out: parent folder, shared by all workers (default: `_models` in
    the lake).
    Returns run, tables, training, recipe, plan, steps, resumed_from (step or None), first_loss, last_loss, first_eval_loss, last_eval_loss
    (None where nothing is held out), model (folder), access, device, workers.
    dry_run: pack and train nothing, and return what would be trained: recipe (all fields), plan, packed (whether it stands), rows,
    rows_per_step, steps (None where they follow from a plan that is not packed), training, folder, resumes_from, finished, device, workers.
    Raises TrainingFailed, UsageError, ModelChanged.
    """
    recipe = dataclasses.replace(recipe, steps=steps or recipe.steps, workers=workers or recipe.workers)
    cluster = cluster_resources()
    device = _device(accelerator, cluster)
    # One worker for each device; two share the CPU.
    workers = recipe.workers or (2 if device.resource == "CPU" else device.present(cluster))
    packed = None if dry_run else pack_plan(lake, recipe, progress)
    plan = packed.plan if packed else plan_of(lake, recipe)
    base = ModelFiles.of(str(plan.model), model_digest)
    training = _training_id(recipe, plan, base)
    folder = Path(out or model_folder(lake)).absolute() / f"{recipe.name}-{training}"
    if packed is None:
        return {**_outline(lake, recipe, plan, folder, resume), "training": training, "device": device.name, "workers": workers}
    params = {"recipe": recipe.settings(), "plan": plan.id, "training": training, "device": device.name}
    with sole_driver(folder), lake.run("train", params=params) as run:
        if not resume:
            shutil.rmtree(folder, ignore_errors=True)
        closed_folder(folder)
        resumed = _last_step(folder)
        if not _finished(folder):
            (folder / "recipe.json").write_text(json.dumps(recipe.settings(), indent=2) + "\n")
            job = _job(lake, recipe, packed, training, folder, device, base)
            _warn_of_idle_devices(job, workers)
            resumed = launch(job, workers, progress)
            steps_done, seen = StepLog.read(folder / STEPS), StepLog.read(folder / EVALUATIONS)
            facts = {
                "training": training,
                "recipe": recipe.settings(),
                "base": plan.model.name,
                "base_digest": base.digest,
                "plan": plan.id,
                "tables": {**plan.versions, PACKS: packed.version},
                "access": highest(packed.rows.access, model_access(str(plan.model))),
                "run": run.id,
                "steps": job.steps,
                "first_loss": steps_done[0]["loss"],
                "last_loss": steps_done[-1]["loss"],
                "first_eval_loss": seen[0]["loss"] if seen else None,
                "last_eval_loss": seen[-1]["loss"] if seen else None,
            }
            base.check(model_digest)  # its tokenizer and configuration are copied
            half, template = recipe.precision == "bf16", plan.chat.template
            finish_model(job.weights, plan.model, folder / "model", facts, half=half, template=template)
            shutil.rmtree(job.weights)
        facts = json.loads((folder / "model" / FACTS).read_text())
        names = {"training_id": training, "recipe": recipe.name, "plan": plan.id}
        rows = [{**names, **line} for line in StepLog.read(folder / STEPS)]
        evaluations = [
            {**names, "step": line["step"], "domain": domain, **losses}
            for line in StepLog.read(folder / EVALUATIONS)
            for domain, losses in line["domains"].items()
        ]
        for table, content in ((STEP_TABLE, rows), (EVALUATION_TABLE, evaluations)):
            if content:
                run.write(
                    table,
                    pa.Table.from_pylist(content, schema=lake.spec(table).arrow_schema()),
                    slice={"training_id": training},
                    fingerprint=run.fingerprint("train", training, content),
                    inputs={PACKS: packed.version},
                )
    return {
        **run.result,
        "training": training,
        "recipe": recipe.name,
        "plan": plan.id,
        "steps": facts["steps"],
        "resumed_from": resumed,
        **{name: facts.get(name) for name in ("first_loss", "last_loss", "first_eval_loss", "last_eval_loss")},
        "model": str(folder / "model"),
        "access": facts["access"],
        "device": device.name,
        "workers": rows[-1]["world_size"],
    }


def _outline(lake: Lake, recipe: Recipe, plan: Plan, folder: Path, resume: bool) -> dict[str, Any]:
    packed = packed_rows(lake, plan.id)
    rows = len(packed)
    per_step = rows_per_step(recipe.batch, rows, packed.instances) if rows else None
    return {
        "recipe": recipe.settings(),
        "plan": plan.id,
        "packed": rows > 0,
        "rows": rows or None,
        "rows_per_step": per_step,
        "steps": recipe.steps or (math.ceil(rows / per_step) if per_step else None),
        "folder": str(folder),
        "resumes_from": _last_step(folder) if resume else None,
        "finished": resume and _finished(folder),
    }


def _finished(folder: Path) -> bool:
    return (folder / "model" / FACTS).exists()


def _warn_of_idle_devices(job: Job, workers: int) -> None:
    """Say when a step has too little work for the devices."""
    feed = Feed.open(job.feed)
    useful = busy(feed, job.rows_per_step, workers, job.recipe.micro_rows)
    if not idle(job.rows_per_step, workers, useful):
        return
    tokens = float(feed.rows[:, 1].mean()) * job.rows_per_step
    _LOG.warning(
        "A step's %d instances fill %d rows of %s tokens for %d devices: each has %s tokens to compute per step, and %.0f %% of its time is"
        " padding; a larger batch (--set batch=...) or fewer devices (--workers) use them better.",
        job.recipe.batch,
        job.rows_per_step,
        f"{feed.length:,}",
        workers,
        f"{tokens / workers:,.0f}",
        100 * (1 - useful),
    )


def _training_id(recipe: Recipe, plan: Plan, base: ModelFiles) -> str:
    """Hash of what decides the trained model; neither where the base lies nor what its folder is called is part of it."""
    text = json.dumps([digest(recipe), plan.id, base.digest])
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _job(lake: Lake, recipe: Recipe, packed: Packed, training: str, folder: Path, device: Accelerator, base: ModelFiles) -> Job:
    plan, version, feeds = packed.plan, packed.version, model_folder(lake)
    feed = make_feed(lake, packed.rows, version, feeds)
    per_step = rows_per_step(recipe.batch, len(packed.rows), packed.rows.instances)
    tokenizer = plan.chat.tokenizer
    return Job(
        training=training,
        recipe=recipe,
        accelerator=device,
        model=plan.model,
        base=base,
        feed=feed,
        folder=folder,
        steps=recipe.steps or math.ceil(len(packed.rows) / per_step),
        rows_per_step=per_step,
        pad=tokenizer.pad_token_id if tokenizer.pad_token_id is not None else tokenizer.eos_token_id,
        held_out=held_out(lake, packed.held_out, version, plan.versions[INSTRUCTIONS], feeds),
        # Not the version of gold.packs: another plan packed beside this one changes it, and nothing of the training.
        origin={"recipe": digest(recipe), "plan": plan.id},
    )


def _device(name: str, cluster: dict[str, float] | None) -> Accelerator:
    """The accelerator of that name, or for `auto` the first one present. UnknownName; UsageError when there is no such device."""
    if name == "auto":
        return detect(registry.items("accelerator").values(), cluster)
    named: Accelerator = registry.get("accelerator", name)
    if not named.present(cluster):
        place = "This host" if cluster is None else "The Ray cluster"
        raise UsageError(f"{place} has no {name} device.", hint="Run: medslake doctor")
    return named


def _last_step(folder: Path) -> int | None:
    """Step of the newest checkpoint that is there before this call, None for a new training."""
    checkpoints = sorted((folder / "checkpoints").glob("step_*"))
    return int(checkpoints[-1].name.removeprefix("step_")) if checkpoints else None
