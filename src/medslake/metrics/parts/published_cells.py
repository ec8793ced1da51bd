"""Texts as the released scorer gets them: through a CSV file and pandas, to which some words are an empty cell, and some columns numbers.

Every `paper` variant reads both sides of its pairs with one of these, so that an answer counts the same wherever it was stored: in a
lake, in a predictions file, or in a log of another program.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from medslake.metrics.base import Pair

__all__ = ["NO_VALUE", "Number", "as_numbers", "cell", "cell_text", "is_numeric", "unreadable"]

#: What `pandas.read_csv` takes for a cell without a value; a test holds it equal to pandas' own list.
NO_VALUE = frozenset(
    {
        "",
        "#N/A",
        "#N/A N/A",
        "#NA",
        "-1.#IND",
        "-1.#QNAN",
        "-NaN",
        "-nan",
        "1.#IND",
        "1.#QNAN",
        "<NA>",
        "N/A",
        "NA",
        "NULL",
        "NaN",
        "None",
        "n/a",
        "nan",
        "null",
    }
)
_NUMBER = re.compile(r"\s*[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|inf|infinity)\s*", re.IGNORECASE)
_TRUTH = frozenset({"True", "TRUE", "true", "False", "FALSE", "false"})


class Number(str):
    """A cell of a column that pandas reads as numbers, or as true and false: no text for a script that asks for one."""

    __slots__ = ()


def cell(text: str | None) -> str | None:
    """The text, None where there is no answer, the cell counts as empty or is a number. For scripts that handle the output as text."""
    return None if text is None or text in NO_VALUE or isinstance(text, Number) else text


def cell_text(text: str | None) -> str:
    """The text, "nan" where there is none. For scripts that turn every cell into text first."""
    return "nan" if text is None or text in NO_VALUE else str(text)


def is_numeric(column: Iterable[str | None]) -> bool:
    """Whether pandas makes numbers, or true and false, of all cells of a file's column; a column without a value is none."""
    texts = {text for text in column if text is not None and text not in NO_VALUE}
    return bool(texts) and (texts <= _TRUTH or all(_NUMBER.fullmatch(text) for text in texts))


def as_numbers(pairs: Sequence[Pair], columns: frozenset[str]) -> Sequence[Pair]:
    """The pairs with `reference` or `prediction` as numbers, where the columns of the file that they stand in are numeric."""
    if "reference" in columns:
        pairs = [replace(pair, reference=Number(pair.reference)) for pair in pairs]
    if "prediction" in columns:
        pairs = [pair if pair.prediction is None else replace(pair, prediction=Number(pair.prediction)) for pair in pairs]
    return pairs


def unreadable(sides: Iterable[tuple[str | None, str | None]]) -> str:
    """Why the released script gives no figure for rows with these cells (prediction and reference, None = no text); "" where it does."""
    sides = list(sides)
    if not sides or any(None not in side for side in sides):
        return ""
    rows = "its only row" if len(sides) == 1 else f"all {len(sides):,} rows"
    no_text = " or ".join(
        name for name, texts in (("answer", [s[0] for s in sides]), ("reference", [s[1] for s in sides])) if all(t is None for t in texts)
    )
    told = f"no {no_text} is text" if no_text else "one side is no text"
    return f"the released scorer gives no figure: at {rows} {told}, as pandas reads the cells"
