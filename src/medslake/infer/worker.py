"""The actor of the pool: an opened engine that answers batches. Nothing that a batch does to it is lost on the caller."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Mapping, Sequence
from typing import Any

from medslake import registry
from medslake.engines.base import Generation, Generator, Prompt

__all__ = ["Worker", "answer"]


def answer(generator: Generator, prompts: Sequence[Prompt]) -> list[Generation]:
    """Answers in the order of the prompts; a batch that fails is repeated row by row, and a row that fails says why."""
    try:
        return _complete(generator, prompts)
    except Exception as error:
        if len(prompts) == 1:
            return [Generation.failed(prompts[0], f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else 'no message'}")]
        return [generation for prompt in prompts for generation in answer(generator, [prompt])]


def _complete(generator: Generator, prompts: Sequence[Prompt]) -> list[Generation]:
    found = {generation.id: generation for generation in generator.generate(prompts)}
    return [found.get(prompt.id) or Generation.failed(prompt, "the engine gave no answer") for prompt in prompts]


class Worker:
    """Ray Data actor. Items and results are JSON, so that their shape is ours and not that of an inferred Arrow type.

    item: {"key": text, "batches": [[prompt, ...], ...]}. result: {"key", "answers": [generation, ...]} or {"key", "refused": reason} when
    the engine cannot open the model.
    """

    def __init__(self, engine: str, model: str, options: Mapping[str, Any], threads: int, plugins: str) -> None:
        os.environ["MEDSLAKE_PLUGINS"] = plugins
        if threads:
            import torch

            torch.set_num_threads(threads)
        self.refused = ""
        try:
            self.generator: Generator = registry.get("engine", engine).open(model, **options)
        except Exception as error:
            # Raised here, it would come back as a failure of the pool without its reason.
            self.refused = f"{type(error).__name__}: {error}"

    def __call__(self, row: Mapping[str, str]) -> dict[str, str]:
        item = json.loads(row["item"])
        if self.refused:
            return {"result": json.dumps({"key": item["key"], "refused": self.refused})}
        answers = [
            dataclasses.asdict(generation)
            for batch in item["batches"]
            for generation in answer(self.generator, [Prompt(**p) for p in batch])
        ]
        return {"result": json.dumps({"key": item["key"], "answers": answers})}
