"""An engine that is a stage of Ray Data, as vLLM's is: it echoes, marks FAIL with an error, and loses rows with LOSE."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from typing import Any

from medslake.engines.base import Engine, Generation, Measure, Prompt


class Measured:
    def measure(self, prompts: list[Prompt]) -> list[Measure]:
        return [Measure(len(prompt.messages[-1]["content"])) for prompt in prompts]


def _stage(model: str, options: Mapping[str, Any], workers: int) -> Callable[[Any], Any]:
    def answer(row: dict[str, Any]) -> dict[str, Any]:
        prompt = Prompt(**json.loads(row["item"]))
        text = prompt.messages[-1]["content"]
        if "FAIL" in text:
            return {**row, "answer": "", "__inference_error__": "ValueError: too long"}
        found = Generation(prompt.id, f"echo {text}", "stop", len(text), 2)
        return {**row, "answer": json.dumps(dataclasses.asdict(found)), "__inference_error__": ""}

    return lambda rows: rows.filter(lambda row: "LOSE" not in row["item"]).map(answer)


ENGINE = Engine(name="staged", about="A stage of Ray Data.", open=lambda model, **_: Measured(), identify=lambda model: model, stage=_stage)
