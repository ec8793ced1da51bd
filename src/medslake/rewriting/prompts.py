"""What a model is asked, so that a rewritten definition keeps what the written one promises."""

from __future__ import annotations

import random
from collections.abc import Sequence

from medslake.definitions.contract import Contract
from medslake.tasks.base import Task

__all__ = ["HINTS", "PROMPT", "prompt_of"]

#: {text}: the definition. {keep}: what has to be in its place. {hint}: one of HINTS.
PROMPT = (
    "Below is an instruction for a language model. Write it anew: the meaning stays, the words and the order of the sentences change. "
    "{hint}"
    "{keep}\nWrite the new instruction alone, without an introduction, an example or a question.\n\nInstruction:\n{text}"
)
#: A different turn for each rewriting of the same definition, so that an engine that always takes the likeliest word gives different texts.
HINTS = (
    "Use plain words.",
    "Make it shorter.",
    "Write as one colleague to another.",
    "Say first what the answer must look like, and then what is to be done.",
    "Use the tone of a guideline.",
    "Begin with what is given.",
    "Split long sentences.",
    "Address the reader directly.",
    "Put it as a request.",
    "Use other verbs throughout.",
)


def prompt_of(task: Task, parent: str, number: int, seed: int) -> str:
    """What is asked for the nth rewriting of a definition, but for {text}. parent: its id. The hints of a definition come in an order that
    the seed decides; after the last one they begin anew.
    """
    order = random.Random(f"{seed} {parent}").sample(HINTS, len(HINTS))
    return PROMPT.replace("{hint}", order[number % len(HINTS)]).replace("{keep}", _keep(Contract.of(task)))


def _keep(contract: Contract) -> str:
    kept: Sequence[str] = (*contract.labels, *contract.sentinels, *contract.templates)
    told = [f" These words must stay letter for letter: {'; '.join(kept)}."] if kept else []
    told += [f" Still say of the answer: {', '.join(contract.forms)}."] if contract.forms else []
    told += [f" Still name the language of the answer: {', '.join(contract.languages)}."] if contract.languages else []
    return "".join(told)
