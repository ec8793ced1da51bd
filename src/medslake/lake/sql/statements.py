"""Several statements in one text: where each ends. `;` in strings, quoted names and comments ends none."""

from __future__ import annotations

from medslake.lake.sql.names import double_quoted, tokens

__all__ = ["complete", "statements"]


def statements(text: str) -> list[str]:
    """The statements of a text as written, each with the comments before it and without its `;`; comments alone are none."""
    words = tokens(double_quoted(text), "duckdb")
    if words is None:
        # A string without end; the engine says so better.
        return [text.strip()]
    found, start, said = [], 0, False
    for word in words:
        if word.token_type.name != "SEMICOLON":
            said = True
            continue
        if said:
            found.append(text[start : word.start].strip())
        start, said = word.end + 1, False
    return [*found, text[start:].strip()] if said else found


def complete(text: str) -> bool:
    """Whether a text ends with the `;` of a statement, comments behind it aside."""
    words = tokens(double_quoted(text), "duckdb")
    return words is not None and bool(words) and words[-1].token_type.name == "SEMICOLON"
