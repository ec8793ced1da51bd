"""Query answers in the forms that other programs read. None cuts a row, a column or a value."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from medslake.cli.query_forms import Form, form_of
from medslake.export.files import replaced

__all__ = ["distinct", "numeric", "pieces", "rows", "text_of", "write"]

#: Rows that are made text at a time.
_AT_ONCE = 10_000


def write(answer: pa.Table, out: Path) -> None:
    """Write an answer in the form that the file's name says. The file is there whole or not at all."""
    form = form_of(out)
    with replaced(out) as part:
        if form is Form.parquet:
            pq.write_table(_in_words(distinct(answer), _not_in_parquet), part)
            return
        with part.open("w", encoding="utf-8", newline="") as file:
            file.writelines(pieces(answer, form))


def pieces(answer: pa.Table, form: Form) -> Iterator[str]:
    """The text of an answer in one of the forms of FILES but parquet, piece by piece."""
    answer = distinct(answer)
    if form is Form.json:
        yield json.dumps(rows(answer), ensure_ascii=False) + "\n"
    elif form is Form.jsonl:
        for part in _parts(answer):
            yield "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows(part))
    elif form is Form.md:
        yield from _markdown(answer)
    else:
        yield from _separated(answer, "\t" if form is Form.tsv else ",")


def rows(answer: pa.Table) -> list[dict[str, Any]]:
    """Row objects that json can hold: NaN becomes null, maps become objects, bytes hexadecimal digits, everything unknown text."""
    return [{k: _plain(v) for k, v in row.items()} for row in distinct(answer).to_pylist(maps_as_pydicts="lossy")]


def text_of(value: Any) -> str:
    """A value in words: nothing for null, true and false, JSON for what is nested, hexadecimal digits for bytes."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | dict):
        return json.dumps(_plain(value), ensure_ascii=False)
    if isinstance(value, pa.MonthDayNano):
        return _interval(value)
    return value.hex() if isinstance(value, bytes) else str(value)


def _interval(value: pa.MonthDayNano) -> str:
    """As DuckDB writes it: 1 month 2 days 03:04:05.5."""
    months, days, nanoseconds = value
    parts = [f"{number} {name}{'' if abs(number) == 1 else 's'}" for number, name in ((months, "month"), (days, "day")) if number]
    if nanoseconds or not parts:
        seconds, rest = divmod(abs(nanoseconds), 10**9)
        fraction = f".{rest:09}".rstrip("0") if rest else ""
        sign = "-" if nanoseconds < 0 else ""
        parts.append(f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{fraction}")
    return " ".join(parts)


def distinct(answer: pa.Table) -> pa.Table:
    """The answer with a number behind names that stand twice, as in `select a.*, b.*`: an object holds each name once."""
    names: list[str] = []
    for name in answer.column_names:
        tries = (name, *(f"{name}_{n}" for n in range(1, answer.num_columns + 1)))
        names.append(next(one for one in tries if one not in names and (one == name or one not in answer.column_names)))
    return answer.rename_columns(names) if names != answer.column_names else answer


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Decimal) and value.as_tuple().exponent == 0:
        # The sum of whole numbers.
        return int(value)
    if isinstance(value, list):
        return [_plain(v) for v in value]
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    return value if isinstance(value, str | int | float | bool | None) else text_of(value)


def _parts(answer: pa.Table) -> Iterator[pa.Table]:
    return (pa.Table.from_batches([batch]) for batch in answer.to_batches(max_chunksize=_AT_ONCE))


def _separated(answer: pa.Table, delimiter: str) -> Iterator[str]:
    def text(part: pa.Table, header: bool) -> str:
        sink = pa.BufferOutputStream()
        pacsv.write_csv(_in_words(part, _not_in_csv), sink, pacsv.WriteOptions(include_header=header, delimiter=delimiter))
        return sink.getvalue().to_pybytes().decode()

    yield text(answer.slice(0, 0), True)
    for part in _parts(answer):
        yield text(part, False)


def _in_words(answer: pa.Table, lacks: Callable[[pa.DataType], bool]) -> pa.Table:
    """Values of types that a form lacks become text."""
    for i, column in enumerate(answer.schema):
        if lacks(column.type):
            values = [None if v is None else text_of(v) for v in answer.column(i).to_pylist(maps_as_pydicts="lossy")]
            answer = answer.set_column(i, column.name, pa.array(values, pa.string()))
    return answer


def _not_in_parquet(kind: pa.DataType) -> bool:
    """Intervals and unions, wherever they stand in the type."""
    try:
        pq.write_table(pa.table({"x": pa.array([], kind)}), pa.BufferOutputStream())
    except pa.ArrowNotImplementedError:
        return True
    return False


def _not_in_csv(kind: pa.DataType) -> bool:
    asked: tuple[Callable[[pa.DataType], bool], ...] = (
        pa.types.is_nested,
        pa.types.is_binary,
        pa.types.is_large_binary,
        pa.types.is_fixed_size_binary,
        pa.types.is_duration,
        pa.types.is_interval,
    )
    return any(is_it(kind) for is_it in asked)


def _markdown(answer: pa.Table) -> Iterator[str]:
    def line(cells: list[str]) -> str:
        return f"| {' | '.join(cells)} |\n"

    yield line([_escaped(name) for name in answer.column_names])
    yield line(["---:" if numeric(field.type) else "---" for field in answer.schema])
    for part in _parts(answer):
        told = part.to_pylist(maps_as_pydicts="lossy")
        yield "".join(line([_escaped(text_of(value)) for value in row.values()]) for row in told)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\r\n", "<br>").replace("\n", "<br>").replace("\r", "<br>")


def numeric(kind: pa.DataType) -> bool:
    """Whether values of this type stand to the right."""
    return pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
