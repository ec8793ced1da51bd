"""One sheet of an Excel workbook. `_row` counts data rows below the header row; rows of empty cells count but are no records.

Options: `sheet` (name; default the first), `header_row` (1-based, default 1), `aliases`, `optional`, `required`. STRING columns take
numbers and dates as text (whole numbers without ".0").
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import IO, Any

from medslake.formats import MAX_RECORD_BYTES, TOO_LONG, Format, FormatExample, Record

__all__ = ["FORMAT"]


def parse(stream: IO[bytes], name: str, options: Mapping[str, Any]) -> Iterator[Record]:
    import openpyxl

    # openpyxl parses with defusedxml where it is installed; a workbook is a zip and has to be held whole.
    book = openpyxl.load_workbook(io.BytesIO(stream.read()), read_only=True, data_only=True)
    wanted = options.get("sheet") or book.sheetnames[0]
    if wanted not in book.sheetnames:
        raise ValueError(f"the workbook has no sheet {wanted}, only {', '.join(book.sheetnames)}")
    rows = book[wanted].iter_rows(min_row=options.get("header_row", 1), values_only=True)
    aliases = options.get("aliases", {})
    header = [str(cell).strip() if cell is not None else "" for cell in next(rows, ())]
    names = [aliases.get(cell, cell) for cell in header]
    kinds = options["columns"]
    absent = [column for column in kinds if column not in names and column not in options.get("optional", ())]
    if absent:
        raise ValueError(f"column {', '.join(absent)} is missing in sheet {wanted}; it has {', '.join(header)}")
    for row, cells in enumerate(rows, start=1):
        if all(cell is None or cell == "" for cell in cells):
            continue
        values = {column: _cell(cell, kinds[column]) for column, cell in zip(names, cells, strict=False) if column in kinds}
        size = sum(len(value.encode()) for value in values.values() if isinstance(value, str))
        yield Record(row, values, TOO_LONG if size > MAX_RECORD_BYTES else None)


def _cell(cell: Any, kind: str) -> Any:
    if cell is None or cell == "":
        return None
    if kind.upper() != "STRING":
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, (date, datetime)) else str(cell)


def _example() -> bytes:
    import openpyxl

    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in (("id", "note"), (7, "one"), (8, "two")):
        book.worksheets[0].append(row)
    book.save(out)
    return out.getvalue()


FORMAT = Format(
    name="xlsx",
    about="One sheet of an Excel workbook.",
    parse=parse,
    text=False,
    example=FormatExample(_example, schema="id STRING, note STRING", rows=({"id": "7", "note": "one"}, {"id": "8"}), file="example.xlsx"),
)
