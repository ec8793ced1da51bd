"""What every definition of a task has to say: its labels, and of the answer's form what all of its written definitions say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Self

from medslake.languages import CODES
from medslake.tasks.base import Task

__all__ = ["Contract"]

#: Marks of an answer's form -> how a definition speaks of them.
FORMS = {
    "comma": r"\bcomma|', '|\b\w+1, \w+2\b|\ba, b\b",
    "semicolon": r"\bsemi-?colon|'; '|\b\w+1; \w+2\b|\ba; b\b|\bterm; term\b",
    "full stop": r"\bfull stop|\bperiod\b|\b\w+1, \w+2\.'",
    "letter": r"\bletters?\b",
    "question": r"\bquestions?\b|\binterrogative\b",
}
_QUOTED = re.compile(r'"([^"]+)"')
#: From here on a quoted form has what differs from answer to answer.
_OPEN = re.compile(r"\s*(?:<|\{|\[|\b[XYN]\b|\.\.\.).*", re.S)


@dataclass(frozen=True)
class Contract:
    """labels: to be named, each as it is spelled, but for its case. literals: to be quoted. forms: of FORMS, to be spoken of; languages:
    likewise. longest: words that a definition may have.
    """

    labels: tuple[str, ...]
    literals: tuple[str, ...]
    forms: tuple[str, ...]
    languages: tuple[str, ...]
    longest: int

    @classmethod
    def of(cls, task: Task) -> Self:
        texts = [definition.text for definition in task.definitions]
        quoted = reduce(set.__and__, ({_fixed(q) for q in _QUOTED.findall(text)} for text in texts)) - {""}
        forms = tuple(name for name, how in FORMS.items() if all(re.search(how, text, re.I) for text in texts))
        languages = tuple(name for name in CODES if name != "English" and all(re.search(rf"\b{re.escape(name)}\b", t) for t in texts))
        longest = max(120, 2 * max(len(text.split()) for text in texts))
        return cls(task.labels or (), tuple(sorted(quoted)), forms, languages, longest)

    def missing_labels(self, text: str) -> list[str]:
        lower = text.lower()
        return [label for label in self.labels if not _holds(lower, label.lower())]

    def missing_forms(self, text: str) -> Iterator[str]:
        """What of the answer's form the text does not state."""
        yield from (f'"{literal}"' for literal in self.literals if literal.lower() not in text.lower())
        yield from (form for form in self.forms if not re.search(FORMS[form], text, re.I))
        yield from (language for language in self.languages if not re.search(rf"\b{re.escape(language)}\b", text))


def _holds(text: str, label: str) -> bool:
    return label in text and re.search(rf"(?<!\w){re.escape(label)}(?!\w)", text) is not None


def _fixed(quoted: str) -> str:
    """The part of a quoted form that is the same in every answer, without the mark at its end."""
    return _OPEN.sub("", quoted).rstrip(" .,;:!?")
