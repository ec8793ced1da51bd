"""Messages to token ids by the model's own chat template. Special tokens inside a message stay plain text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from medslake.engines.parts.chat_template import TEMPLATE_DATE, ChatTemplate
from medslake.errors import UsageError

__all__ = ["ChatPrompts"]

Messages = Sequence[dict[str, str]]
# Private-use characters: no template or tokenizer gives them a meaning.
_MARK = "\ue000{}\ue001"
_MARKED = re.compile("\ue000(\\d+)\ue001")


@dataclass(frozen=True)
class ChatPrompts:
    """A fast tokenizer with a chat template; build it with `of`."""

    tokenizer: Any
    template: ChatTemplate
    special: tuple[str, ...]

    @classmethod
    def of(cls, tokenizer: Any, name: str, day: str = TEMPLATE_DATE) -> ChatPrompts:
        """day: that the template writes, YYYY-MM-DD. UsageError for a tokenizer without tokenizer.json or a usable template."""
        if not getattr(tokenizer, "is_fast", False):
            raise UsageError(f"The tokenizer of {name} is not a fast one (tokenizer.json).")
        known = [token.content for token in tokenizer.added_tokens_decoder.values() if token.special]
        return cls(tokenizer, ChatTemplate.of(tokenizer, name, day), tuple(sorted(known, key=len, reverse=True)))

    def encode(self, messages: Messages) -> list[int]:
        """Ids up to where the model starts to write; without special tokens in the data, those of `apply_chat_template`."""
        marked = self.template.render([{**m, "content": _MARK.format(k)} for k, m in enumerate(messages)])
        pieces = _MARKED.split(marked)
        if [int(k) for k in pieces[1::2]] != list(range(len(messages))):
            raise UsageError(f"The chat template of {self.template.name} does not render every message once and in order.")
        ids: list[int] = []
        run = ""
        for k, piece in enumerate(pieces):
            if k % 2:
                message = messages[int(piece)]
                if self.template.folds and message["role"] == "user":
                    ids += self.plain(run)
                    run = ""
                run += message["content"].strip() if self.template.trims else message["content"]
                continue
            # Only the template's own special tokens end a run of plain text: merges across its seams belong to the format.
            parts = self._cut(piece)
            run += parts[0]
            for token, text in zip(parts[1::2], parts[2::2], strict=True):
                ids += self.plain(run)
                ids.append(self.tokenizer.convert_tokens_to_ids(token))
                run = text
        return ids + self.plain(run)

    def _cut(self, piece: str) -> list[str]:
        """Plain text and special tokens in turn, beginning and ending with plain text."""
        if not self.special:
            return [piece]
        return re.split("(" + "|".join(map(re.escape, self.special)) + ")", piece)

    def plain(self, text: str) -> list[int]:
        """Ids of text outside of the template's special tokens, such as an answer."""
        if not text:
            return []
        backend = self.tokenizer.backend_tokenizer
        recognised, backend.encode_special_tokens = backend.encode_special_tokens, True
        try:
            return list(backend.encode(text, add_special_tokens=False).ids)
        finally:
            backend.encode_special_tokens = recognised
