"""The engine vllm up to vLLM itself, which is not installed here: the pipeline that Ray Data LLM builds, what goes in, what comes out."""

from __future__ import annotations

import dataclasses
import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from medslake import registry
from medslake.accelerators.cpu import ACCELERATOR as CPU
from medslake.engines.base import Generation, Prompt
from medslake.engines.vllm import _Requests, answered, stage
from medslake.errors import MissingDependency

ENGINE = registry.get("engine", "vllm")
PROMPT = Prompt("r1", [{"role": "system", "content": "Answer."}, {"role": "user", "content": "What is the path?"}], 12)
ROW = {"key": "3", "item": json.dumps(vars(PROMPT))}


def test_vllm_reads_the_tokens_that_transformers_reads(tiny: Path) -> None:
    asked = _Requests(str(tiny), 5)(ROW)
    expected, _ = registry.get("engine", "transformers").open(str(tiny), weights=False, dtype="float32", device=CPU).fitted(PROMPT)
    assert asked["tokenized_prompt"] == expected and (asked["key"], asked["item"]) == (ROW["key"], ROW["item"])
    sampling = asked["sampling_params"]
    assert (sampling["temperature"], sampling["max_tokens"], sampling["seed"]) == (0.0, 12, 5)
    assert sampling["stop_token_ids"], "the end of turn is to end the answer"


@pytest.mark.parametrize(("written", "reason"), [(4, "stop"), (12, "length")])
def test_an_answer_of_ray_data_llm_is_a_generation(written: int, reason: str) -> None:
    given: dict[str, Any] = {**ROW, "generated_text": "here", "num_input_tokens": 20, "num_generated_tokens": written, "params": "..."}
    found = answered(given)
    assert (found["key"], found["item"]) == (ROW["key"], ROW["item"])
    assert json.loads(found["answer"]) == dataclasses.asdict(Generation("r1", "here", reason, 20, written)) | {"choices": []}


@pytest.mark.skipif(importlib.util.find_spec("vllm") is not None, reason="vllm is installed")
def test_without_vllm_the_install_line_is_told(tiny: Path) -> None:
    with pytest.raises(MissingDependency, match=r"pip install 'ray\[llm\]"):
        ENGINE.identify(str(tiny))


def test_ray_data_llm_takes_the_configuration(tiny: Path, ray_local: Any) -> None:
    processor = stage(str(tiny), dict(ENGINE.options) | {"dtype": "float32"}, 2)
    names = list(processor.stages)
    assert len(names) == 1 and "vLLM" in names[0]
    told = processor.stages[names[0]].fn_constructor_kwargs
    assert told["model"] == str(tiny) and told["should_continue_on_error"]
    assert told["engine_kwargs"]["enable_prefix_caching"] and told["engine_kwargs"]["dtype"] == "float32"
