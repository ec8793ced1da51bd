"""Any server with the OpenAI chat protocol: vLLM, vllm-ascend, MindIE, llama.cpp, `transformers serve`, or a vendor's.

Rows leave this machine, so the server's clearance is declared: `clearance` is the highest access class that may be sent there. A key is
read from MEDSLAKE_API_KEY and from nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from medslake.engines.base import Engine, EngineUnavailable, Generation, Generator, Measure, Prompt
from medslake.engines.parts.chat_answer import generation_of
from medslake.engines.parts.first_rows import ALIKE, AllRefused, FirstRows
from medslake.engines.parts.http_json import Broken, Refused, answers, post_json
from medslake.errors import UsageError

__all__ = ["ENGINE", "KEY"]

#: Environment variable with the key.
KEY = "MEDSLAKE_API_KEY"
#: Characters per token, a guess that only groups rows.
_CHARACTERS = 4
#: Names of the limit on new tokens: the protocol's first, and what newer models take in its place.
LIMITS = ("max_tokens", "max_completion_tokens")
#: A question that holds no data: it shows whether the server takes requests of this form.
_TRIAL = Prompt("trial", [{"role": "user", "content": "Say yes."}], 16)
_PATIENCE = 60.0


class _Server:
    """base_url: up to and with /v1. concurrency: requests at a time; retries: further tries of one request; timeout: seconds of one try.
    limit_field: one of LIMITS, or auto.
    """

    def __init__(self, model: str, base_url: str, concurrency: int, retries: int, timeout: float, seed: int, limit_field: str) -> None:
        self.model, self.url, self.seed = model, base_url.rstrip("/"), seed
        self.concurrency, self.retries, self.timeout, self.limit_field = concurrency, retries, timeout, limit_field
        self._first = FirstRows(self._takes_the_trial)

    @property
    def settled(self) -> dict[str, str]:
        return {"limit_field": self._limit}

    @cached_property
    def _limit(self) -> str:
        """The name of the limit that the server takes; where that cannot be told now, the protocol's first."""
        if self.limit_field != "auto":
            return self.limit_field
        for name in LIMITS:
            try:
                self._try(name)
            except Refused:
                continue
            except EngineUnavailable:
                break
            return name
        return LIMITS[0]

    def measure(self, prompts: Sequence[Prompt]) -> list[Measure]:
        return [Measure(sum(len(m["content"]) for m in prompt.messages) // _CHARACTERS + 1) for prompt in prompts]

    def generate(self, prompts: Sequence[Prompt]) -> list[Generation]:
        _ = self._limit  # before the threads
        with ThreadPoolExecutor(self.concurrency) as threads:
            return list(threads.map(self._one, prompts))

    def _one(self, prompt: Prompt) -> Generation:
        try:
            with self._first.asking() as tell:
                try:
                    answer = self._post(prompt, self._limit, self.retries, self.timeout)
                except Refused as refusal:
                    tell(refusal.grounds)
                    return Generation.failed(prompt, str(refusal))
                except Broken:
                    # A server that lists its models fails at this row; one that does not fails at all of them.
                    if not answers(f"{self.url}/models", key=KEY, timeout=self.timeout):
                        raise
                    tell("HTTP 500")
                    return Generation.failed(prompt, f"the server failed at this row {self.retries + 1} times (HTTP 500)")
                tell(None)
                return generation_of(prompt, answer)
        except AllRefused as refusal:
            raise EngineUnavailable(f"{self.url} refused all of the first {ALIKE} rows with {refusal.grounds}") from None

    def _takes_the_trial(self) -> bool:
        try:
            self._try(self._limit)
        except (Refused, EngineUnavailable):
            return False
        return True

    def _try(self, limit_field: str) -> None:
        self._post(_TRIAL, limit_field, min(1, self.retries), min(self.timeout, _PATIENCE))

    def _post(self, prompt: Prompt, limit_field: str, retries: int, timeout: float) -> dict[str, Any]:
        asked = {
            "model": self.model,
            "messages": [dict(m) for m in prompt.messages],
            limit_field: prompt.max_new_tokens,
            "temperature": 0,
            "seed": self.seed,
        }
        return post_json(f"{self.url}/chat/completions", asked, key=KEY, retries=retries, timeout=timeout)


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
    limit_field: str = "auto",
) -> Generator:
    place = urlsplit(base_url)
    if place.scheme not in ("http", "https") or not place.hostname:
        raise UsageError("Engine openai_api needs a server.", hint="Add --set base_url=http://localhost:8000/v1")
    if place.username or place.password or place.query:
        raise UsageError("base_url holds credentials or parameters, which would be recorded.", hint=f"Put the key into {KEY}.")
    for name, value in (("concurrency", concurrency), ("timeout", timeout), ("retries", retries + 1)):
        if value <= 0:
            raise UsageError(f"Option {name} of engine openai_api is too small.")
    if limit_field not in ("auto", *LIMITS):
        raise UsageError(f"Option limit_field of engine openai_api is {limit_field!r}; it takes auto, {' or '.join(LIMITS)}.")
    return _Server(model, base_url, concurrency, retries, timeout, seed, limit_field)


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
    options=(
        ("base_url", ""),
        ("clearance", "public"),
        ("concurrency", 8),
        ("retries", 5),
        ("timeout", 600.0),
        ("seed", 0),
        ("limit_field", "auto"),
    ),
    environment=(KEY,),
)
