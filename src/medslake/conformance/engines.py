"""What an engine promises, on questions of ours: a measure, and an answer or a reason for every row, the same ones each time."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from medslake.accelerators.cpu import ACCELERATOR as CPU
from medslake.conformance.chat_server import chat_server
from medslake.declared import wrong_types
from medslake.engines import TINY, Engine, EngineUnavailable, Generation, Measure, Prompt
from medslake.errors import MissingDependency
from medslake.plugins import reason

if TYPE_CHECKING:
    from medslake.conformance.scratch import Scratch

__all__ = ["QUESTIONS", "findings"]


def _asked(name: str, *turns: str, limit: int = 12) -> Prompt:
    """turns: of the user and the assistant in turn; the last one is the question."""
    messages = [{"role": "user" if k % 2 == 0 else "assistant", "content": text} for k, text in enumerate(turns)]
    return Prompt(name, messages, limit, choices=("the knee", "the hip", "the lower back"))


#: By what is odd about each. One is longer than most models read.
QUESTIONS = (
    Prompt("system turn", [{"role": "system", "content": "Answer."}, {"role": "user", "content": "Where does it hurt?"}], 12, ("a", "b")),
    _asked("no system turn", "Where does it hurt?"),
    _asked("shots", "Where was it?", "the hip", "And then?", "the knee", "Where does it hurt now?"),
    _asked("one new token", "Where does it hurt?", limit=1),
    _asked("other signs", "Wo tut es weh? 膝が痛い 🩺 \x00 <|eot_id|> </s>"),
    _asked("empty", ""),
    _asked("very long", "word " * 20_000),
)


def findings(engines: Mapping[str, Engine], scratch: Scratch) -> dict[str, list[str]]:
    found = {}
    for name, engine in engines.items():
        with ExitStack() as held:
            found[name] = list(_findings(engine, scratch, held))
    return found


def _findings(engine: Engine, scratch: Scratch, held: ExitStack) -> Iterator[str]:
    options = dict(engine.options)
    if "device" in options:
        options["device"] = CPU
    if "base_url" in options:
        options["base_url"] = held.enter_context(chat_server())
    try:
        model = _model(engine, scratch)
        bare = engine.open(model, weights=False, **options)
        yield from _measured(bare)
        yield from _settled(bare, engine)
        names = [engine.identify(model), engine.identify(model)]
        if not (names[0] and isinstance(names[0], str) and names[0] == names[1]):
            yield f"identify gives {names[0]!r} and then {names[1]!r}, and must give the same text each time."
        if engine.stage is not None:
            scratch.untried["engine", engine.name] = "its stage, which Ray Data runs"
            return
        for mode in engine.modes:
            # Two times opened: what it answers depends on the model, the options and the rows alone.
            one, two = (engine.open(model, **options) for _ in range(2))
            yield from _answered(one, two, mode)
    except MissingDependency as error:
        scratch.untried["engine", engine.name] = f"its answers. {error}"
    except EngineUnavailable as error:
        scratch.untried["engine", engine.name] = f"its answers. {error}"
    except Exception as error:
        hint = "" if engine.example == TINY else f" `example` names a model that it can open, such as TINY; it is {engine.example!r}."
        yield f"It cannot be opened and asked for its measure. {reason(error)}{hint}"


def _model(engine: Engine, scratch: Scratch) -> str:
    if engine.example != TINY:
        return engine.example
    from medslake.conformance.tiny_model import build_tiny

    folder = scratch.written("tiny_model", {})
    return str(folder if (folder / "config.json").exists() else build_tiny(folder))


def _measured(opened: Any) -> Iterator[str]:
    told = opened.measure(QUESTIONS)
    if not isinstance(told, list) or len(told) != len(QUESTIONS):
        yield f"measure gives no list of {len(QUESTIONS)} Measures for {len(QUESTIONS)} prompts."
        return
    for question, one in zip(QUESTIONS, told, strict=True):
        if not isinstance(one, Measure):
            yield f"measure gives a {type(one).__name__} for the prompt {question.id!r}, and must give a Measure."
            return
        wrong = list(wrong_types(one))
        if not wrong and not 0 <= one.shared <= one.tokens:
            wrong = [f"tokens are {one.tokens} and shared {one.shared}, and must be 0 or more, and shared no more than tokens."]
        yield from (f"measure of the prompt {question.id!r}: {what}" for what in wrong)
    if opened.measure(QUESTIONS) != told:
        yield "measure gives other numbers for the same prompts."


def _settled(opened: Any, engine: Engine) -> Iterator[str]:
    settled = getattr(opened, "settled", {})
    if unknown := set(settled) - {name for name, _ in engine.options}:
        yield f"settled names {', '.join(sorted(unknown))}, which is none of its options."


def _answered(one: Any, two: Any, mode: str) -> Iterator[str]:
    verb = "generate" if mode == "generate" else "score"
    if not callable(getattr(one, verb, None)):
        yield f"What it opens has no {verb}, which the mode {mode} needs."
        return
    together = {}
    try:
        given = getattr(one, verb)(QUESTIONS)
        wrong = list(_batch(given, verb))
        yield from wrong
        if wrong:
            return
        together = {answer.id: answer for answer in given}
    except EngineUnavailable:
        raise
    except Exception as error:
        yield f"{verb} raises at a batch of {len(QUESTIONS)} rows, one of them very long. {_advice(error)}"
    for question in QUESTIONS:
        try:
            (alone,) = getattr(one, verb)([question])
        except EngineUnavailable:
            raise
        except Exception as error:
            yield f"{verb} raises at the prompt {question.id!r}. {_advice(error)}"
            continue
        answer = together.get(question.id, alone)
        yield from (f"{verb} of the prompt {question.id!r}: {what}" for what in _of_row(question, answer, mode))
        if (alone.error is None) != (answer.error is None):
            yield f"{verb} answers the prompt {question.id!r} {'alone' if alone.error is None else 'among others'} only."
    if together:
        again = {answer.id: answer for answer in getattr(two, verb)(QUESTIONS)}
        changed = [name for name, answer in together.items() if again.get(name) != answer]
        if changed:
            yield f"{verb} answers otherwise when the model is opened again, at the prompt {changed[0]!r}."


def _advice(error: Exception) -> str:
    return f"{reason(error)} A row without an answer is Generation.failed(prompt, reason)."


def _batch(given: Any, verb: str) -> Iterator[str]:
    """What is wrong with the answers as a whole."""
    if not isinstance(given, list) or not all(isinstance(answer, Generation) for answer in given):
        yield f"{verb} gives no list of Generations."
        return
    ids = sorted(str(answer.id) for answer in given)
    if ids != sorted(question.id for question in QUESTIONS):
        yield f"{verb} answers {len(set(ids))} rows by their ids, of {len(QUESTIONS)}."


def _of_row(question: Prompt, answer: Generation, mode: str) -> Iterator[str]:
    wrong = list(wrong_types(answer))
    yield from wrong
    if wrong:
        return
    if answer.prompt_tokens < 0 or answer.new_tokens < 0:
        yield f"prompt_tokens are {answer.prompt_tokens} and new_tokens {answer.new_tokens}, and must be 0 or more."
    if not answer.finish_reason.strip():
        yield "finish_reason is empty."
    try:
        # As the actors send it.
        if Generation(**json.loads(json.dumps(dataclasses.asdict(answer)))) != dataclasses.replace(answer, choices=list(answer.choices)):
            yield "it is another one once it was written as JSON."
    except (TypeError, ValueError) as error:
        yield f"it cannot be written as JSON. {reason(error)}"
        return
    if answer.error is not None:
        if not answer.error.strip():
            yield "error is empty, and must say why there is no answer."
    elif mode == "generate":
        if answer.new_tokens > question.max_new_tokens:
            yield f"new_tokens are {answer.new_tokens}, more than the row's max_new_tokens, {question.max_new_tokens}."
    else:
        yield from _chosen(question, answer.text, answer.choices)


def _chosen(question: Prompt, text: str | None, choices: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if [one.get("choice") for one in choices] != list(question.choices):
        yield "choices are not those of the row in their order; Generation.chosen makes them."
        return
    sums = [one["logprob"] for one in choices if isinstance(one.get("logprob"), float) and not math.isnan(one["logprob"])]
    if len(sums) < len(choices) or any("mean_logprob" not in one for one in choices):
        yield "a choice has no logprob or no mean_logprob."
    elif text != question.choices[sums.index(max(sums))]:
        yield f"the text is {text!r}, and not the likeliest choice."
