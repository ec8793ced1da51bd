"""The noun LeakTest: one way in which a row of some side may give a benchmark row away, said in Spark SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["ACTIONS", "SIDES", "TRAINED", "LeakExample", "LeakTest"]

#: What a benchmark row is compared with: rows that a model is trained on; the shots of its own prompt; those of either kind that are
#: rendered from structured encounters, since a template makes different patients look alike; rows of other benchmark sets.
SIDES = ("train", "shot", "encounter", "bench")
#: Sides whose rows a model is trained on.
TRAINED = ("train", "encounter")
#: block: refuse the commit. drop: leave the row out of train. tag: record it, scores are then shown for the clean subset as well.
#: note: record it, the row still counts as clean. off: do not look.
ACTIONS = ("block", "drop", "tag", "note", "off")


@dataclass(frozen=True)
class LeakExample:
    """Two rows, of the columns that the test reads (`input` for the text), and the score expected; None = no hit.

    others: further rows on the side of `left`, for tests that look at a whole side.
    """

    left: Mapping[str, Any]
    right: Mapping[str, Any]
    score: float | None
    others: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class LeakTest:
    """One test, in one file that binds LEAK_TEST. Expressions run in the JVM, over the columns of `medslake.leakage.rows.COLUMNS`.

    hashes: array<bigint> of a row; two rows that share a hash are a candidate pair, found by one hash join for all tests.
    score: DOUBLE from 0 to 1 of a candidate pair; it sees the structs `l` (the row that may give away) and `r` (the benchmark row).
        None: no two rows are compared; the score of a benchmark row is the share of its hashes that stand anywhere on the side, and to
        blame are as many rows, largest share first, as it takes for the rest to fall below the threshold.
    threshold: a hit scores at least that.
    function: what makes the hashes of a row (list<int64>) from the numbers that `hashes` gives (list<int64>), for a batch of rows.
    common: hashes that more than so many distinct texts of one set hold say nothing and are left out everywhere; None = all hashes count.
    nominees: of the rows of a set that share a hash, so many are candidates for all that share it on the other side. The others are
        candidates for those only: large families of equal or like rows would make products of pairs.
    by_text: judge one row for all rows of a set with the same normal form; False where a row is more than its text.
    says: what stands between the two rows in a message; `{score}` and `{part}`, the share of this row alone, are filled in.
    policy: side -> default action.
    """

    name: str
    about: str
    says: str
    threshold: float
    policy: Mapping[str, str]
    hashes: str
    score: str | None
    examples: tuple[LeakExample, ...]
    function: Callable[[Any], pa.Array] | None = None
    common: int | None = None
    nominees: int = 1
    by_text: bool = True

    def faults(self) -> Iterator[str]:
        """What is wrong with the declaration in itself, a sentence each; the expressions are run by the conformance test."""
        for side in SIDES:
            if self.policy.get(side) not in ACTIONS:
                yield f"policy of side {side} is {self.policy.get(side)!r}, none of {', '.join(ACTIONS)}"
            elif self.policy[side] == "drop" and side not in TRAINED:
                yield f"policy of side {side} is drop, but only training rows can be dropped"
        if unknown := set(self.policy) - set(SIDES):
            yield f"policy names {', '.join(sorted(unknown))}, none of the sides {', '.join(SIDES)}"
        if not 0 < self.threshold <= 1:
            yield f"threshold is {self.threshold}, not above 0 and at most 1"
        if self.nominees < 1:
            yield f"nominees are {self.nominees}, less than 1"
        try:
            self.says.format(score="", part="")
        except (KeyError, IndexError, ValueError):
            yield f"says holds more than {{score}} and {{part}}: {self.says!r}"
        if {example.score is None for example in self.examples} != {True, False}:
            yield "the examples are not both of a hit and of none"
