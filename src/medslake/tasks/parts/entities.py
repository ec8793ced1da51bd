"""Entities of silver.annotated_texts: in Spark SQL, and in rows of examples."""

from __future__ import annotations

from typing import Any

__all__ = ["TOKENS", "entities_in", "entity_names", "released_names"]

#: The tokens of a sentence parted by blanks, with one before them: the input in which Super-NaturalInstructions gives corpora in columns.
TOKENS = "concat(' ', array_join(transform(tokens, t -> t.text), ' '))"


def entity_names(entity_type: str) -> str:
    """array<string>: the names of that type in text order, each once."""
    return f"array_distinct(transform(filter(entities, e -> e.type = '{entity_type}'), e -> e.text))"


def released_names(entity_type: str) -> str:
    """array<string>: the names as the released reader takes them, from silver.annotated_texts.tokens.

    A name's tokens are parted by blanks, a name that stands twice is given twice, and an I that continues nothing is no name.
    """
    before, name = "slice(s.names, 1, size(s.names) - 1)", "concat(element_at(s.names, -1), ' ', t.text)"
    return (
        "aggregate(tokens, named_struct('names', cast(array() as array<string>), 'open', false), (s, t) -> case "
        f"when t.tag in ('B', 'B-{entity_type}') then named_struct('names', array_append(s.names, t.text), 'open', true) "
        f"when t.tag like 'I%' and s.open then named_struct('names', array_append({before}, {name}), 'open', true) "
        "else named_struct('names', s.names, 'open', false) end, s -> s.names)"
    )


def entities_in(text: str, *named: tuple[str, str]) -> list[dict[str, Any]]:
    """Entities of an example, each given as (type, name) in text order; a name that stands in the text again is given again."""
    found: list[dict[str, Any]] = []
    for kind, name in named:
        start = text.index(name, found[-1]["end"] if found else 0)
        found.append({"start": start, "end": start + len(name), "type": kind, "text": name})
    return found
