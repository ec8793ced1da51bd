"""What a model reads: messages to token ids that fit its context, and what rows share at their head. Needs no weights."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from medslake.engines.base import Measure, Prompt
from medslake.engines.parts.chat_prompts import ChatPrompts
from medslake.engines.parts.chat_template import TEMPLATE_DATE
from medslake.engines.parts.decoding import common_prefix

__all__ = ["Reader"]

#: Ends of turn that chat models write although their configuration may name another token only.
_TURN_ENDS = ("<|eot_id|>", "<|im_end|>", "<|end_of_turn|>", "<end_of_turn>", "<|end|>")
_NO_LIMIT = 1 << 20


class Reader:
    """Tokenizer, chat template and context of a model folder. share: whether the engine computes common heads once; day: that the template
    writes, YYYY-MM-DD.
    """

    def __init__(self, model: str, *, share: bool = True, day: str = TEMPLATE_DATE) -> None:
        from transformers import AutoConfig, AutoTokenizer

        self.model, self.share = model, share
        self.tokenizer: Any = AutoTokenizer.from_pretrained(model)
        self.chat = ChatPrompts.of(self.tokenizer, model, day)
        self.config = AutoConfig.from_pretrained(model)
        limits = [getattr(self.config, "max_position_embeddings", None), self.tokenizer.model_max_length]
        self.context = min([n for n in limits if n and n < _NO_LIMIT], default=_NO_LIMIT)

    @cached_property
    def turn_ends(self) -> list[int]:
        """Ids that end an answer besides those of the model's generation settings: the tokenizer's, and ends of turn in its vocabulary."""
        vocabulary = self.tokenizer.get_vocab()
        own = self.tokenizer.eos_token_id
        return sorted({vocabulary[token] for token in _TURN_ENDS if token in vocabulary} | ({own} if own is not None else set()))

    def measure(self, prompts: Sequence[Prompt]) -> list[Measure]:
        """Rows whose messages are alike but for the last share a head, as long as their tokens really agree."""
        read = [self.fitted(prompt) for prompt in prompts]
        together: dict[str, list[int]] = defaultdict(list)
        for k, prompt in enumerate(prompts):
            told = json.dumps([dict(m) for m in prompt.messages[:-1]])
            together[hashlib.md5(told.encode(), usedforsecurity=False).hexdigest()].append(k)
        found = [Measure(len(ids)) for ids, _ in read]
        for head, rows in together.items() if self.share else ():
            shared = common_prefix([read[k][0] for k in rows]) if len(rows) > 1 else 0
            for k in rows if shared else ():
                found[k] = Measure(len(read[k][0]), head, shared)
        return found

    def fitted(self, prompt: Prompt) -> tuple[list[int], str | None]:
        """Ids that leave room for the answer, with as many examples as fit; an error where the question alone does not."""
        longest = max((len(ids) for ids in self.choices(prompt)), default=0)
        room = self.context - max(prompt.max_new_tokens, longest)
        for messages in (prompt.messages, *prompt.fewer):
            ids = self.chat.encode(messages)
            if len(ids) <= room:
                return ids, None
        return ids, f"the prompt has {len(ids)} tokens without examples, the context of {self.context} leaves {max(room, 0)}"

    def choices(self, prompt: Prompt) -> list[list[int]]:
        """Ids of each choice as an answer."""
        return [self.chat.plain(choice) for choice in prompt.choices]
