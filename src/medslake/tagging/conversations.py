"""Which tables hold conversations, and how their rows are read as such."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from medslake.errors import UsageError
from medslake.taggers import Conversation

__all__ = ["COLUMNS", "TABLE", "conversation", "require_turns", "verdict_key"]

#: Where verdicts stand.
TABLE = "gold.tags"
#: Table -> its columns that hold what was said.
COLUMNS = {"silver.dialogues": ("turns",), "silver.prompts": ("instruction", "input", "outputs")}


def require_turns(table: str) -> tuple[str, ...]:
    """The columns of a table that hold what was said; UsageError for one whose rows are no conversations."""
    if table not in COLUMNS:
        raise UsageError(f"The rows of {table} are no conversations.", hint=f"Tables that can be tagged: {', '.join(COLUMNS)}.")
    return COLUMNS[table]


def conversation(id: str, row: dict[str, Any]) -> Conversation:
    """A row of one of these tables. row: with its columns."""
    if "turns" in row:
        return Conversation(id, tuple((turn["speaker"], turn["text"]) for turn in row["turns"]))
    asked = "\n".join(filter(None, (row["instruction"], row["input"])))
    return Conversation(id, (("user", asked), *(("assistant", text) for text in (row["outputs"] or ())[:1])))


def verdict_key(made_by: str, turns: Iterable[tuple[str, str]]) -> str:
    found = hashlib.sha256(made_by.encode())
    for speaker, text in turns:
        # Lengths keep two turns from being read as one.
        found.update(f"\n{len(speaker)} {len(text)} {speaker}{text}".encode("utf-8", "surrogatepass"))
    return found.hexdigest()[:32]
