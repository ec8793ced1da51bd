"""The noun Tagger: how medical a conversation is, as a score from 0 to 1."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from medslake.engines import Generation, Prompt

__all__ = ["MEANS", "Answering", "Conversation", "Tag", "Tagger", "TaggerExample", "Terms", "Verdict"]

#: What a tagger is opened with: the terms of the lake, or a model that answers.
MEANS = ("terms", "engine")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Conversation:
    """turns: (speaker, text) in order; the speaker who asks is `user`."""

    id: str
    turns: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        return "\n".join(text for _, text in self.turns)


@dataclass(frozen=True)
class Verdict:
    """score: from 0 (other) to 1 (medical), None exactly where error says why there is none. evidence: what spoke for it and against it."""

    id: str
    score: float | None
    evidence: tuple[str, ...] = ()
    error: str | None = None


#: Conversations in, a verdict on each of them out, in whatever order.
Tag = Callable[[Iterable[Conversation]], Iterator[Verdict]]
#: What a tagger that needs a model is given: prompts in, an answer to each of them out, in whatever order.
Answering = Callable[[Iterable[Prompt]], Iterator[Generation]]


@dataclass(frozen=True)
class Terms:
    """A part of a vocabulary: the terms of a group that one source has in one silver table.

    texts: Spark SQL over the table's columns, ARRAY<STRING>. where: of which rows. words: the single words of the texts count, of those
    that stand in several of them, instead of the texts.
    """

    group: str
    source: str
    kind: str
    texts: str
    where: str = "true"
    words: bool = False


@dataclass(frozen=True)
class TaggerExample:
    """Two conversations, of which the first is medical and the second is not. given: what the tagger is opened with: group -> terms, or for
    one that asks a model the answer to each, by id.
    """

    medical: Conversation
    other: Conversation
    given: Mapping[str, Any]


@dataclass(frozen=True)
class Tagger:
    """One way to tell medical conversations, in one file that binds TAGGER.

    about: one line for `medslake list`. needs: `terms` or `engine`. open(given) makes the Tag: given are the terms of the lake, group ->
    texts in order, or an Answering. terms: where those come from; a group of which the lake has none is refused. threshold: the score
    from which on a conversation counts as medical where nobody says another. version: of what decides verdicts and is no code, such as a
    list of words.
    """

    name: str
    about: str
    needs: str
    open: Callable[[Any], Tag]
    threshold: float
    example: TaggerExample
    terms: tuple[Terms, ...] = ()
    version: str = ""

    def faults(self) -> Iterator[str]:
        """What is wrong with the declaration in itself, a sentence each."""
        if not _NAME.fullmatch(self.name):
            yield f"The name {self.name!r} is not of lower-case letters, digits and underscores."
        if not self.about.strip() or "\n" in self.about:
            yield "`about` is not one line that says what the tagger is."
        if self.needs not in MEANS:
            yield f"It needs {self.needs!r}; known are {', '.join(MEANS)}."
        if (self.needs == "terms") != bool(self.terms):
            yield "`terms` are given exactly where it needs terms."
        if not 0 < self.threshold < 1:
            yield f"The threshold is {self.threshold}, and must lie between 0 and 1."
