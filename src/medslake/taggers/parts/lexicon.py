"""A weighted vocabulary, and what of it a text holds.

Words are compared without case, without the accents of Latin letters and without a plural s. Chinese and Japanese have no blanks between
words: their entries are looked for anywhere in a text.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

__all__ = ["Lexicon", "counted_words", "key_of", "words_of"]

_WORD = re.compile(r"[^\W_]+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_MARKS = re.compile("[\u0300-\u036f]")
#: Longest entry, in words: longer terms are whole sentences, which nobody says in a conversation.
_LONGEST = 6
#: A term of one word that is shorter is more often an abbreviation of something else.
_SHORTEST = 4


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared."""
    folded = text.casefold()
    if not folded.isascii():
        folded = _MARKS.sub("", unicodedata.normalize("NFD", folded))
    return [_singular(word) for word in _WORD.findall(folded)]


@lru_cache(maxsize=1 << 16)
def _singular(word: str) -> str:
    return word[:-1] if len(word) > _SHORTEST and word.endswith("s") and word[-2] not in "aisu" and word.isascii() else word


def key_of(term: str) -> str:
    return " ".join(words_of(term))


def counted_words(texts: Iterable[str], least: int = 3, shortest: int = 6) -> list[str]:
    """Words that stand in at least so many of the texts and have at least so many letters."""
    found = Counter(word for text in texts for word in set(words_of(text)) if len(word) >= shortest and word.isalpha())
    return sorted(word for word, number in found.items() if number >= least)


@dataclass(frozen=True)
class Lexicon:
    """entries: key -> group. beginnings: of words -> group. anywhere: entries that are looked for in the text itself -> group. weights:
    group -> what it says, above 0 for medicine and below for something else. bias: what a text says that holds none of it.
    """

    weights: Mapping[str, float]
    bias: float
    entries: dict[str, str] = field(default_factory=dict)
    beginnings: dict[str, str] = field(default_factory=dict)
    anywhere: dict[str, str] = field(default_factory=dict)

    def add(self, group: str, words: Iterable[str]) -> None:
        """Words and phrases of a list; `word*` is the beginning of words. Of an entry that two groups have the first one counts."""
        for word in words:
            if _CJK.search(word):
                self.anywhere.setdefault(unicodedata.normalize("NFKC", word), group)
            elif word.endswith("*"):
                self.beginnings.setdefault(key_of(word[:-1]), group)
            elif key := key_of(word):
                self.entries.setdefault(key, group)

    def add_terms(self, group: str, terms: Iterable[str], everyday: frozenset[str]) -> None:
        """Terms of the lake, without those that are long, short, or made of everyday words alone."""
        for term in terms:
            words = words_of(term)
            alone = len(words) == 1 and (len(words[0]) < _SHORTEST or not words[0].isalpha())
            if 0 < len(words) <= _LONGEST and not alone and not all(word in everyday or len(word) < 3 for word in words):
                self.entries.setdefault(" ".join(words), group)

    def found(self, text: str) -> dict[str, set[str]]:
        """Group -> its entries in the text, the longest first where they overlap."""
        found: dict[str, set[str]] = {}
        words = words_of(text)
        at = 0
        while at < len(words):
            for size in range(min(_LONGEST, len(words) - at), 0, -1):
                key = words[at] if size == 1 else " ".join(words[at : at + size])
                group = self.entries.get(key) or (self._begins(key) if size == 1 else None)
                if group is not None:
                    found.setdefault(group, set()).add(key)
                    at += size - 1
                    break
            at += 1
        if self.anywhere and _CJK.search(text):
            plain = unicodedata.normalize("NFKC", text)
            for entry, group in self.anywhere.items():
                if entry in plain:
                    found.setdefault(group, set()).add(entry)
        return found

    def _begins(self, word: str) -> str | None:
        return next((group for size in self._sizes if (group := self.beginnings.get(word[:size]))), None)

    @cached_property
    def _sizes(self) -> list[int]:
        return sorted({len(one) for one in self.beginnings}, reverse=True)

    def score(self, found: Mapping[str, set[str]]) -> float:
        """From 0 to 1: the logistic of what the groups say together, each by the logarithm of its distinct entries."""
        told = self.bias + sum(self.weights[group] * math.log1p(len(entries)) for group, entries in found.items() if group in self.weights)
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, told))))
