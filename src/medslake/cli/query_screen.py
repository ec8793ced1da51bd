"""Query answers for people: a table, or a line for each column. Only where a width is given is anything left out, and that is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pyarrow as pa
from rich.cells import cell_len, set_cell_size

from medslake.cli.query_output import distinct, numeric, text_of

__all__ = ["OF_THE_VERB", "SHOWN", "Advice", "Shown", "as_lines", "as_table"]

#: Rows of an answer on the screen.
SHOWN = 40
#: Widest column of a table on the screen while others wait for a place.
_WIDEST = 40
_GAP = 2
_CUT = "…"
#: Characters that would move the cursor or end the line.
_CONTROLS = {one: f"\\x{one:02x}" for one in (*range(32), *range(127, 160))} | {9: "\\t", 10: "\\n", 13: "\\r"}
_CONTROLS_OF_LINES = {one: text for one, text in _CONTROLS.items() if one != 10}


class Advice(NamedTuple):
    """How to see all rows, and all columns."""

    rows: str = "--all, or --out FILE"
    columns: str = "--line, --all"


OF_THE_VERB = Advice()


class Shown(NamedTuple):
    """text: what stands on the screen. left: what does not, a sentence each."""

    text: str
    left: tuple[str, ...]


def as_table(answer: pa.Table, *, width: int | None, most: int | None, advice: Advice = OF_THE_VERB) -> Shown:
    """A row per line. width: characters of the screen, None for a file or pipe. most: rows shown, None for all."""
    answer = distinct(answer)
    shown = answer if most is None else answer.slice(0, most)
    columns = [
        [name.translate(_CONTROLS), *(text_of(v).translate(_CONTROLS) for v in shown.column(i).to_pylist(maps_as_pydicts="lossy"))]
        for i, name in enumerate(shown.column_names)
    ]
    whole = [max(map(cell_len, cells)) for cells in columns]
    widths = whole if width is None else _fitting(whole, width)
    right = [numeric(field.type) for field in shown.schema]
    lines = []
    for row in zip(*columns[: len(widths)], strict=True):
        cells = [_cell(text, size, to_right) for text, size, to_right in zip(row, widths, right, strict=False)]
        lines.append((" " * _GAP).join(cells).rstrip() + "\n")
    left = _of_rows(answer.num_rows, shown.num_rows, advice)
    if len(widths) < len(whole):
        left.append(f"{len(widths)} of {len(whole)} columns; {advice.columns}")
    elif any(size < full for size, full in zip(widths, whole, strict=True)):
        left.append(f"values that end with {_CUT} are longer; {advice.columns}")
    return Shown("".join(lines), tuple(left))


def as_lines(answer: pa.Table, *, most: int | None, advice: Advice = OF_THE_VERB) -> Shown:
    """A column per line and an empty line between rows; further lines of a value stand below its first."""
    answer = distinct(answer)
    shown = answer if most is None else answer.slice(0, most)
    names = [name.translate(_CONTROLS) for name in shown.column_names]
    margin = max(map(cell_len, names), default=0) + _GAP
    records = []
    for row in shown.to_pylist(maps_as_pydicts="lossy"):
        values = [text_of(value).translate(_CONTROLS_OF_LINES).replace("\n", "\n" + " " * margin) for value in row.values()]
        records.append("".join(f"{set_cell_size(n, margin)}{v}".rstrip(" ") + "\n" for n, v in zip(names, values, strict=True)))
    return Shown("\n".join(records), tuple(_of_rows(answer.num_rows, shown.num_rows, advice)))


def _of_rows(all_: int, shown: int, advice: Advice) -> list[str]:
    return [f"{shown:,} of {all_:,} rows; {advice.rows}"] if shown < all_ else []


def _fitting(whole: Sequence[int], width: int) -> list[int]:
    """Widths of the first columns that fit beside each other; long ones share what is left from the first on. One is always there."""
    widths: list[int] = []
    for size in whole:
        size = min(size, _WIDEST)
        if widths and sum(widths) + _GAP * len(widths) + size > width:
            break
        widths.append(min(size, width))
    spare = width - sum(widths) - _GAP * (len(widths) - 1)
    for i, full in enumerate(whole[: len(widths)]):
        more = min(spare, full - widths[i])
        widths[i] += more
        spare -= more
    return widths


def _cell(text: str, size: int, to_right: bool) -> str:
    length = cell_len(text)
    if length > size:
        return set_cell_size(text, size - cell_len(_CUT)) + _CUT
    return " " * (size - length) + text if to_right else text + " " * (size - length)
