"""Premises and hypotheses of silver.pairs in Spark SQL, and in rows of examples."""

from __future__ import annotations

from typing import Any

from medslake.tasks.parts.reports import stripped

__all__ = ["as_published_sentence", "as_sentence", "hypotheses", "premise"]


def as_sentence(text: str) -> str:
    """A text (SQL) stripped, with a capital letter first."""
    return f"concat(upper(substring({stripped(text)}, 1, 1)), substring({stripped(text)}, 2))"


def as_published_sentence(text: str) -> str:
    """As Python's `capitalize` leaves it, which makes small letters of all others: `MRI of the head` becomes `Mri of the head`."""
    return f"concat(upper(substring({stripped(text)}, 1, 1)), lower(substring({stripped(text)}, 2)))"


def hypotheses(label: str) -> dict[str, Any]:
    """Fields of a task that asks for a hypothesis of that label: one instance for each that there is."""
    output = as_sentence("item.text")
    return {
        "items": f"filter(candidates, h -> h.label = '{label}')",
        "input_sql": as_sentence("text"),
        "output_sql": f"if({output} rlike '[.!?]$', {output}, concat({output}, '.'))",
        "paper": {
            "input_sql": as_published_sentence("text"),
            "output_sql": f"concat({as_published_sentence('item.text')}, '.')",
        },
    }


def premise(text: str, *told: tuple[str, str, str | None]) -> dict[str, Any]:
    """A row of an example. told: id, hypothesis, label."""
    candidates = [{"id": key, "text": hypothesis, "label": label, "explanation": None} for key, hypothesis, label in told]
    return {"record_id": f"train/{told[0][0]}", "text": text, "candidates": candidates, "label_set": "inference"}
