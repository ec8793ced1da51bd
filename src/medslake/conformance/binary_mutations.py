"""Twins of binary examples with other values: written anew by what writes such files."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from medslake.conformance.mutations import Mutation
from medslake.formats import Format

__all__ = ["binary_mutations"]

#: Name -> a value that takes the place of a whole number.
_VALUES: Mapping[str, Any] = {
    "text for a number": "x",
    "part of a number": 1.5,
    "not a number": float("nan"),
    "infinity": float("inf"),
    "number beyond the type": 2.0**80,
    "text of a number": "7",
    "true": True,
    "a number beyond 32 bits": 2.0**40 + 0.5,
    "nothing": None,
}


def binary_mutations(content: bytes, form: Format, rows: Sequence[Mapping[str, Any]]) -> list[Mutation]:
    """Twins with damaged bytes, and with other values of a workbook or a Parquet file, which alone are written here."""
    return [*_values(content, form, rows), *_damaged(content, len(rows))]


def _values(content: bytes, form: Format, rows: Sequence[Mapping[str, Any]]) -> Iterator[Mutation]:
    write = _workbook if content.startswith(b"PK") and b"xl/" in content else _parquet if content.startswith(b"PAR1") else None
    if write is None:
        return
    numbers = [name for name, kind in form.example.native(form.name).columns if kind in ("int", "bigint", "double")]
    count = len(rows)
    for record in sorted({0, count // 2, count - 1}):
        for column in numbers[:1]:
            for name, value in _VALUES.items():
                # A column of Parquet has one type: a text or truth value would change that of all records.
                if write is _workbook or not isinstance(value, (str, bool)):
                    twin = write(content, record, column, value)
                    yield Mutation(f"{name} in record {record + 1}", twin, count, count, frozenset({record}))
    for name, twin in (_sizes(content) if write is _workbook else _columns(content)).items():
        yield Mutation(name, twin, count, count, frozenset())


def _damaged(content: bytes, count: int) -> Iterator[Mutation]:
    """Damage to a file that is no text: it is found out, or it does not matter."""
    half = len(content) // 2
    twins = {
        "cut in the middle": content[:half],
        "cut at the end": content[:-4],
        "zeros in the middle": content[:half] + b"\0" * 64 + content[half + 64 :],
        "zeros at the end": content + b"\0" * 512,
        "byte order mark": b"\xef\xbb\xbf" + content,
        "line ends of another system": content.replace(b"\n", b"\r\n"),
    }
    for name, twin in twins.items():
        yield Mutation(name, twin, count, count, frozenset(range(count)))


def _workbook(content: bytes, record: int, column: str, value: Any) -> bytes:
    import openpyxl

    if isinstance(value, float) and not abs(value) < float("inf"):
        # A sheet knows neither; it has errors.
        value = "#NUM!"
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    at = [cell.value for cell in sheet[1]].index(column) + 1
    cell = sheet.cell(record + 2, at)
    cell.value = value
    if value == "#NUM!":
        cell.data_type = "e"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sizes(content: bytes) -> dict[str, bytes]:
    """Sheets that say that they are smaller or larger than they are."""
    found = {}
    for name, told in {"one cell": b"A1", "two rows": b"A1:B2", "a million rows": b"A1:XFD1048576"}.items():
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
            for member in old.infolist():
                data = old.read(member)
                if member.filename.startswith("xl/worksheets/"):
                    data = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="' + told + b'"', data)
                new.writestr(member, data)
        found[f"a sheet that says it is {name}"] = out.getvalue()
    return found


def _parquet(content: bytes, record: int, column: str, value: Any) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(io.BytesIO(content))
    values = table[column].to_pylist()
    values[record] = value
    # A column has one type: the others take that of the value.
    if isinstance(value, float):
        made = pa.array([None if one is None else float(one) for one in values], pa.float64())
    else:
        made = pa.array(values, table[column].type)
    return _written(table.set_column(table.column_names.index(column), column, made))


def _columns(content: bytes) -> dict[str, bytes]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(io.BytesIO(content))
    more = table.append_column("another column", pa.array(range(table.num_rows)))
    return {"columns in another order": _written(table.select(table.column_names[::-1])), "a column more": _written(more)}


def _written(table: Any) -> bytes:
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()
