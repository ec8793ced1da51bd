"""Llama 3's own tokenizer from the package llama-models, which ships Meta's file."""

from __future__ import annotations

import base64
import importlib.util
from functools import cache
from pathlib import Path
from typing import Any

from medslake.train.models.llama3_template import LLAMA3_TEMPLATE

INSTALL = "pip install --no-deps llama-models==0.3.0"
SPECIAL = [
    "<|begin_of_text|>",
    "<|end_of_text|>",
    *(f"<|reserved_special_token_{n}|>" for n in range(4)),
    "<|start_header_id|>",
    "<|end_header_id|>",
    "<|reserved_special_token_4|>",
    "<|eot_id|>",
    *(f"<|reserved_special_token_{n}|>" for n in range(5, 251)),
]


@cache
def ranks() -> dict[bytes, int]:
    """Bytes of each token -> rank; empty where the package is not installed."""
    found = importlib.util.find_spec("llama_models")
    if found is None or not found.submodule_search_locations:
        return {}
    lines = Path(found.submodule_search_locations[0], "llama3", "tokenizer.model").read_bytes().splitlines()
    return {base64.b64decode(token): int(rank) for token, rank in (line.split() for line in lines if line)}


def llama3_tokenizer() -> Any:
    """By transformers' converter, which would need tiktoken for nothing but to read the file."""
    from transformers import PreTrainedTokenizerFast
    from transformers.convert_slow_tokenizer import TikTokenConverter

    class Converter(TikTokenConverter):
        @staticmethod
        def load_tiktoken_bpe(tiktoken_url: str) -> dict[bytes, int]:
            return ranks()

    backend = Converter("", extra_special_tokens=SPECIAL).converted()
    return PreTrainedTokenizerFast(tokenizer_object=backend, bos_token=SPECIAL[0], eos_token="<|eot_id|>", chat_template=LLAMA3_TEMPLATE)
