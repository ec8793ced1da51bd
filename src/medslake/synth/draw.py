"""Chance for writers of synthetic files: the same for the same words of a seed, and fast."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import TypeVar

from medslake.synth.text import LATIN, prose

__all__ = ["Draw", "Length"]

T = TypeVar("T")
#: Of a normal distribution, in standard deviations.
_P95 = 1.6449
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True)
class Length:
    """Log-normal by its median and its 95th percentile; in words, of Chinese and Japanese in signs. most: cut there, 0 is nowhere."""

    median: float
    p95: float
    most: int = 0

    @cached_property
    def spread(self) -> float:
        """The standard deviation of the logarithm."""
        return math.log(self.p95 / self.median) / _P95


class Draw(Random):
    """A Random with the verbs that twins need. seed: of the whole run; what is to be alike in files made apart is drawn from `about`."""

    def __init__(self, seed: int, *words: object) -> None:
        super().__init__("/".join(map(str, (seed, *words))))
        self.run_seed = seed

    def about(self, *words: object) -> Draw:
        """Another Draw that follows from the seed and these words alone, wherever it is asked for: `draw.about("person", number)`."""
        return Draw(self.run_seed, *words)

    def pick(self, values: Sequence[T]) -> T:
        return values[int(self.random() * len(values))]

    def some(self, values: Sequence[T], count: int) -> list[T]:
        """`count` different ones in random order."""
        size, random = len(values), self.random
        if 2 * count > size:
            return self.sample(values, count)
        places: dict[int, None] = {}
        while len(places) < count:
            places[int(random() * size)] = None
        return [values[at] for at in places]

    def weighted(self, shares: Mapping[T, float]) -> T:
        """A key by its share; shares need not sum to 1."""
        left = self.random() * sum(shares.values())
        for key, share in shares.items():
            left -= share
            if left < 0:
                return key
        return key

    def whole(self, low: int, high: int) -> int:
        """Both ends included."""
        return low + int(self.random() * (high - low + 1))

    def chance(self, share: float) -> bool:
        return self.random() < share

    def length(self, length: Length) -> int:
        """A number of words, at least 1."""
        drawn = max(1, round(length.median * math.exp(length.spread * self.gauss(0.0, 1.0))))
        return min(drawn, length.most) if length.most else drawn

    def words(self, length: Length | int, language: str = "en", *, ended: bool = True) -> str:
        """Running text in sentences, of so many words; without a full stop at its end where not `ended`."""
        return prose(self, length if isinstance(length, int) else self.length(length), language, ended=ended)

    def parts(self, length: Length | int, count: int, language: str = "en") -> list[str]:
        """`count` texts that have so many words together."""
        whole = length if isinstance(length, int) else self.length(length)
        shares = [0.5 + self.random() for _ in range(count)]
        scale = whole / sum(shares)
        return [prose(self, max(1, round(share * scale)), language) for share in shares]

    def day(self, first_year: int, last_year: int) -> str:
        """YYYY-MM-DD."""
        month = int(self.random() * 12)
        return f"{self.whole(first_year, last_year)}-{month + 1:02d}-{1 + int(self.random() * _DAYS[month]):02d}"

    def clock(self) -> str:
        """HH:MM:SS."""
        second = int(self.random() * 86_400)
        return f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"

    def name(self) -> str:
        """An invented given name and family name."""
        return f"{self.pick(LATIN.given)} {self.pick(LATIN.families)}"
