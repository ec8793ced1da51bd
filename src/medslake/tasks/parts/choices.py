"""Closed outputs: their labels in Spark SQL, for expressions, and in words, for definitions."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

__all__ = ["as_spelled", "is_one_of", "listed", "numbered", "one_of", "shuffled"]

#: What stands around a label and is no part of it.
_BLANKS = " \\t\\r\\n\u00a0\u3000\ufeff"


def one_of(labels: Sequence[str], form: str = "{}") -> str:
    """array<string> of all labels in their declared order, each written into `form` as `output_sql` writes the right one."""
    return f"array({_literals(form.format(label) for label in labels)})"


def as_spelled(value: str, labels: Sequence[str]) -> str:
    """The label that a value (SQL) is, as the task spells it: in any Unicode form or case, with blanks around; null where it is none."""
    alike = f"collate(trim(BOTH '{_BLANKS}' FROM {value}), 'UNICODE_CI')"
    return f"if({value} in ({_literals(labels)}), {value}, get(filter(array({_literals(labels)}), label -> label = {alike}), 0))"


def is_one_of(value: str, labels: Sequence[str]) -> str:
    """Whether an SQL expression gives one of the labels, however it is written; see `as_spelled`."""
    return f"{as_spelled(value, labels)} is not null"


def listed(labels: Sequence[str]) -> str:
    """`a; b; c`."""
    return "; ".join(labels)


def shuffled(labels: Sequence[str], count: int = 15) -> tuple[str, ...]:
    """`a; b; c` for each wording in turn, the first as given and the others in seeded orders, so that many labels make no two alike."""
    draw = random.Random(listed(labels))
    return (listed(labels), *(listed(draw.sample(labels, len(labels))) for _ in range(count - 1)))


def numbered(labels: Sequence[str], end: str = ",") -> str:
    """`(1) a, (2) b, (3) c`; with another `end` it stands behind the last one too: `(1) a. (2) b.`."""
    lines = [f"({n}) {label}" for n, label in enumerate(labels, start=1)]
    return ", ".join(lines) if end == "," else " ".join(line + end for line in lines)


def _literals(texts: Iterable[str]) -> str:
    return ", ".join("'{}'".format(text.replace("'", "\\'")) for text in texts)
