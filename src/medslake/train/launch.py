"""Ray Train around the loop: where the workers run, what they get, and what a lost one costs."""

from __future__ import annotations

import logging
import os
import shutil
import uuid
from typing import Any

from medslake.accelerators import Accelerator
from medslake.cluster import cores, ray_connected
from medslake.progress import Progress
from medslake.train.failures import Failures
from medslake.train.logs.steplog import StepLog
from medslake.train.logs.watch import watched
from medslake.train.loop import Job
from medslake.train.saved.checkpoints import STARTS

__all__ = ["launch", "worker_environment"]

_LOG = logging.getLogger(__name__)
#: Ray Train's controller looks at its workers this often (seconds). Its default of 2 s is also what every `report` costs.
POLL_SECONDS = "0.5"


def launch(job: Job, workers: int, progress: Progress) -> int | None:
    """Run the job on `workers` Ray Train workers until it is done.

    Returns the step of the checkpoint that it went on from, None where there was none. TrainingFailed or the workers' own MedslakeError
    otherwise.
    """
    os.environ.setdefault("RAY_TRAIN_HEALTH_CHECK_INTERVAL_S", POLL_SECONDS)
    failures = Failures(job.folder)
    failures.final.unlink(missing_ok=True)
    starts, accelerator = _Starts(job), job.accelerator
    with ray_connected(workers):
        from ray.train import FailureConfig, RunConfig, ScalingConfig
        from ray.train.torch import TorchConfig, TorchTrainer

        resources: dict[str, float] = {"CPU": 1}
        scaling: dict[str, Any] = dict(accelerator.scaling)
        if accelerator.resource != "CPU":
            resources[accelerator.resource] = 1
        # A name of its own for each attempt: our checkpoints decide where to go on, not what Ray remembers of an earlier one.
        name = f"{job.training}-{uuid.uuid4().hex[:8]}"
        storage = job.folder / "ray"
        trainer = TorchTrainer(
            _worker,
            train_loop_config={"job": job},
            torch_config=TorchConfig(backend=accelerator.backend),
            scaling_config=ScalingConfig(num_workers=workers, resources_per_worker=resources, **scaling),
            run_config=RunConfig(
                name=name,
                storage_path=str(storage),
                failure_config=FailureConfig(max_failures=job.recipe.failures),
                **worker_environment(accelerator),
            ),
        )
        with watched(job.folder, job.steps, progress, starts.report):
            try:
                trainer.fit()
            except Exception as error:
                raise failures.outcome(job.training, job.recipe, getattr(error, "worker_failures", {}), error) from error
            finally:
                shutil.rmtree(storage, ignore_errors=True)
    if failures.final.exists():
        raise failures.outcome(job.training, job.recipe, {}, None)
    return starts.first


def _worker(config: dict[str, Any]) -> None:
    import ray.train
    import torch
    from ray.train.torch import get_device

    from medslake.train.loop import run

    job: Job = config["job"]
    context = ray.train.get_context()
    failures = Failures(job.folder)
    if failures.final.exists():
        # This is a restart after what no restart mends; the driver tells it.
        return
    with failures.reported(job.recipe, context.get_world_rank()):
        # By the machine, not by what Ray was told: the number of threads decides how sums are rounded, and a resumed run shall round alike.
        torch.set_num_threads(max(1, cores() // context.get_local_world_size()))
        job.accelerator.setup(get_device())
        run(job)


class _Starts:
    """The workers' starts during this call; each but a plain first one is reported to the user."""

    def __init__(self, job: Job) -> None:
        self.training, self.path = job.training, job.folder / "checkpoints" / STARTS
        self.before = self.reported = len(StepLog.read(self.path))

    @property
    def first(self) -> int | None:
        """Step of the first one; None where it began at the beginning."""
        lines = StepLog.read(self.path)[self.before :]
        return lines[0]["step"] or None if lines else None

    def report(self) -> None:
        for number, line in enumerate(StepLog.read(self.path)[self.reported :], self.reported):
            self.reported += 1
            onwards = f"it goes on from step {line['step']}" if line["step"] else "it starts over"
            if line["damaged"]:
                _LOG.warning("Checkpoints %s of training %s are damaged: %s.", ", ".join(line["damaged"]), self.training, onwards)
            elif number > self.before:
                _LOG.warning("Training %s lost a worker: %s.", self.training, onwards)


def worker_environment(accelerator: Accelerator) -> dict[str, Any]:
    """What RunConfig takes for the workers' variables: the device's, each as this process has it or by its default; empty without any."""
    variables = {name: os.environ.get(name, value) for name, value in accelerator.environment.items()}
    return {"worker_runtime_env": {"env_vars": variables}} if variables else {}
