"""Query answers in the forms that other programs read."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from medslake.cli.console import emit_text
from medslake.errors import UsageError
from medslake.export.files import replaced, write_text

__all__ = ["rows", "write"]


def rows(answer: pa.Table) -> list[dict[str, Any]]:
    """Row objects that json can hold: NaN becomes null, maps become objects, everything unknown becomes text."""
    return [{k: _plain(v) for k, v in row.items()} for row in answer.to_pylist(maps_as_pydicts="lossy")]


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, list):
        return [_plain(v) for v in value]
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def write(answer: pa.Table, form: str, out: Path | None) -> None:
    """Write an answer as csv, json or parquet to a file, which is there whole or not at all, or to stdout for the text forms."""
    if form == "parquet":
        if out is None:
            raise UsageError("Parquet needs a file.", hint="Add: --out answer.parquet")
        with replaced(out) as part:
            pq.write_table(answer, part)
        return
    if form == "json":
        text = json.dumps(rows(answer), ensure_ascii=False) + "\n"
    elif form == "csv":
        sink = pa.BufferOutputStream()
        pacsv.write_csv(_flat(answer), sink)
        text = sink.getvalue().to_pybytes().decode()
    else:
        text = "\n".join(str(r) for r in rows(answer)) + "\n"
    if out is None:
        emit_text(text)
    else:
        write_text(out, text)


def _flat(answer: pa.Table) -> pa.Table:
    """CSV has no nested values: they become JSON text."""
    for i, column in enumerate(answer.schema):
        if pa.types.is_nested(column.type):
            values = [
                None if v is None else json.dumps(_plain(v), ensure_ascii=False)
                for v in answer.column(i).to_pylist(maps_as_pydicts="lossy")
            ]
            answer = answer.set_column(i, column.name, pa.array(values, pa.string()))
    return answer
