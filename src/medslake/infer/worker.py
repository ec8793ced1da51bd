"""The actor: an opened engine that answers batches. Nothing that a batch does to it is lost on the caller."""

from __future__ import annotations

import dataclasses
import json
import os
import time
from collections.abc import Mapping, Sequence
from typing import Any

from medslake.engines.base import Engine, EngineUnavailable, Generation, Prompt
from medslake.engines.parts.model_folder import ModelFiles
from medslake.errors import MedslakeError
from medslake.infer.heartbeat import Heartbeat

__all__ = ["Worker", "answer", "halves"]


def answer(generator: Any, prompts: Sequence[Prompt], mode: str) -> list[Generation]:
    """Answers in the order of the prompts; a batch that fails is repeated in halves, down to the row that fails, which says why.

    generator: a Generator, of mode loglikelihood a Chooser. EngineUnavailable comes through: it says nothing about the rows.
    """
    try:
        return _complete(generator, prompts, mode)
    except EngineUnavailable:
        raise
    except Exception as error:
        if len(prompts) == 1:
            return [Generation.failed(prompts[0], f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else 'no message'}")]
        return [generation for half in halves(prompts) for generation in answer(generator, half, mode)]


def halves(prompts: Sequence[Prompt]) -> list[list[Prompt]]:
    """Two parts of a batch, one of a single row."""
    middle = (len(prompts) + 1) // 2
    return [list(part) for part in (prompts[:middle], prompts[middle:]) if part]


def _complete(generator: Any, prompts: Sequence[Prompt], mode: str) -> list[Generation]:
    if mode == "generate":
        given = generator.generate(prompts)
    else:
        closed = [prompt for prompt in prompts if prompt.choices]
        given = generator.score(closed) if closed else []
        given += [Generation.failed(prompt, "the row has no choices to compare") for prompt in prompts if not prompt.choices]
    found = {generation.id: generation for generation in given}
    return [found.get(prompt.id) or Generation.failed(prompt, "the engine gave no answer") for prompt in prompts]


class Worker:
    """Ray Data actor. Items and results are JSON, so that their shape is ours and not that of an inferred Arrow type.

    item: {"key": text, "batches": [[prompt, ...], ...]}. result: {"key", "answers": [generation, ...], "seconds": spent in the engine}, or
    {"key", "refused": reason} when the engine cannot open the model or cannot answer at all. environment: variables to set first.
    heartbeat: told as long as the engine opens or answers.
    """

    def __init__(
        self,
        engine: Engine,
        files: ModelFiles,
        options: Mapping[str, Any],
        mode: str,
        threads: int,
        environment: Mapping[str, str],
        heartbeat: Heartbeat,
    ) -> None:
        os.environ.update(environment)
        if threads:
            import torch

            torch.set_num_threads(threads)
        self.mode, self.heartbeat, self.refused = mode, heartbeat, ""
        try:
            with heartbeat.computing():
                files.check(engine.identify)
                self.generator = engine.open(files.model, **options)
                files.check(engine.identify)
        except Exception as error:
            # Raised here, it would come back as a failure of the actors without its reason.
            why = str(error) if isinstance(error, MedslakeError) else f"{type(error).__name__}: {error}"
            self.refused = f"cannot open {files.model}: {why}"

    def __call__(self, row: Mapping[str, str]) -> dict[str, str]:
        item = json.loads(row["item"])
        if self.refused:
            return {"result": json.dumps({"key": item["key"], "refused": self.refused})}
        begun = time.perf_counter()
        try:
            with self.heartbeat.computing():
                answers = [
                    dataclasses.asdict(generation)
                    for batch in item["batches"]
                    for generation in answer(self.generator, [Prompt(**p) for p in batch], self.mode)
                ]
        except EngineUnavailable as error:
            return {"result": json.dumps({"key": item["key"], "refused": f"cannot answer: {error}"})}
        return {"result": json.dumps({"key": item["key"], "answers": answers, "seconds": time.perf_counter() - begun})}
