"""Progress of a run, read from its logs while the workers run."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from medslake.progress import Progress, meanwhile
from medslake.train.logs.records import EVALUATIONS, STEPS
from medslake.train.logs.steplog import StepLog

__all__ = ["in_words", "watched"]

#: Seconds between two looks.
LOOK = 0.5
GIB = 1 << 30


@contextlib.contextmanager
def watched(folder: Path, steps: int, progress: Progress, besides: Callable[[], None]) -> Iterator[None]:
    """Report the newest step of the run in `folder`, of `steps`, and what is known of it, until the block ends; `besides` at each look."""

    def look() -> None:
        besides()
        step = StepLog.last(folder / STEPS)
        if step is not None:
            progress("train", step["step"] + 1, steps, in_words(step, StepLog.last(folder / EVALUATIONS)))

    try:
        with meanwhile(look, LOOK):
            yield
            look()
    finally:
        besides()


def in_words(step: dict[str, Any], evaluation: dict[str, Any] | None) -> dict[str, str]:
    """Lines of the two logs in words, by name."""
    parts = [f"{step[f'{part}_seconds']:.2f}" for part in ("data", "forward_backward", "optimizer", "communication")]
    words = {
        "loss": f"{step['loss']:.4f}",
        "eval loss": f"{evaluation['loss']:.4f} at {evaluation['step']:,}" if evaluation else None,
        "lr": f"{step['lr']:.2e}",
        "grad norm": f"{step['grad_norm']:.3f}",
        "tokens/s": f"{step['tokens_per_second']:,.0f}",
        "useful tokens/s": f"{step['useful_tokens_per_second']:,.0f}",
        "fill": f"{step['fill']:.1%}",
        "MFU": f"{step['mfu']:.1%}" if step["mfu"] is not None else None,
        "memory": f"{step['peak_memory'] / GIB:.2f} GiB",
        "step": f"{step['seconds']:.2f} s",
        "data/forward-backward/optimiser/communication": f"{' / '.join(parts)} s",
    }
    return {name: value for name, value in words.items() if value is not None}
