"""A random Llama of two layers with a byte-level BPE of at most 2048 tokens, trained on the package's invented texts and on no row of a
lake: a tokenizer shows the words that it was trained on.

It is there to run every line of the training and inference code in seconds; its answers mean nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from medslake.synth import Draw
from medslake.synth.parts.annotated import document
from medslake.synth.parts.exams import exam
from medslake.synth.parts.questions import health_question
from medslake.synth.parts.words import LANGUAGES
from medslake.train.models.llama3_template import LLAMA3_TEMPLATE

__all__ = ["NAME", "build", "folder_name"]

NAME = "tiny"
VOCABULARY = 2048
#: The special tokens of the Llama 3 chat format; their ids come first.
SPECIAL = ("<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>", "<|pad|>")
#: Llama 3's pre-tokenisation.
SPLIT = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"


def folder_name() -> str:
    """Of the built model; another one where the texts behind its tokenizer are others."""
    told = hashlib.sha256("\x00".join(_texts()).encode()).hexdigest()
    return f"{NAME}-{told[:8]}"


def build(folder: Path) -> None:
    """Write config, weights and tokenizer. Weights depend on nothing but this file and the vocabulary's size."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    tokenizer = _tokenizer()
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=128,
        intermediate_size=352,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=2048,
        tie_word_embeddings=True,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = LlamaForCausalLM(config)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _texts() -> Iterator[str]:
    """Invented questions, cases and abstracts, the same in every process."""
    draw = Draw(0)
    # The chat format's own words, often enough to become single tokens.
    yield from ["system\n\n", "user\n\n", "assistant\n\n"] * 1000
    yield from (f"{asked}\n\n{summary}" for _, asked, summary in (health_question(draw, number) for number in range(500)))
    yield from (document(draw, str(number)).whole for number in range(200))
    for language in LANGUAGES:
        for _ in range(200):
            asked = exam(draw, language)
            options = "\n".join(f"{key}. {text}" for key, text in asked["options"].items())
            yield f"{asked['question']}\n{options}\n\n{asked['answer_idx']}: {asked['answer']}\n{asked['rationale']}"


def _tokenizer():  # type: ignore[no-untyped-def]
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    backend = Tokenizer(models.BPE())
    backend.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(SPLIT), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    backend.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    backend.train_from_iterator(
        _texts(),
        trainers.BpeTrainer(
            vocab_size=VOCABULARY, special_tokens=list(SPECIAL), initial_alphabet=alphabet, min_frequency=2, show_progress=False
        ),
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        bos_token=SPECIAL[0],
        eos_token="<|eot_id|>",
        pad_token="<|pad|>",
        model_max_length=2048,
        clean_up_tokenization_spaces=False,
        chat_template=LLAMA3_TEMPLATE,
    )
