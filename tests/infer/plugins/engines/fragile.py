"""An engine without a model: it answers with the last line of the question, fails on FAIL, ends its process on EXIT, and can be remote."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence

from medslake.engines.base import Engine, EngineUnavailable, Generation, Measure, Prompt


class Fragile:
    def __init__(self, delay: float) -> None:
        self.delay = delay

    def measure(self, prompts: Sequence[Prompt]) -> list[Measure]:
        return [Measure(len(prompt.messages[-1]["content"])) for prompt in prompts]

    def generate(self, prompts: Sequence[Prompt]) -> list[Generation]:
        found = []
        for prompt in prompts:
            text = prompt.messages[-1]["content"]
            time.sleep(self.delay)
            if "FAIL" in text:
                raise ValueError("this row is poisoned")
            if "AWAY" in text:
                raise EngineUnavailable("the server is away")
            if "EXIT" in text:
                os._exit(13)
            found.append(Generation(prompt.id, f"echo {text}", "stop", len(text), 2))
        return found


def _open(model: str, *, weights: bool = True, delay: float = 0.0) -> Fragile:
    if weights and model == "broken":
        raise OSError("the weights cannot be read")
    return Fragile(float(os.environ.get("FRAGILE_DELAY", delay)))


ENGINE = Engine(name="fragile", about="Echoes, fails and dies on demand.", open=_open, identify=lambda model: f"digest of {model}")
