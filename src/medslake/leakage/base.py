"""The noun LeakTest: one way in which a row of some side may give a benchmark row away, said in Spark SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["ACTIONS", "SIDES", "LeakExample", "LeakTest"]

#: What a benchmark row is compared with: rows that a model is trained on, the shots of its own prompt, rows of other benchmark sets.
SIDES = ("train", "shot", "bench")
#: block: refuse the commit. drop: leave the row out of train. tag: record it, scores are then shown for the clean subset as well.
#: note: record it, the row still counts as clean. off: do not look.
ACTIONS = ("block", "drop", "tag", "note", "off")


@dataclass(frozen=True)
class LeakExample:
    """Two rows, of the columns that the test reads (`input` for the text), and the score expected; None = no hit."""

    left: Mapping[str, Any]
    right: Mapping[str, Any]
    score: float | None


@dataclass(frozen=True)
class LeakTest:
    """One test, in one file that binds TEST. Expressions run in the JVM, over the columns of `medslake.leakage.rows.COLUMNS`.

    marks: array<bigint> of a row; two rows that share a mark are a candidate pair, found by one hash join for all tests.
    score: DOUBLE from 0 to 1 of a candidate pair; it sees the structs `l` (the row that may give away) and `r` (the benchmark row), and
        `n`, the number of marks they share, `r_marks`, the number of marks that r has. A hit scores at least `threshold`.
    common: marks that more than so many distinct texts of one set hold say nothing and are left out everywhere; None = all marks count.
    nominees: of the rows of a set that share a mark, so many are candidates for all that share it on the other side. The others are
        candidates for those only: large families of equal or like rows would make products of pairs.
    by_text: judge one row for all rows of a set with the same normal form; False where a row is more than its text.
    says: what stands between the two rows in a message; `{score}` is filled in. policy: side -> default action.
    """

    name: str
    about: str
    says: str
    threshold: float
    policy: Mapping[str, str]
    marks: str
    score: str
    examples: tuple[LeakExample, ...]
    common: int | None = None
    nominees: int = 1
    by_text: bool = True
