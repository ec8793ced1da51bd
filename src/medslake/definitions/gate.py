"""The gate of gold.definitions: what a definition must keep, whoever wrote it. Every row gets a verdict, and none is thrown away."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from medslake.definitions.contract import Contract
from medslake.definitions.likeness import Shelf
from medslake.lake.quality.tongues import WORDS
from medslake.languages import CODES
from medslake.tasks.base import Task

__all__ = ["RULES", "Gate", "Verdict"]

#: Rule -> what it says of a definition that breaks it.
RULES: Mapping[str, str] = {
    "task": "no task of that id is registered",
    "labels": "does not name every label",
    "form": "does not say what form the answer has",
    "language": "is not in the language of the task's definitions",
    "length": "is too short or too long",
    "question_back": "speaks to who asked for it instead of asking for an answer",
    "leaked_example": "holds an example",
    "near_copy": "is a near copy of another definition of the task",
}
SHORTEST = 3
_QUESTION_BACK = re.compile(
    "|".join(
        (
            r"^(?:sure|certainly|of course|okay|absolutely)\b[,!.:]",
            r"\bas an ai\b|\blanguage model\b|^(?:i'?m|i am) sorry\b|\bI (?:cannot|can't|am unable)\b",
            r"\bhere(?:'s| is) (?:the|a|your) (?:rewritten|revised|rephrased|reworded)",
            r"\b(?:rewritten|rephrased|revised) (?:definition|instruction|version)",
            r"\b(?:could|can|would) you (?:please )?(?:share|clarify|specify|tell me|send)\b",
            r"\b(?:could|can|would) you (?:please )?provide (?:the|your) (?:text|input|instruction)",
            r"\bwhat would you like\b|\bhow (?:can|may) I (?:help|assist)|\blet me know\b|\bdo you want me\b",
            r"\bplease (?:provide|share|send|specify) (?:me )?(?:with )?(?:the|your|an?) (?:original )?(?:instruction|definition|text you)",
        )
    ),
    re.I,
)
_EXAMPLE = re.compile(
    r"\binput\s*:\s*(?!an? |the )\S.{8,}\boutput\s*:\s*\S|\bexample \d*\s*:\s*\S|\bquestion\s*:\s*\S.{8,}\banswer\s*:\s*\S", re.I | re.S
)
_LETTER = re.compile(r"[^\W\d_]")
#: Common word -> the languages that have it.
_SPOKEN: dict[str, list[str]] = {}
for _language, _words in WORDS.items():
    for _word in _words:
        _SPOKEN.setdefault(_word, []).append(_language)


@dataclass(frozen=True)
class Verdict:
    """faults: rules that the definition breaks, in their order; none: it is accepted. detail: what is missing, or of what it is a copy."""

    faults: tuple[str, ...] = ()
    detail: str | None = None

    @property
    def accepted(self) -> bool:
        return not self.faults


@dataclass
class Gate:
    """Judges the definitions of one task, one after the other: of two near copies the first is accepted."""

    task: Task
    shelf: Shelf = field(default_factory=Shelf)

    def __post_init__(self) -> None:
        self.contract = Contract.of(self.task)
        told = [_plain(definition.text) for definition in self.task.definitions]
        shown = [_plain(text) for pair in self.task.example.instances for text in pair if len(text.split()) > 4]
        # What every instance may have, such as the sentence for nothing found, is no example, nor are labels, which may stand in any order.
        self._examples = [text for text in shown if self._says_more(text) and not any(text in definition for definition in told)]

    def _says_more(self, text: str) -> bool:
        """Whether a text holds anything but labels."""
        for label in sorted(map(_plain, self.contract.labels), key=len, reverse=True):
            text = text.replace(label, "")
        return bool(text.strip())

    def copy(self) -> Self:
        """A gate that remembers the same definitions; what it accepts from now on is its own affair."""
        return replace(self, shelf=self.shelf.copy())

    def keeps(self, text: str) -> bool:
        """Whether a text that is put together of the task's own parts keeps labels, form and length; the other rules the parts keep."""
        contract = self.contract
        return not contract.missing_labels(text) and not any(contract.missing_forms(text)) and len(text.split()) <= contract.longest

    def sound(self, text: str) -> bool:
        """Whether a text breaks none of the rules on single definitions."""
        return not self._broken(text)

    def judge(self, name: str, text: str, parent: str | None = None) -> Verdict:
        """name: under which the definition is remembered where it is accepted. parent: see `Contract.missing_forms`."""
        broken = self._broken(text, parent)
        if not broken:
            near = self.shelf.near(text)
            if near is None:
                self.shelf.put(name, text)
                return Verdict()
            broken = {"near_copy": near}
        told = "; ".join(what for what in broken.values() if what)
        return Verdict(tuple(broken), told or None)

    def _broken(self, text: str, parent: str | None = None) -> dict[str, str]:
        """Rule -> what is missing or too much."""
        plain = " ".join(text.split())
        words = len(plain.split())
        labels, forms = self.contract.missing_labels(plain), list(self.contract.missing_forms(plain, parent))
        longest = max(self.contract.longest, 2 * len((parent or "").split()))
        spoken = _other_language(plain, CODES[self.task.definition_language])
        found = {
            "labels": f"not named: {', '.join(labels)}" if labels else None,
            "form": f"not stated: {', '.join(forms)}" if forms else None,
            "language": spoken and f"seems to be {spoken}",
            "length": None if SHORTEST <= words <= longest else f"{words} words, not {SHORTEST} to {longest}",
            "question_back": "" if _QUESTION_BACK.search(plain) else None,
            "leaked_example": "" if _EXAMPLE.search(plain) or any(e in _plain(plain) for e in self._examples) else None,
        }
        return {rule: told for rule, told in found.items() if told is not None}


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _other_language(text: str, own: str) -> str | None:
    """The language that a text seems to be in, where that is not its own; see `medslake.lake.quality.tongues`."""
    latin = text.isascii() or own not in WORDS or own in ("ru", "bg")
    if not latin and sum(not letter.isascii() for letter in _LETTER.findall(text)) > len(text) // 2:
        return "of another script"
    words = set(re.findall(r"[^\W\d_]+", text.lower()))
    if 5 * sum(own in _SPOKEN.get(word, ()) for word in words) >= len(words):
        return None
    counts = Counter(language for word in words for language in _SPOKEN.get(word, ()))
    best, most = counts.most_common(1)[0] if counts else (own, 0)
    return best if best != own and most >= 4 and most > 2 * counts[own] else None
