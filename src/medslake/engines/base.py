"""The noun Engine: prompts to texts, in batches."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from medslake.lake.access import LEVELS

__all__ = ["MODES", "TINY", "Chooser", "Engine", "EngineUnavailable", "Generation", "Generator", "Measure", "Measurer", "Prompt"]

#: generate: the model writes. loglikelihood: it says how likely each of the row's choices is.
MODES = ("generate", "loglikelihood")
#: Example of an engine that opens the folder of a transformers model.
TINY = "tiny"
_NAME = re.compile(r"[a-z][a-z0-9_]*")
#: Halves of a pair of UTF-16: alone they are no character, and no file can hold them.
_LONE = re.compile("[\ud800-\udfff]")


class EngineUnavailable(Exception):
    """No row can be answered now (the server is away, or refuses the key): the job stops, and its rerun goes on where it stopped.

    The message holds neither data nor keys.
    """


@dataclass(frozen=True)
class Prompt:
    """messages: chat turns as {"role", "content"}; max_new_tokens: limit for this row; choices: the outputs among which the right one is,
    empty when open. fewer: the messages with one shot less each, down to none, for a context that the whole does not fit; the last shot
    goes first, so that rows with equal shots keep their head in common.
    """

    id: str
    messages: Sequence[dict[str, str]]
    max_new_tokens: int = 200
    choices: Sequence[str] = ()
    fewer: Sequence[Sequence[dict[str, str]]] = ()


@dataclass(frozen=True)
class Generation:
    """text is what the model wrote, and None exactly when error says why there is none; a lone surrogate in it becomes U+FFFD.

    finish_reason: stop, length, choice (the likeliest one), error (the engine failed), or the word that a server delivered, such as
    content_filter. choices: with log-likelihoods, in the row's order, {"choice", "logprob": natural logarithm, summed over its tokens,
    "mean_logprob": per token}. served_model, fingerprint: what a server says of the model that answered.
    """

    id: str
    text: str | None
    finish_reason: str
    prompt_tokens: int
    new_tokens: int
    error: str | None = None
    choices: Sequence[dict[str, Any]] = ()
    served_model: str | None = None
    fingerprint: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.text, str) and self.error is None:
            object.__setattr__(self, "error", "the engine gave neither a text nor a reason")
        told = self.text if self.error is None else None
        object.__setattr__(self, "text", told and _LONE.sub("\ufffd", told))

    @classmethod
    def failed(cls, prompt: Prompt, error: str, prompt_tokens: int = 0) -> Generation:
        return cls(prompt.id, None, "error", prompt_tokens, 0, error)

    @classmethod
    def chosen(cls, prompt: Prompt, sums: Sequence[float], lengths: Sequence[int], prompt_tokens: int) -> Generation:
        """The likeliest choice, the first of equals. sums: log-probability of each choice; lengths: its tokens.

        Numbers that cannot be compared choose nothing: where one is NaN, or none is above minus infinity, the row has no answer.
        """
        if any(map(math.isnan, sums)):
            nth = next(k for k, total in enumerate(sums, start=1) if math.isnan(total))
            return cls.failed(prompt, f"the log-likelihood of choice {nth} of {len(sums)} is not a number", prompt_tokens)
        if max(sums) == -math.inf:
            return cls.failed(prompt, f"none of the {len(sums)} choices has a likelihood above 0", prompt_tokens)
        best = max(range(len(sums)), key=lambda k: (sums[k], -k))
        told = [
            {"choice": choice, "logprob": total, "mean_logprob": total / tokens}
            for choice, total, tokens in zip(prompt.choices, sums, lengths, strict=True)
        ]
        return cls(prompt.id, prompt.choices[best], "choice", prompt_tokens, lengths[best], choices=told)


@dataclass(frozen=True)
class Measure:
    """tokens: length of a prompt as the model reads it. shared: of these, how many at the head the engine computes once for all rows of the
    same `head`.
    """

    tokens: int
    head: str = ""
    shared: int = 0


class Measurer(Protocol):
    """What an engine opens without weights: it says what batching must know of each prompt.

    It may have a property `settled`: values of options that only the model or its server can tell. They are asked for once, before the set,
    by whoever may send it rows; all actors are opened with them, and they stand in the settings of every answer.
    """

    def measure(self, prompts: Sequence[Prompt]) -> list[Measure]: ...


class Generator(Measurer, Protocol):
    """A loaded model. generate answers one batch.

    A row that cannot be answered is a Generation with an error; raising fails the batch, which the caller then repeats in halves, but for
    EngineUnavailable, which ends the job.
    """

    def generate(self, prompts: Sequence[Prompt]) -> list[Generation]: ...


class Chooser(Generator, Protocol):
    """A loaded model of the mode loglikelihood. score gives each row's likeliest choice."""

    def score(self, prompts: Sequence[Prompt]) -> list[Generation]: ...


@dataclass(frozen=True)
class Engine:
    """about: one line for `medslake list`.

    open(model, weights=True, **options) loads the model once per actor, as a Generator, or a Chooser where modes names loglikelihood; with
    weights=False it may be a Measurer alone.

    identify(model) gives the digest that stands for the model's weights, and raises UsageError for a model that the engine cannot open.
    options: keyword arguments of `open` with their defaults; they enter the settings of every answer. An engine with an option `device`
    runs on the devices at hand, and is opened with the Accelerator. modes: those of MODES that it knows.
    remote: rows leave this machine, so rows above the option `clearance` (or, without one, `clearance`) are refused. environment: names of
    variables that the actors need, such as keys; their values reach the actors in memory and are written nowhere.

    example: the model with which `medslake plugin check` opens it, as --model takes it; TINY stands for the folder of a random model of two
    layers, which is made for the check. A check gives an option `base_url` the address of a server of its own, which speaks the OpenAI
    chat protocol.

    stage(model, options, workers), where an engine has one, is what answers instead of an opened model: a function from a Ray dataset with
    columns key and item (a Prompt as JSON) to one with key, item and answer (a Generation as JSON) or `__inference_error__`.
    """

    name: str
    about: str
    open: Callable[..., Any]
    identify: Callable[[str], str]
    remote: bool = False
    clearance: str = "private"
    options: tuple[tuple[str, Any], ...] = ()
    modes: tuple[str, ...] = MODES[:1]
    environment: tuple[str, ...] = ()
    example: str = "example"
    stage: Callable[[str, Mapping[str, Any], int], Callable[[Any], Any]] | None = None

    def faults(self) -> Iterator[str]:
        """What is wrong with the declaration in itself, a sentence each; no model is opened for it."""
        if not _NAME.fullmatch(self.name):
            yield f"The name {self.name!r} is not of lower-case letters, digits and underscores."
        if not self.about.strip() or "\n" in self.about:
            yield "`about` is not one line that says what the engine is."
        unknown = [mode for mode in self.modes if mode not in MODES]
        if unknown or not self.modes:
            yield f"The modes are {', '.join(self.modes) or 'none'}; known are {', '.join(MODES)}."
        clearance = dict(self.options).get("clearance", self.clearance)
        if clearance not in LEVELS:
            yield f"The clearance {clearance!r} is no access class; known are {', '.join(LEVELS)}."
        odd = [name for name, value in self.options if not isinstance(value, (str, int, float))]
        if odd:
            yield f"The default of {', '.join(odd)} is no text, number or truth value, so that --set cannot tell its type."
        try:
            inspect.signature(self.open).bind("model", weights=True, **dict(self.options))
        except TypeError as error:
            yield f"open(model, weights=True, ...) does not take its options: {error}."
