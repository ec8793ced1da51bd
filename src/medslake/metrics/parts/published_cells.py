"""Texts as the released scorer gets them: through a CSV file and pandas, which takes some words for an empty cell.

Every `paper` variant reads both sides of its pairs with one of these two, so that an answer counts the same wherever it was stored: in a
lake, in a predictions file, or in a log of another program.
"""

from __future__ import annotations

__all__ = ["NO_VALUE", "cell", "cell_text"]

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


def cell(text: str | None) -> str | None:
    """The text, None where there is no answer or the cell counts as empty. For scripts that ask `isinstance(output, str)`."""
    return None if text is None or text in NO_VALUE else text


def cell_text(text: str | None) -> str:
    """The text, "nan" where `cell` finds none. For scripts that turn every cell into text first."""
    return "nan" if cell(text) is None else str(text)
