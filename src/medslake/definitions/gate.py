"""The gate of gold.definitions: what a definition must keep, whoever wrote it. Every row gets a verdict, and none is thrown away."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from medslake.definitions.contract import Contract
from medslake.definitions.likeness import Shelf
from medslake.definitions.spoken import has_kana, length, script_share
from medslake.lake.quality.tongues import LATIN, WORDS, script_of
from medslake.languages import CODES
from medslake.tasks.base import Task

__all__ = ["RULES", "Gate", "Verdict"]

#: Rule -> what it says of a definition that breaks it.
RULES: Mapping[str, str] = {
    "task": "no task of that id is registered",
    "labels": "does not name every label",
    "form": "does not say what form the answer has",
    "language": "is not in the language that it is to be in",
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
    """Judges the definitions of one task, one after the other: of two near copies the first is accepted.

    shelves: by language, that of the task's definitions and those of its data in which it has wordings.
    """

    task: Task
    shelves: dict[str, Shelf] = field(default_factory=dict)

    def __post_init__(self) -> None:
        spoken = dict.fromkeys([self.task.definition_language, *(definition.language for definition in self.task.native)])
        self._contracts = {language: Contract.of(self.task, language) for language in spoken}
        self.shelves = self.shelves or {language: Shelf(language=language) for language in spoken}
        told = [_plain(definition.text) for definition in self.task.definitions]
        languages = self.task.input_language, self.task.output_language
        pairs = [zip(pair, languages, strict=True) for pair in self.task.example.instances]
        shown = [_plain(text) for pair in pairs for text, language in pair if length(text, language) > 4]
        # What every instance may have, such as the sentence for nothing found, is no example, nor are labels, which may stand in any order.
        self._examples = [text for text in shown if self._says_more(text) and not any(text in definition for definition in told)]

    @property
    def contract(self) -> Contract:
        """Of definitions in the task's own language."""
        return self._contracts[self.task.definition_language]

    @property
    def shelf(self) -> Shelf:
        """Of definitions in the task's own language."""
        return self.shelves[self.task.definition_language]

    def _says_more(self, text: str) -> bool:
        """Whether a text holds anything but labels."""
        for label in sorted(map(_plain, self.contract.labels), key=len, reverse=True):
            text = text.replace(label, "")
        return bool(text.strip())

    def copy(self) -> Self:
        """A gate that remembers the same definitions; what it accepts from now on is its own affair."""
        return replace(self, shelves={language: shelf.copy() for language, shelf in self.shelves.items()})

    def keeps(self, text: str) -> bool:
        """Whether a text that is put together of the task's own parts keeps labels, form and length; the other rules the parts keep."""
        contract = self.contract
        return not contract.missing_labels(text) and not any(contract.missing_forms(text)) and len(text.split()) <= contract.longest

    def sound(self, text: str) -> bool:
        """Whether a text breaks none of the rules on single definitions."""
        return not self._broken(text, self.contract)

    def judge(self, name: str, text: str, parent: str | None = None, language: str | None = None) -> Verdict:
        """name: under which the definition is remembered where it is accepted. parent: see `Contract.missing_forms`. language: of the
        definition; one that is none of the data is taken for the task's.
        """
        contract = self._contracts.get(language or "", self.contract)
        broken = self._broken(text, contract, parent)
        if not broken:
            shelf = self.shelves[contract.language]
            near = shelf.near(text)
            if near is None:
                shelf.put(name, text)
                return Verdict()
            broken = {"near_copy": near}
        told = "; ".join(what for what in broken.values() if what)
        return Verdict(tuple(broken), told or None)

    def _broken(self, text: str, contract: Contract, parent: str | None = None) -> dict[str, str]:
        """Rule -> what is missing or too much."""
        plain = " ".join(text.split())
        said = length(plain, contract.language)
        labels, forms = contract.missing_labels(plain), list(contract.missing_forms(plain, parent))
        longest = max(contract.longest, 2 * length(parent or "", contract.language))
        spoken = _other_language(plain, CODES[contract.language])
        found = {
            "labels": f"not named: {', '.join(labels)}" if labels else None,
            "form": f"not stated: {', '.join(forms)}" if forms else None,
            "language": spoken and f"seems to be {spoken}",
            "length": None if SHORTEST <= said <= longest else f"{said} words, not {SHORTEST} to {longest}",
            "question_back": "" if _QUESTION_BACK.search(plain) else None,
            "leaked_example": "" if _EXAMPLE.search(plain) or any(e in _plain(plain) for e in self._examples) else None,
        }
        return {rule: told for rule, told in found.items() if told is not None}


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _other_language(text: str, own: str) -> str | None:
    """The language that a text seems to be in, where that is not its own; see `medslake.lake.quality.tongues`."""
    script = script_of(own)
    if script == LATIN:
        if sum(not letter.isascii() for letter in _LETTER.findall(text)) > len(text) // 2:
            return "of another script"
    elif script_share(text, script) < 0.5 or (own in ("zh", "ja") and has_kana(text) != (own == "ja")):
        return "of another script"
    found = set(re.findall(r"[^\W\d_]+", text.lower()))
    if 5 * sum(own in _SPOKEN.get(word, ()) for word in found) >= len(found):
        return None
    counts = Counter(language for word in found for language in _SPOKEN.get(word, ()))
    best, most = counts.most_common(1)[0] if counts else (own, 0)
    return best if best != own and most >= 4 and most > 2 * counts[own] else None
