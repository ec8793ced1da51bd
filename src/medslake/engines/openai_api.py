"""Any server with the OpenAI chat protocol: vLLM, vllm-ascend, MindIE, llama.cpp, `transformers serve`, or a vendor's.

Rows leave this machine, so the server's clearance is declared: `clearance` is the highest access class that may be sent there. A key is
read from MEDSLAKE_API_KEY and from nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from medslake.engines.base import Engine, Generation, Generator, Measure, Prompt
from medslake.engines.parts.http_json import Broken, Refused, answers, post_json
from medslake.errors import UsageError

__all__ = ["ENGINE", "KEY"]

#: Environment variable with the key.
KEY = "MEDSLAKE_API_KEY"
#: Characters per token, a guess that only groups rows.
_CHARACTERS = 4


class _Server:
    """base_url: up to and with /v1. concurrency: requests at a time; retries: further tries of one request; timeout: seconds of one try."""

    def __init__(self, model: str, base_url: str, concurrency: int, retries: int, timeout: float, seed: int) -> None:
        self.model, self.url, self.seed = model, base_url.rstrip("/"), seed
        self.concurrency, self.retries, self.timeout = concurrency, retries, timeout

    def measure(self, prompts: Sequence[Prompt]) -> list[Measure]:
        return [Measure(sum(len(m["content"]) for m in prompt.messages) // _CHARACTERS + 1) for prompt in prompts]

    def generate(self, prompts: Sequence[Prompt]) -> list[Generation]:
        with ThreadPoolExecutor(self.concurrency) as threads:
            return list(threads.map(self._one, prompts))

    def _one(self, prompt: Prompt) -> Generation:
        asked = {
            "model": self.model,
            "messages": [dict(m) for m in prompt.messages],
            "max_tokens": prompt.max_new_tokens,
            "temperature": 0,
            "seed": self.seed,
        }
        try:
            answer = post_json(f"{self.url}/chat/completions", asked, key=KEY, retries=self.retries, timeout=self.timeout)
        except Refused as refusal:
            return Generation.failed(prompt, str(refusal))
        except Broken:
            # A server that lists its models fails at this row; one that does not fails at all of them.
            if answers(f"{self.url}/models", key=KEY, timeout=self.timeout):
                return Generation.failed(prompt, f"the server failed at this row {self.retries + 1} times (HTTP 500)")
            raise
        return _generation(prompt, answer)


def _generation(prompt: Prompt, answer: dict[str, Any]) -> Generation:
    try:
        choice, usage = answer["choices"][0], answer.get("usage") or {}
        text = choice["message"].get("content") or ""
        reason = "length" if choice.get("finish_reason") == "length" else "stop"
    except (KeyError, IndexError, TypeError, AttributeError):
        return Generation.failed(prompt, "the server's answer is not of the chat protocol")
    return Generation(prompt.id, text, reason, int(usage.get("prompt_tokens") or 0), int(usage.get("completion_tokens") or 0))


def _open(
    model: str,
    *,
    weights: bool = True,
    base_url: str = "",
    clearance: str = "public",
    concurrency: int = 8,
    retries: int = 5,
    timeout: float = 600.0,
    seed: int = 0,
) -> Generator:
    place = urlsplit(base_url)
    if place.scheme not in ("http", "https") or not place.hostname:
        raise UsageError("Engine openai_api needs a server.", hint="Add --set base_url=http://localhost:8000/v1")
    if place.username or place.password or place.query:
        raise UsageError("base_url holds credentials or parameters, which would be recorded.", hint=f"Put the key into {KEY}.")
    for name, value in (("concurrency", concurrency), ("timeout", timeout), ("retries", retries + 1)):
        if value <= 0:
            raise UsageError(f"Option {name} of engine openai_api is too small.")
    return _Server(model, base_url, concurrency, retries, timeout, seed)


def _identify(model: str) -> str:
    # The protocol tells no digest of the weights.
    return model


ENGINE = Engine(
    name="openai_api",
    about="A server with the OpenAI chat protocol, here or elsewhere.",
    open=_open,
    identify=_identify,
    remote=True,
    clearance="public",
    options=(("base_url", ""), ("clearance", "public"), ("concurrency", 8), ("retries", 5), ("timeout", 600.0), ("seed", 0)),
    environment=(KEY,),
)
