"""Ray Data over batches: actors that hold the model, results as they come, and an outcome for every item even when actors die."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from medslake.accelerators import Accelerator
from medslake.cluster import ray_connected
from medslake.engines.base import Engine, Generation, Prompt
from medslake.engines.parts.model_folder import ModelFiles
from medslake.errors import MedslakeError
from medslake.infer.batching import Shard
from medslake.infer.heartbeat import GIVEN_UP, PATIENCE, Heartbeat, Stalled, watched
from medslake.infer.staged import staged_answers
from medslake.infer.worker import Worker, halves

__all__ = ["Actors", "InferenceFailed"]

_LOG = logging.getLogger(__name__)
Item = tuple[str, list[list[Prompt]]]


class InferenceFailed(MedslakeError):
    """The model cannot be opened, or no actor lived long enough to answer; finished shards are kept."""

    exit_code = 1


@dataclass(frozen=True)
class Actors:
    """Ray actors that hold the model. options: as the engine opens it. workers: their number. patience: see heartbeat.py, seconds."""

    engine: Engine
    files: ModelFiles
    options: Mapping[str, Any]
    accelerator: Accelerator
    workers: int
    mode: str = "generate"
    patience: float = PATIENCE

    def answers(self, shards: Sequence[Shard], prompts: Mapping[str, Prompt]) -> Iterator[tuple[Shard, list[Generation], float]]:
        """Each shard with the answers to its rows and the seconds that the engine took, in the order in which shards finish.

        A shard that takes its actor down is repeated in halves, and these in halves; what is left then are the rows that end the process,
        which are recorded as failed. Raises InferenceFailed.
        """
        if not shards:
            return
        with ray_connected(self.workers):
            cpus = _cpus()
            left = {str(shard.number): shard for shard in shards}
            for key, found, seconds in self._round([(key, _batches(shard.batches, prompts)) for key, shard in left.items()], cpus):
                yield left.pop(key), found, seconds
            for shard in left.values():
                _LOG.warning("shard %d ended its process; repeating it in smaller parts", shard.number)
                yield shard, *self._in_parts(shard, prompts, cpus)

    def _in_parts(self, shard: Shard, prompts: Mapping[str, Prompt], cpus: int) -> tuple[list[Generation], float]:
        """Halves of what ended its process, until what is left are single rows that do so."""
        found: dict[str, Generation] = {}
        spent = 0.0
        left = _batches(shard.batches, prompts)
        while left:
            parts = {str(k): part for k, part in enumerate(part for batch in left for part in halves(batch))}
            for key, answers, seconds in self._round([(key, [part]) for key, part in parts.items()], cpus):
                found.update({a.id: a for a in answers})
                spent += seconds
                del parts[key]
            left = [part for part in parts.values() if len(part) > 1]
        dead = "the engine's process ended while it answered this row"
        return [found.get(row_id) or Generation.failed(prompts[row_id], dead) for row_id in shard.row_ids], spent

    def _round(self, items: Sequence[Item], cpus: int) -> Iterator[tuple[str, list[Generation], float]]:
        """Results of the items whose actor survived them."""
        if not items:
            return
        import ray.data
        from ray.exceptions import RayError

        if self.engine.stage is not None:
            yield from self._staged(self.engine.stage(self.files.model, self.options, self.workers), items)
            return
        rows = [{"item": json.dumps({"key": key, "batches": [[vars(p) for p in b] for b in batches]})} for key, batches in items]
        with _tolerant():
            heartbeat = Heartbeat.start(self.patience)
            worker: Any = Worker  # a class of callables, which Ray Data's annotations do not know
            done = ray.data.from_items(rows, override_num_blocks=len(rows)).map(
                worker,
                fn_constructor_args=(
                    self.engine,
                    self.files,
                    dict(self.options),
                    self.mode,
                    self._threads(cpus),
                    self._environment(),
                    heartbeat,
                ),
                compute=ray.data.ActorPoolStrategy(size=min(self.workers, len(items)), max_tasks_in_flight_per_actor=1),
                # A dead actor is replaced by another; its item is left to the next round.
                ray_remote_args_fn=lambda: {"max_restarts": 0, "max_task_retries": 0},
                **self._resources(cpus),
            )
            try:
                for row in watched(iter(done.iter_rows()), heartbeat):
                    result = json.loads(row["result"])
                    if "refused" in result:
                        raise InferenceFailed(f"Engine {self.engine.name} {result['refused']}")
                    yield result["key"], [Generation(**a) for a in result["answers"]], result["seconds"]
            except RayError as error:
                _LOG.warning("the actors ended early: %s", type(error).__name__)
            except Stalled:
                raise InferenceFailed(
                    f"No actor has worked for {GIVEN_UP * self.patience:.0f} s, and nothing says why; finished shards are kept.",
                    hint="Run the same command again: it does what is missing.",
                ) from None

    def _staged(self, stage: Callable[[Any], Any], items: Sequence[Item]) -> Iterator[tuple[str, list[Generation], float]]:
        """Like `_round`; a stage keeps its own actors alive. The time is that between results, as it works on all keys at once."""
        from ray.exceptions import RayError

        begun = time.perf_counter()
        with _tolerant():
            try:
                for key, answers in staged_answers(stage, items):
                    # Its actors open the model where nobody else looks on.
                    self.files.check(self.engine.identify)
                    now = time.perf_counter()
                    yield key, answers, now - begun
                    begun = time.perf_counter()
            except RayError as error:
                _LOG.warning("the stage of engine %s ended early: %s", self.engine.name, type(error).__name__)

    def _resources(self, cpus: int) -> dict[str, Any]:
        # Actors on all CPUs leave none for the tasks that feed it, and the job stands still.
        share = (cpus - 1) / self.workers if cpus > 1 else 0.5 / self.workers
        found: dict[str, Any] = {"num_cpus": max(0.01, int(min(1.0, share) * 100) / 100)}
        if self.accelerator.scaling.get("use_gpu"):
            found["num_gpus"] = 1
        elif self.accelerator.resource != "CPU":
            found["resources"] = {self.accelerator.resource: 1}
        return found

    def _environment(self) -> dict[str, str]:
        # Handed over in memory: a runtime environment would be logged, and a standing cluster does not know this process's variables.
        return {name: os.environ[name] for name in self.engine.environment if name in os.environ}

    def _threads(self, cpus: int) -> int:
        return max(1, cpus // self.workers) if self.accelerator.resource == "CPU" else 0


def _batches(batches: Sequence[Sequence[str]], prompts: Mapping[str, Prompt]) -> list[list[Prompt]]:
    return [[prompts[row_id] for row_id in batch] for batch in batches]


def _cpus() -> int:
    import ray

    return int(ray.cluster_resources().get("CPU", 1))


@contextlib.contextmanager
def _tolerant() -> Iterator[None]:
    """Blocks whose task fails are left out instead of ending the job, and Ray Data draws nothing."""
    from ray.data import DataContext

    context = DataContext.get_current()
    before = context.max_errored_blocks, context.enable_progress_bars
    context.max_errored_blocks, context.enable_progress_bars = -1, False
    loggers = [logging.getLogger(name) for name in ("ray.data", "ray.data._internal.execution.streaming_executor")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            # Ray 2.60 has no other argument for an actor's restarts.
            warnings.filterwarnings("ignore", message=".*ray_remote_args_fn.*")
            yield
    finally:
        context.max_errored_blocks, context.enable_progress_bars = before
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
