"""What every definition of a task has to say: its labels, and of the answer's form what all of its written definitions say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Self

from medslake.languages import CODES
from medslake.tasks.base import Task, names_label

__all__ = ["Contract"]

#: Marks of an answer's form -> how a definition speaks of them.
FORMS = {
    "comma": r"\bcomma|', '|\b\w+1, \w+2\b|\ba, b\b",
    "semicolon": r"\bsemi-?colon|'; '|\b\w+1; \w+2\b|\ba; b\b|\bterm; term\b",
    "full stop": r"\bfull stop|\bperiod\b|\b\w+1, \w+2\.'",
    "letter": r"\bletters?\b",
    "question": r"\b(?:question|query|queries|inquir|enquir|interrogati)",
}
_QUOTED = re.compile(r'"([^"]+)"')
#: From here on a quoted form has what differs from answer to answer.
_OPEN = re.compile(r"\s*(?:<|\{|\[|\b[XYN]\b|\.\.\.).*", re.S)


@dataclass(frozen=True)
class Contract:
    """labels: to be named, each as it is spelled, but for its case. sentinels: whole answers to be quoted, such as that for nothing found;
    the example has one of them. templates: other quoted words, such as the fixed part of an answer with something to fill in. forms: of
    FORMS, to be spoken of; languages: likewise. longest: words that a definition may have.
    """

    labels: tuple[str, ...]
    sentinels: tuple[str, ...]
    templates: tuple[str, ...]
    forms: tuple[str, ...]
    languages: tuple[str, ...]
    longest: int

    @classmethod
    def of(cls, task: Task) -> Self:
        texts = [definition.text for definition in task.definitions]
        quoted = reduce(set.__and__, ({_fixed(q) for q in _QUOTED.findall(text)} for text in texts)) - {""}
        whole = {_fixed(output) for _, output in task.example.instances}
        sentinels, templates = sorted(quoted & whole), sorted(quoted - whole)
        forms = tuple(name for name, how in FORMS.items() if all(re.search(how, text, re.I) for text in texts))
        languages = tuple(name for name in CODES if name != "English" and all(re.search(rf"\b{re.escape(name)}\b", t) for t in texts))
        longest = max(120, 2 * max(len(text.split()) for text in texts))
        return cls(task.labels or (), tuple(sentinels), tuple(templates), forms, languages, longest)

    def missing_labels(self, text: str) -> list[str]:
        lower = text.lower()
        return [label for label in self.labels if not names_label(lower, label.lower())]

    def missing_forms(self, text: str, parent: str | None = None) -> Iterator[str]:
        """What of the answer's form the text does not state. parent: the text that it was rewritten from; of what is not whole answers a
        rewriting keeps what that one states.
        """
        yield from (f'"{sentinel}"' for sentinel in self.sentinels if sentinel.lower() not in text.lower())
        for name, stated in self._stated():
            if not stated(text) and (parent is None or stated(parent)):
                yield name

    def _stated(self) -> Iterator[tuple[str, Callable[[str], object]]]:
        """What is to be stated, and how a text is asked for it."""
        yield from ((f'"{template}"', re.compile(re.escape(template), re.I).search) for template in self.templates)
        yield from ((form, re.compile(FORMS[form], re.I).search) for form in self.forms)
        yield from ((language, re.compile(rf"\b{re.escape(language)}\b").search) for language in self.languages)


def _fixed(quoted: str) -> str:
    """The part of a quoted form that is the same in every answer, without the mark at its end."""
    return _OPEN.sub("", quoted).rstrip(" .,;:!?")
