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
    """text is None exactly when error says why."""

    id: str
    text: str | None
    finish_reason: str
    prompt_tokens: int
    new_tokens: int
    error: str | None = None


class Generator(Protocol):
    """A loaded model. count_tokens: prompt length as the model sees it, for length-grouped batches."""

    def count_tokens(self, prompts: Sequence[Prompt]) -> list[int]: ...
    def generate(self, prompts: Sequence[Prompt]) -> list[Generation]: ...


@dataclass(frozen=True)
class Engine:
    """open(model, **options) loads the model once per actor. remote: rows leave this machine, so access classes apply."""

    name: str
    open: Callable[..., Generator]
    remote: bool = False
    clearance: str = "private"
    options: tuple[tuple[str, Any], ...] = ()
