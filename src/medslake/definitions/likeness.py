"""How alike two definitions of a task are: Jaccard similarity of their word trigrams.

A task has some hundred definitions, so every pair is compared exactly; MinHash, which estimates the same number, is for tables of millions.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Self

from medslake.definitions.spoken import words

__all__ = ["LIMIT", "Shelf", "trigrams"]

#: From this similarity on a definition is a near copy.
LIMIT = 0.7


def trigrams(text: str, language: str = "English") -> set[tuple[str, ...]]:
    """Runs of three words, in lower case and without marks; of a shorter text all that it has. language: of the text, which parts them."""
    found = words(text, language)
    return {tuple(found[at : at + 3]) for at in range(max(1, len(found) - 2))}


@dataclass
class Shelf:
    """Definitions of one task in one language that have been accepted, each beside its name."""

    limit: float = LIMIT
    language: str = "English"
    #: A set of trigrams is a number with a bit for each, so that two are compared by two operations.
    _bits: dict[tuple[str, ...], int] = field(default_factory=dict)
    _sets: dict[str, int] = field(default_factory=dict)

    def copy(self) -> Self:
        return replace(self, _bits=dict(self._bits), _sets=dict(self._sets))

    def near(self, text: str) -> str | None:
        """Name of the first one that is a near copy; None where there is none."""
        found = self._set(text)
        for name, other in self._sets.items():
            if (found & other).bit_count() >= self.limit * (found | other).bit_count():
                return name
        return None

    def put(self, name: str, text: str) -> None:
        self._sets[name] = self._set(text)

    def _set(self, text: str) -> int:
        bits = self._bits
        return sum(1 << bits.setdefault(gram, len(bits)) for gram in trigrams(text, self.language))
