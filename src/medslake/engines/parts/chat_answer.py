"""An answer in the OpenAI chat protocol: the model's text, or the word that says why there is none."""

from __future__ import annotations

from typing import Any

from medslake.engines.base import Generation, Prompt
from medslake.engines.parts.http_json import word

__all__ = ["generation_of"]

#: Members of a message in which a model says something else than an answer: what a reasoning parser cut off, a refusal, calls of tools.
_INSTEAD = (("refusal", "refusal"), ("tool_calls", "tool_calls"), ("reasoning_content", "reasoning"), ("reasoning", "reasoning"))
#: Ends of an answer that the model itself brought about or that its limit did; an empty text after another end is none.
_OWN = ("stop", "length")


def generation_of(prompt: Prompt, answer: dict[str, Any]) -> Generation:
    """finish_reason is the server's word, `stop` where it delivers none."""
    try:
        choice, usage = answer["choices"][0], answer.get("usage")
        message, delivered = choice["message"], choice.get("finish_reason")
        content = message.get("content")
    except (KeyError, IndexError, TypeError, AttributeError):
        return Generation.failed(prompt, "the server's answer is not of the chat protocol")
    reason = word(delivered) or ("stop" if delivered is None else "other")
    text = _text(content)
    why = None if text else _why(message, text, reason)
    return Generation(
        prompt.id,
        None if why else text,
        reason,
        _count(usage, "prompt_tokens"),
        _count(usage, "completion_tokens"),
        error=f"the server gave no text: {why}" if why else None,
        served_model=word(answer.get("model")),
        fingerprint=word(answer.get("system_fingerprint")),
    )


def _text(content: Any) -> str | None:
    """The text, that of a list of parts joined; None where there is none."""
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, dict) and part.get("type", "text") == "text"]
        texts = [part for part in parts if isinstance(part, str)]
        return "".join(texts) if texts else None
    return content if isinstance(content, str) else None


def _why(message: dict[str, Any], text: str | None, reason: str) -> str | None:
    """The word for a message without text; None where a model that ended by itself wrote nothing, which is what it said."""
    parts = message["content"] if isinstance(message.get("content"), list) else []
    kinds = {part.get("type") for part in parts if isinstance(part, dict)}
    found = [told for name, told in _INSTEAD if message.get(name) or name in kinds]
    if reason not in _OWN and reason not in found:
        return reason
    if found:
        return found[0]
    if text is None:
        return "content null" if message.get("content") is None else "content is no text"
    return None if reason == "stop" else reason


def _count(usage: Any, name: str) -> int:
    told = usage.get(name) if isinstance(usage, dict) else None
    return told if isinstance(told, int) and not isinstance(told, bool) and told >= 0 else 0
