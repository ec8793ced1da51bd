"""Entities of silver.annotated_texts: in Spark SQL, and in rows of examples."""

from __future__ import annotations

from typing import Any

__all__ = ["entities_in", "entity_names"]


def entity_names(entity_type: str) -> str:
    """array<string>: the names of that type in text order, each once."""
    return f"array_distinct(transform(filter(entities, e -> e.type = '{entity_type}'), e -> e.text))"


def entities_in(text: str, *named: tuple[str, str]) -> list[dict[str, Any]]:
    """Entities of an example, each given as (type, name) in text order; a name that stands in the text again is given again."""
    found: list[dict[str, Any]] = []
    for kind, name in named:
        start = text.index(name, found[-1]["end"] if found else 0)
        found.append({"start": start, "end": start + len(name), "type": kind, "text": name})
    return found
