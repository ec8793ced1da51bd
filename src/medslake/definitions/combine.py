"""Definitions combined of small parts: frame x verb x what is asked x labels x what the answer must look like. No model is asked."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from random import Random

from medslake.definitions.likeness import Shelf
from medslake.definitions.phrases import FRAMES, LABELS, LABELS_OF_SEVERAL, ROLES, VERBS
from medslake.tasks.base import STYLES, Definition, Task, names_label

__all__ = ["COUNT", "combined"]

#: Combined definitions of a task: with the fifteen written ones as many as MedS-Ins has of most of its tasks.
COUNT = 150
#: Combinations that are tried for one that is kept; a task whose parts are too few ends with fewer definitions.
_TRIES = 60
_VERBS = {verb: group for group in VERBS for verb in group}
_LONGEST = sorted(_VERBS, key=len, reverse=True)
_LIST = re.compile(r"\[\[any order: (.+?)\]\]")
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@dataclass(frozen=True)
class _Parts:
    task: Task
    asks: Sequence[str]
    given: Sequence[str]
    answers: Sequence[str]
    roles: Sequence[str]

    @classmethod
    def of(cls, task: Task) -> _Parts:
        found = task.phrases
        return cls(task, found["asks"], found["given"], found["answers"], found.get("roles") or ROLES[task.category])


def combined(task: Task, keeps: Callable[[str], bool], shelf: Shelf, count: int = COUNT) -> list[Definition]:
    """Up to `count` definitions of a task that has phrases, as many of each style as of the others; the same in every process.

    keeps: whether a text keeps what the task promises. shelf: the definitions that stand already; each new one is no near copy of them.
    """
    if not task.phrases:
        return []
    parts = _Parts.of(task)
    draws = {style: _draws(parts, style) for style in STYLES}
    found: list[Definition] = []
    tries = 0
    for style in cycle(STYLES):
        if len(found) == count or tries >= _TRIES * count:
            return found
        # A style whose parts are used up gives way to the others.
        for text in (next(draws[style]) for _ in range(_TRIES)):
            tries += 1
            if keeps(text) and shelf.near(text) is None:
                shelf.put(f"combined {len(found) + 1}", text)
                found.append(Definition(style, text))
                break
    return found


def _draws(parts: _Parts, style: str) -> Iterator[str]:
    random = Random(hashlib.sha256(f"{parts.task.id} {style}".encode()).digest())
    # Terse definitions are of the shorter half of what a task has.
    asks, answers = (_short(parts.asks), _short(parts.answers)) if style == "terse" else (parts.asks, parts.answers)
    while True:
        ask = _verb(random.choice(asks), random)
        words = {"ask": ask, "given": random.choice(parts.given), "role": random.choice(parts.roles)}
        told = {**words, **{name.capitalize(): text[:1].upper() + text[1:] for name, text in words.items()}}
        sentences = [random.choice(FRAMES[style]).format(**told)]
        answer = _verb(random.choice(answers), random)
        answer = _LIST.sub(lambda found: _in_another_order(found[1], random), answer)
        labels = parts.task.labels or ()
        if not all(names_label(f"{ask} {answer}", label) for label in labels):
            sentences.append(_labels(parts.task, labels, random))
        yield " ".join([*sentences, answer])


def _in_another_order(listed: str, random: Random) -> str:
    """A list that stands in no order of its own, such as types of entities: `[[any order: a; b; c]]` in the parts of a task."""
    names = listed.split("; ")
    random.shuffle(names)
    return random.choice((_semicolons, _commas))(names, "and")


def _short(texts: Sequence[str]) -> Sequence[str]:
    return sorted(texts, key=len)[: max(2, (len(texts) + 1) // 2)]


def _verb(text: str, random: Random) -> str:
    """The text with its first verb, or one that can stand for it."""
    for verb in _LONGEST:
        if text.startswith(f"{verb} ") and not text.startswith(f"{verb} out "):
            return random.choice(_VERBS[verb]) + text[len(verb) :]
    return text


def _labels(task: Task, labels: Sequence[str], random: Random) -> str:
    """A sentence with all labels, in an order drawn anew, so that none is always the first."""
    named = list(labels)
    random.shuffle(named)
    # Commas alone do not say where a label that has one, or an `and`, ends.
    clear = not any("," in label or " and " in label for label in labels)
    forms = [_semicolons, _quoted, _commas if clear else _numbered]
    count = _NUMBERS[len(named)] if len(named) < len(_NUMBERS) else str(len(named))
    sentence = random.choice(LABELS if task.choices_sql or not _several(task) else LABELS_OF_SEVERAL)
    return sentence.format(labels=random.choice(forms)(named, "and"), count=count)


def _several(task: Task) -> bool:
    """Whether several labels can make up one output."""
    return task.choices_sql is None and "array_join(" in task.output_sql


def _commas(labels: Sequence[str], last: str) -> str:
    return f"{', '.join(labels[:-1])} {last} {labels[-1]}"


def _semicolons(labels: Sequence[str], last: str) -> str:
    return "; ".join(labels)


def _quoted(labels: Sequence[str], last: str) -> str:
    return _commas([f'"{label}"' for label in labels], last)


def _numbered(labels: Sequence[str], last: str) -> str:
    return ", ".join(f"({number}) {label}" for number, label in enumerate(labels, start=1))
