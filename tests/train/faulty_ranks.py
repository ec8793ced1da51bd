"""The loop on several ranks, each a process of its own, without Ray."""

from __future__ import annotations

import dataclasses
import os
import resource
import tempfile
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
import torch.multiprocessing
from ray import cloudpickle

from medslake import registry
from medslake.train.failures import Failures
from medslake.train.loop import Job, run

#: A job and, for the accelerator `faulty`, its fault.
Task = tuple[Job, str | None]


def outcomes(world: int, tasks: list[Task], folder: Path, plugins: Path) -> list[list[str]]:
    """What each rank raised in each task, "" when nothing: [task][rank]."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        given = cloudpickle.dumps(tasks)
        torch.multiprocessing.spawn(_rank, (world, given, Path(place), plugins), nprocs=world, daemon=True)
        return [[Path(place, f"{number}.{rank}").read_text() for rank in range(world)] for number in range(len(tasks))]


def _rank(rank: int, world: int, given: bytes, folder: Path, plugins: Path) -> None:
    os.environ["MEDSLAKE_PLUGINS"] = str(plugins)
    torch.set_num_threads(1)
    limit: Any = resource.getrlimit(resource.RLIMIT_FSIZE)
    tasks: list[Task] = cloudpickle.loads(given)
    for number, (job, fault) in enumerate(tasks):
        if fault:
            os.environ["MEDSLAKE_FAULT"] = fault
            job = dataclasses.replace(job, accelerator=registry.get("accelerator", "faulty"))
        dist.init_process_group("gloo", init_method=f"file://{folder}/rendezvous.{number}", rank=rank, world_size=world)
        said = ""
        try:
            with Failures(job.folder).reported(job.recipe, rank):
                run(job)
        except Exception as error:
            said = f"{type(error.__cause__).__name__}: {error.args[0]}"
        (folder / f"{number}.{rank}").write_text(said)
        dist.destroy_process_group()
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
