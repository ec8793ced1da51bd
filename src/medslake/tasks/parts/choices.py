"""The outputs among which a closed task's right one is, as Spark SQL: what log-likelihood scoring compares."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["one_of"]


def one_of(labels: Sequence[str], form: str = "{}") -> str:
    """array<string> of all labels in their declared order, each written into `form` as `output_sql` writes the right one."""
    return "array({})".format(", ".join("'{}'".format(form.format(label).replace("'", "\\'")) for label in labels))
