"""The noun Engine: prompts to texts, in batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

__all__ = ["Engine", "Generation", "Generator", "Prompt"]


@dataclass(frozen=True)
class Prompt:
    """messages: chat turns as {"role", "content"}; max_new_tokens: limit for this row."""

    id: str
    messages: Sequence[dict[str, str]]
    max_new_tokens: int = 200


@dataclass(frozen=True)
class Generation:
    """text is None exactly when error says why. finish_reason: stop, length or error."""

    id: str
    text: str | None
    finish_reason: str
    prompt_tokens: int
    new_tokens: int
    error: str | None = None

    @classmethod
    def failed(cls, prompt: Prompt, error: str, prompt_tokens: int = 0) -> Generation:
        return cls(prompt.id, None, "error", prompt_tokens, 0, error)


class Generator(Protocol):
    """A loaded model. count_tokens: prompt length as the model will read it, for length-grouped batches.

    generate answers one batch in the order given. A row that cannot be answered is a Generation with an error; raising fails the batch,
    which the caller then repeats row by row.
    """

    def count_tokens(self, prompts: Sequence[Prompt]) -> list[int]: ...
    def generate(self, prompts: Sequence[Prompt]) -> list[Generation]: ...


@dataclass(frozen=True)
class Engine:
    """open(model, weights=True, **options) loads the model once per actor; with weights=False only count_tokens will be used.

    identify(model) gives the digest that stands for the model's weights, and raises UsageError for a model that the engine cannot open.
    options: keyword arguments of `open` with their defaults; they enter the settings of every answer. remote: rows leave this machine, so
    rows above `clearance` are refused.
    """

    name: str
    open: Callable[..., Generator]
    identify: Callable[[str], str]
    remote: bool = False
    clearance: str = "private"
    options: tuple[tuple[str, Any], ...] = ()
