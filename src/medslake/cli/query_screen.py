"""Query answers for people: a table, or a line for each column. Only where a width is given is anything left out, and that is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pyarrow as pa
from rich.cells import cell_len, set_cell_size

from medslake.cli.query_forms import OF_THE_VERB, Advice
from medslake.cli.query_output import distinct, numeric, text_of

__all__ = ["Shown", "as_lines", "as_table"]

#: To what width a long column is cut, at most and at least, that others may have a place.
_WIDEST, _NARROWEST = 40, 20
_GAP = 2
_CUT = "…"
#: Characters that would move the cursor or end the line.
_CONTROLS = {one: f"\\x{one:02x}" for one in (*range(32), *range(127, 160))} | {9: "\\t", 10: "\\n", 13: "\\r"}
_CONTROLS_OF_LINES = {one: text for one, text in _CONTROLS.items() if one != 10}


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
    left = _of_rows(answer.num_rows, shown.num_rows, advice) if records else ["0 rows"]
    return Shown("\n".join(records), tuple(left))


def _of_rows(all_: int, shown: int, advice: Advice) -> list[str]:
    return [f"{shown:,} of {all_:,} rows; {advice.rows}"] if shown < all_ else []


def _fitting(whole: Sequence[int], width: int) -> list[int]:
    """Widths of the first columns that fit beside each other; one is always there.

    Long ones are cut so that more columns have a place, but not below _NARROWEST; the last of them takes what is left over.
    """

    def taken(most: int) -> int:
        return sum(min(full, most) for full in whole) + _GAP * (len(whole) - 1)

    most = next((size for size in range(_WIDEST, _NARROWEST, -1) if taken(size) <= width), _NARROWEST)
    widths: list[int] = []
    for size in (min(full, most, width) for full in whole):
        if widths and sum(widths) + _GAP * len(widths) + size > width:
            break
        widths.append(size)
    spare = width - sum(widths) - _GAP * (len(widths) - 1)
    for i in reversed(range(len(widths))):
        more = min(spare, whole[i] - widths[i])
        widths[i] += more
        spare -= more
    return widths


def _cell(text: str, size: int, to_right: bool) -> str:
    length = cell_len(text)
    if length > size:
        return set_cell_size(text, size - cell_len(_CUT)) + _CUT
    return " " * (size - length) + text if to_right else text + " " * (size - length)
