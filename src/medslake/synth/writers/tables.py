"""Tables: CSV and its dialects, Excel workbooks, Parquet. The same bytes for the same cells, whenever and wherever they are written."""

from __future__ import annotations

import csv as _csv
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

from medslake.synth.writers.base import RowsWriter, TextWriter, Writer, written

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["csv", "csv_text", "parquet", "tsv", "workbook", "xlsx"]

#: The first instant that zip can store; a workbook carries time stamps in its properties and around its parts.
EPOCH = (1980, 1, 1, 0, 0, 0)
_QUOTE = '"'
_STAMP = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def csv(
    columns: str | Sequence[str] | None,
    *,
    sep: str = ",",
    end: str = "\n",
    quoting: int = _csv.QUOTE_MINIMAL,
    quoted: bool = True,
    encoding: str = "utf-8",
    bom: bool = False,
) -> Writer:
    """Rows as sequences, or as mappings by column. columns: the header, as `a, b, c` or a sequence; None has none.

    quoted: cells with a separator, quote or line break stand in quotes; without, they must hold none.
    """
    names = [name.strip() for name in columns.split(",")] if isinstance(columns, str) else list(columns or ())

    def many(rows: Sequence[Any]) -> str:
        cells = [map(row.get, names) if isinstance(row, dict) else row for row in rows]
        if not quoted:
            return "".join([f"{sep.join(['' if cell is None else str(cell) for cell in row])}{end}" for row in cells])
        if quoting == _csv.QUOTE_MINIMAL and rows and _is_long(rows[0]):
            return "".join([f"{sep.join([told(cell) for cell in row])}{end}" for row in cells])
        out = io.StringIO()
        _csv.writer(out, delimiter=sep, lineterminator=end, quoting=quoting).writerows(cells)  # type: ignore[arg-type]
        return out.getvalue()

    def told(cell: object) -> str:
        text = "" if cell is None else str(cell)
        return f'"{text.replace(_QUOTE, _QUOTE * 2)}"' if special(text) else text

    special = re.compile(f'[{re.escape(sep)}"\r\n]').search
    header = many([names]) if names else ""
    return TextWriter(lambda row: many([row]), ("\ufeff" if bom else "") + header, encoding=encoding, many=many)


def _is_long(row: Any) -> bool:
    """Python's writer looks at every sign: of notes, that takes longer than to write them."""
    return any(len(cell) > 300 for cell in (row.values() if isinstance(row, dict) else row) if isinstance(cell, str))


def tsv(columns: str | Sequence[str] | None, *, end: str = "\n", quoted: bool = False) -> Writer:
    """Cells with tabs between them, by default never in quotes."""
    return csv(columns, sep="\t", end=end, quoted=quoted)


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A header and rows at once, for examples; None is an empty cell."""
    out = io.StringIO()
    _csv.writer(out, lineterminator="\n").writerows([header, *rows])
    return out.getvalue()


class _Workbook:
    def __init__(self, out: BinaryIO, sheet: str, header: Sequence[str]) -> None:
        import openpyxl

        self.out = out
        self.book = openpyxl.Workbook(write_only=True)
        self.page = self.book.create_sheet(sheet)
        self.page.append(list(header))

    def write(self, payload: Sequence[Sequence[object]]) -> None:
        for row in payload:
            self.page.append(list(row))

    def close(self) -> None:
        saved, packed = io.BytesIO(), io.BytesIO()
        self.book.save(saved)
        with zipfile.ZipFile(saved) as old, zipfile.ZipFile(packed, "w") as new:
            for name in sorted(old.namelist()):
                content = old.read(name)
                if name == "docProps/core.xml":
                    content = _STAMP.sub(b"1980-01-01T00:00:00Z", content)
                new.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED, 6)
        self.out.write(packed.getvalue())


def xlsx(sheet: str, columns: str | Sequence[str]) -> Writer:
    """A workbook of one sheet; its first row is the header."""
    names = [name.strip() for name in columns.split(",")] if isinstance(columns, str) else list(columns)
    return RowsWriter(lambda out: _Workbook(out, sheet, names))


def workbook(sheet: str, rows: Sequence[Sequence[str | int | float | None]]) -> bytes:
    """A workbook at once, for examples; the first row is the header."""
    return written(xlsx(sheet, [str(cell) for cell in rows[0]]), rows[1:])


class _Parquet:
    def __init__(self, out: BinaryIO, schema: pa.Schema) -> None:
        import pyarrow.parquet as pq

        self.schema = schema
        self.file = pq.ParquetWriter(out, schema, compression="zstd")

    def write(self, payload: Sequence[dict[str, Any]]) -> None:
        import pyarrow as pa

        self.file.write_table(pa.Table.from_pylist(list(payload), schema=self.schema))

    def close(self) -> None:
        self.file.close()


def parquet(columns: Mapping[str, str]) -> Writer:
    """Rows as mappings. columns: name -> type: string, int64, double, bool; `[string]` is a list."""

    def opened(out: BinaryIO) -> _Parquet:
        import pyarrow as pa

        def typed(name: str) -> pa.DataType:
            alias: Any = pa.type_for_alias
            return pa.list_(typed(name[1:-1])) if name.startswith("[") else alias(name)

        return _Parquet(out, pa.schema([(column, typed(name)) for column, name in columns.items()]))

    return RowsWriter(opened)
