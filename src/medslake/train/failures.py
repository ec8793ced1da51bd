"""What ends a training: which failures a restart would meet again, and how a worker's failure becomes one sentence of the driver.

A worker writes the traceback of whatever it raises to `workers.log`. Where a restart cannot help, it leaves the sentence in `failure.json`
too: workers that Ray Train starts again find it and return at once.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import socket
import time
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path

from torch.distributed.checkpoint import CheckpointException

from medslake.errors import MedslakeError
from medslake.explained import causes
from medslake.recipes import Recipe

__all__ = ["DiskFull", "Failures", "TrainingFailed", "WorkerFailed", "refused_write"]

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class TrainingFailed(MedslakeError):
    """The workers failed more often than the recipe allows, or cannot succeed; finished checkpoints are kept."""

    exit_code = 1


class DiskFull(TrainingFailed):
    """There is no room for what is to be written."""

    def __init__(self, folder: Path, what: str, *, needed: int | None = None, reason: str = "there is no room") -> None:
        room = f"{_size(shutil.disk_usage(folder).free)} are free"
        if needed is not None:
            room = f"{_size(needed)} are needed and {room}"
        super().__init__(
            f"Training stopped: {what} cannot be written to {folder} ({reason}): {room}; the checkpoints before it are kept.",
            hint="Make room there, or keep fewer (--set keep=1), and run the same command again.",
        )


class WorkerFailed(Exception):
    """What Ray Train gets to see of a worker's failure.

    final: a restart would end alike. at: seconds since 1970, by which the first of several is told.
    """

    def __init__(self, sentence: str, hint: str | None, exit_code: int, final: bool, at: float) -> None:
        super().__init__(sentence, hint, exit_code, final, at)
        self.sentence, self.hint, self.exit_code, self.final, self.at = sentence, hint, exit_code, final, at


class Failures:
    """The channel from the workers to the driver: two files in the training's folder, on storage that all share."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.final, self.log = folder, folder / "failure.json", folder / "workers.log"

    @contextlib.contextmanager
    def reported(self, recipe: Recipe, rank: int) -> Iterator[None]:
        """Log what is raised in here and raise it as WorkerFailed; note it where every restart would end alike."""
        try:
            yield
        except (Exception, CheckpointException) as error:
            known = _mendable(error, recipe, self.folder, rank)
            failure = known or TrainingFailed(f"worker {rank} on {socket.gethostname()}: {type(error).__name__}: {_first_line(error)}")
            failed = WorkerFailed(failure.message, failure.hint, failure.exit_code, known is not None, time.time())
            # A disk may be too full even for this; the exception itself says the same.
            with contextlib.suppress(OSError):
                self._note(failed, error, rank)
            raise failed from error

    def outcome(self, training: str, recipe: Recipe, failures: Mapping[int, BaseException], error: BaseException | None) -> MedslakeError:
        """The sentence for a training that ended without its result. failures, error: what Ray Train says of each rank and of all."""
        raised = [failure for failure in failures.values() if isinstance(failure, WorkerFailed)]
        first = self._noted() or min(raised, key=lambda failure: (not failure.final, failure.at), default=None)
        if first is not None and first.final:
            failure = TrainingFailed(first.sentence, hint=first.hint)
            failure.exit_code = first.exit_code
            return failure
        # A worker that is gone has raised nothing, and what the others raised follows from it.
        lost = sorted(rank for rank, failure in failures.items() if not isinstance(failure, WorkerFailed))
        hint = "The same command goes on from the newest checkpoint."
        if lost:
            cause = f"the process of worker {', '.join(map(str, lost))} ended"
            hint = f"If the machine ran out of memory: {_lighter(recipe)}. {hint}"
        else:
            cause = first.sentence if first else _last_line(error)
        hint = f"Tracebacks: {self.log}. {hint}" if self.log.exists() else hint
        return TrainingFailed(
            f"Training {training} stopped after {recipe.failures} restarts: {cause}; its checkpoints are kept.", hint=hint
        )

    def _note(self, failed: WorkerFailed, error: BaseException, rank: int) -> None:
        with self.log.open("a") as file:
            head = f"{time.strftime('%Y-%m-%d %H:%M:%S %z')} worker {rank} on {socket.gethostname()}, process {os.getpid()}\n"
            file.write(head + "".join(traceback.format_exception(error)) + "\n")
        if failed.final and not self.final.exists():
            building = self.final.with_suffix(f".{rank}")
            building.write_text(json.dumps(failed.args))
            building.replace(self.final)

    def _noted(self) -> WorkerFailed | None:
        return WorkerFailed(*json.loads(self.final.read_text())) if self.final.exists() else None


def refused_write(error: BaseException) -> str | None:
    """Why the system did not take all that was to be written, when that lies behind an error."""
    for cause in causes(error):
        if isinstance(cause, OSError) and cause.errno in _FULL:
            return os.strerror(cause.errno)
        # torch.save loses the system's reason.
        if isinstance(cause, RuntimeError) and "inline_container" in str(cause) and "unexpected pos" in str(cause):
            return "the system took only a part of it"
    return None


def _mendable(error: BaseException, recipe: Recipe, folder: Path, rank: int) -> MedslakeError | None:
    """The error as one that the user can mend and a restart cannot; None for all others, of which some pass by themselves."""
    if isinstance(error, MedslakeError):
        return error
    reason = refused_write(error)
    if reason is not None:
        return DiskFull(folder, "a file", reason=reason)
    if any(_out_of_memory(cause) for cause in causes(error)):
        return TrainingFailed(
            f"Worker {rank} on {socket.gethostname()} ran out of memory with {recipe.micro_rows} x {recipe.length} tokens at once:"
            f" {_first_line(error)}; the checkpoints before it are kept.",
            hint=f"Lower what a worker holds: {_lighter(recipe)}; or use more workers.",
        )
    return None


def _out_of_memory(error: BaseException) -> bool:
    import torch

    # The allocator of the host and those of vendors' packages have no class for it.
    said = str(error).lower()
    return isinstance(error, (MemoryError, torch.OutOfMemoryError)) or "out of memory" in said or "can't allocate memory" in said


def _lighter(recipe: Recipe) -> str:
    if recipe.micro_rows > 1:
        return f"--set micro_rows={recipe.micro_rows // 2}"
    return f"--set length={recipe.length // 2}" if recipe.checkpointing else "--set checkpointing=true"


def _first_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0].rstrip(".")[:300] if lines else "no message"


def _last_line(error: BaseException | None) -> str:
    """The innermost sentence of a failure that went through Ray."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1].rstrip(".") if lines else type(error).__name__


def _size(count: int) -> str:
    """Bytes as people read them, exact below 10 kB."""
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= 10 * size:
            return f"{count / size:,.1f} {unit}"
    return f"{count} bytes"
