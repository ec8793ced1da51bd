"""One sheet of an Excel workbook. `_row` counts data rows below the header row; rows of empty cells count but are no records.

Options: `sheet` (name; default the first), `header_row` (1-based, default 1), `aliases`, `optional`, `required`. STRING columns take
numbers and dates as text (whole numbers without ".0"). A cell that holds an error, such as #N/A, is missing. How large a sheet says it is
does not count. A workbook in strict Office Open XML is read by the names of the transitional one.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import IO, Any

from medslake.formats import Format, FormatExample, Record, Unreadable
from medslake.formats.parts.verdicts import two_values

__all__ = ["FORMAT"]

#: A workbook that unpacks to more, and to that many times its size, is made to fill memory.
_UNPACKED, _TIMES = 512 * 1024 * 1024, 100
#: Namespaces of the strict form, which openpyxl does not know.
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")


def parse(stream: IO[bytes], name: str, options: Mapping[str, Any]) -> Iterator[Record]:
    import openpyxl

    # A workbook is a zip and has to be held whole.
    data = stream.read()
    _refuse_bomb(data)
    # openpyxl parses with defusedxml where it is installed.
    book = openpyxl.load_workbook(io.BytesIO(_transitional(data)), read_only=True, data_only=True)
    wanted = options.get("sheet") or book.sheetnames[0]
    if wanted not in book.sheetnames:
        raise Unreadable(f"missing_sheet: the workbook has no sheet {wanted} among its {len(book.sheetnames)}")
    sheet = book[wanted]
    sheet.reset_dimensions()
    rows = sheet.iter_rows(min_row=options.get("header_row", 1))
    header = ["" if (value := _cell(cell)) is None else str(value).strip() for cell in next(rows, ())]
    places = _places(header, wanted, options)
    for row, cells in enumerate(rows, start=1):
        values = [_cell(cell) for cell in cells]
        if any(value is not None for value in values):
            yield _record(row, values, places)


def _refuse_bomb(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        size = sum(member.file_size for member in packed.infolist())
    if size > max(_UNPACKED, _TIMES * len(data)):
        raise Unreadable(f"unpacks_too_large: {len(data)} bytes unpack to {size}")


def _transitional(data: bytes) -> bytes:
    """The workbook with the namespaces that openpyxl knows; as it is where it has them."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if not _STRICT.search(packed.read("xl/workbook.xml")):
            return data
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as plain:
            for member in packed.infolist():
                plain.writestr(member.filename, _STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/", packed.read(member)))
    return out.getvalue()


def _places(header: list[str], sheet: str, options: Mapping[str, Any]) -> dict[str, list[int]]:
    """Column -> where it stands, more than once where an alias stands beside it."""
    aliases = options.get("aliases", {})
    names = [aliases.get(cell, cell) for cell in header]
    places = {column: [at for at, name in enumerate(names) if name == column] for column in options["columns"]}
    twice = [column for column in places if header.count(column) > 1]
    if twice:
        raise Unreadable(f"header_twice: the header of sheet {sheet} names column {', '.join(twice)} more than once")
    absent = [column for column, found in places.items() if not found and column not in options.get("optional", ())]
    if absent:
        raise Unreadable(f"missing_column: column {', '.join(absent)} is missing in sheet {sheet}")
    return places


def _record(row: int, cells: list[Any], places: Mapping[str, list[int]]) -> Record:
    values = {}
    for column, found in places.items():
        filled = [cells[at] for at in found if at < len(cells) and cells[at] is not None]
        if len(filled) > 1:
            return Record(row, {}, two_values(column), repr([str(cell) for cell in cells]))
        values[column] = filled[0] if filled else None
    return Record(row, values)


def _cell(cell: Any) -> Any:
    value = cell.value
    return None if value == "" or cell.data_type == "e" else value


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)


def _example() -> bytes:
    import openpyxl

    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in (("id", "age", "note"), (7, 30, "one"), (8, None, "two"), (9, 41, "three"), (10, 12, "four")):
        book.worksheets[0].append(row)
    book.save(out)
    return out.getvalue()


FORMAT = Format(
    name="xlsx",
    about="One sheet of an Excel workbook.",
    parse=parse,
    text=False,
    as_text=_text,
    example=FormatExample(
        _example,
        schema="id STRING, age INT, note STRING",
        rows=({"id": "7", "age": 30, "note": "one"}, {"id": "8", "age": None}, {"note": "three"}, {"id": "10"}),
        file="example.xlsx",
    ),
)
