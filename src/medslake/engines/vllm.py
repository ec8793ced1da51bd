"""vLLM through Ray Data LLM: a stage of the Ray Data pipeline instead of a model in our actors.

The rows reach vLLM as the token ids that the engine `transformers` reads, so that both see the same prompt. Needs `pip install ray[llm]` in
an environment of its own.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from medslake.engines.base import TINY, Engine, Generation, Measurer, Prompt
from medslake.engines.parts.chat_template import TEMPLATE_DATE
from medslake.engines.parts.model_folder import model_digest
from medslake.engines.parts.reader import Reader
from medslake.errors import MissingDependency

__all__ = ["ENGINE"]


class _Requests:
    """Rows of ours to rows of Ray Data LLM: {"item": prompt as JSON, ...} to token ids and sampling parameters, other columns kept."""

    def __init__(self, model: str, seed: int, day: str = TEMPLATE_DATE) -> None:
        self.model, self.seed, self.day = model, seed, day

    @cached_property
    def reader(self) -> Reader:
        return Reader(self.model, day=self.day)

    def __call__(self, row: Mapping[str, Any]) -> dict[str, Any]:
        prompt = Prompt(**json.loads(row["item"]))
        ids, _ = self.reader.fitted(prompt)
        asked = {
            "temperature": 0.0,
            "max_tokens": prompt.max_new_tokens,
            "seed": self.seed,
            "stop_token_ids": self.reader.turn_ends,
            "skip_special_tokens": True,
        }
        return {**row, "prompt": "", "tokenized_prompt": ids, "sampling_params": asked}


def answered(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of Ray Data LLM to {"key", "item", "answer": generation as JSON}."""
    prompt = Prompt(**json.loads(row["item"]))
    written = int(row["num_generated_tokens"])
    reason = "length" if written >= prompt.max_new_tokens else "stop"
    found = Generation(prompt.id, row["generated_text"], reason, int(row["num_input_tokens"]), written)
    return {"key": row["key"], "item": row["item"], "answer": json.dumps(dataclasses.asdict(found))}


def stage(model: str, options: Mapping[str, Any], workers: int) -> Callable[[Any], Any]:
    """Dataset with columns key and item to one with answers; rows that vLLM fails at bear `__inference_error__`."""
    from ray.data.llm import build_processor, vLLMEngineProcessorConfig

    config = vLLMEngineProcessorConfig(
        model_source=model,
        engine_kwargs={
            "dtype": options["dtype"],
            "seed": options["seed"],
            "tensor_parallel_size": options["tensor_parallel"],
            "enable_prefix_caching": True,
        },
        concurrency=workers,
        batch_size=options["batch_size"],
        should_continue_on_error=True,
        chat_template_stage={"enabled": False},
        tokenize_stage={"enabled": False},
        detokenize_stage={"enabled": False},
    )
    processor: Callable[[Any], Any] = build_processor(
        config, preprocess=_Requests(model, options["seed"], options["template_date"]), postprocess=answered
    )
    return processor


def _open(model: str, *, weights: bool = True, template_date: str = TEMPLATE_DATE, **_: Any) -> Measurer:
    """Only measures: what answers is the stage."""
    if weights:
        _require()
    return Reader(model, day=template_date)


def _require() -> None:
    import importlib.util

    if importlib.util.find_spec("vllm") is None:
        raise MissingDependency("Engine vllm", "pip install 'ray[llm]==2.60.0'")


def _identify(model: str) -> str:
    _require()
    return model_digest(model)


ENGINE = Engine(
    name="vllm",
    about="vLLM through Ray Data LLM, in an environment of its own.",
    open=_open,
    identify=_identify,
    stage=stage,
    example=TINY,
    options=(("dtype", "auto"), ("seed", 0), ("tensor_parallel", 1), ("batch_size", 64), ("template_date", TEMPLATE_DATE)),
)
