"""What a run writes down while it goes: JSON lines and TensorBoard."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any, Self

from medslake.train.logs.steplog import StepLog
from medslake.train.logs.tensorboard import Curve

__all__ = ["EVALUATIONS", "STEPS", "Records"]

STEPS, EVALUATIONS = "steps.jsonl", "evaluations.jsonl"
#: Columns that are no curves.
_PLAIN = ("step", "epoch", "world_size", "first_row", "rows")


class Records:
    """`steps.jsonl`, `evaluations.jsonl` and `tensorboard/` of a run. start: the first step that will be written (again).

    write False: on ranks other than 0; does nothing.
    """

    def __init__(self, folder: Path, start: int, *, write: bool) -> None:
        self._write = write
        if write:
            # The evaluation at `start` was made before the checkpoint that the run goes on from. At 0 there is none.
            again = start + 1 if start else 0
            self._steps, self._evaluations = StepLog(folder / STEPS, start), StepLog(folder / EVALUATIONS, again)
            self._curve = Curve(folder / "tensorboard" / "train", start)
            self._evaluation = Curve(folder / "tensorboard" / "evaluation", again)

    def stepped(self, line: dict[str, Any]) -> None:
        if self._write:
            self._steps.write(line)
            self._curve.add(line["step"], {name: value for name, value in line.items() if name not in _PLAIN})

    def evaluated(self, line: dict[str, Any]) -> None:
        if self._write:
            self._evaluations.write(line)
            domains = {f"loss/{name}": losses["loss"] for name, losses in line["domains"].items()}
            self._evaluation.add(line["step"], {"loss": line["loss"], **domains})

    def flush(self) -> None:
        if self._write:
            self._curve.flush()
            self._evaluation.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._write:
            for log in (self._steps, self._evaluations, self._curve, self._evaluation):
                log.close()
