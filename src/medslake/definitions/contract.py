"""What every definition of a task has to say: its labels, and of the answer's form what all of its written definitions say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Self

from medslake.definitions.spoken import FORMS, TONGUES, length
from medslake.tasks.base import Task, names_label

__all__ = ["Contract"]

_QUOTED = re.compile(r'"([^"]+)"')
#: From here on a quoted form has what differs from answer to answer.
_OPEN = re.compile(r"\s*(?:<|\{|\[|\b[XYN]\b|\.\.\.).*", re.S)


@dataclass(frozen=True)
class Contract:
    """language: of the definition. labels: to be named, each as it is spelled, but for its case. sentinels: whole answers to be quoted,
    such as that for nothing found; the example has one of them. templates: other quoted words, such as the fixed part of an answer with
    something to fill in. forms: of FORMS, to be spoken of; languages: to be named. longest: words that a definition may have.
    """

    language: str
    labels: tuple[str, ...]
    sentinels: tuple[str, ...]
    templates: tuple[str, ...]
    forms: tuple[str, ...]
    languages: tuple[str, ...]
    longest: int

    @classmethod
    def of(cls, task: Task, language: str | None = None) -> Self:
        """language: of the definition; default that of the task's. In another one it has to say what the task's written ones all say, as
        far as `medslake.definitions.spoken` knows how that is said.
        """
        own = task.definition_language
        language = language or own
        texts = [definition.text for definition in task.definitions]
        quoted = reduce(set.__and__, ({_fixed(q) for q in _QUOTED.findall(text)} for text in texts)) - {""}
        whole = {_fixed(output) for _, output in task.example.instances}
        sentinels, templates = sorted(quoted & whole), sorted(quoted - whole)
        forms = tuple(name for name in _stated_by_all(texts, FORMS, own, re.I) if name in FORMS.get(language, ()))
        # That the answer is in the definitions' own language goes without saying.
        named = [
            name for name in _stated_by_all(texts, TONGUES, own) if name in TONGUES.get(language, ()) and (name, language) != (own, own)
        ]
        told = texts if language == own else [one.text for one in task.native if one.language == language]
        longest = max(120, *(2 * length(text, language) for text in told))
        return cls(language, task.labels or (), tuple(sentinels), tuple(templates), forms, tuple(named), longest)

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
        yield from ((form, re.compile(FORMS[self.language][form], re.I).search) for form in self.forms)
        yield from ((language, re.compile(TONGUES[self.language][language]).search) for language in self.languages)


def _stated_by_all(texts: list[str], ways: Mapping[str, Mapping[str, str]], language: str, flags: int = 0) -> Iterator[str]:
    """What all of these texts of a language speak of."""
    yield from (name for name, how in ways.get(language, {}).items() if all(re.search(how, text, flags) for text in texts))


def _fixed(quoted: str) -> str:
    """The part of a quoted form that is the same in every answer, without the mark at its end."""
    return _OPEN.sub("", quoted).rstrip(" .,;:!?")
