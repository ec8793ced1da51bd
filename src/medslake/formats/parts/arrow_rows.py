"""Records as columns of Arrow: every value fits its type, or the record keeps its place, its error and its raw text alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from medslake.formats.base import MAX_RECORD_BYTES, RAW_LIMIT, Record
from medslake.formats.parts.typed import Misfit, Number, fitter
from medslake.formats.parts.verdicts import INVALID_UTF8, TOO_LONG
from medslake.lake.schema.types import arrow_type, parse_type

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Rows"]

_BATCH_RECORDS = 2000
_BATCH_BYTES = 8 * 1024 * 1024
_SURROGATE = "surrogate: column {} holds half of a pair of signs"


class Rows:
    """Collects records. columns: (name, Spark type). required: columns that may not be null. text: see `typed.fitter`."""

    def __init__(self, columns: Sequence[tuple[str, str]], required: Sequence[str], text: Callable[[Any], str] | None = None) -> None:
        kinds = [(name, kind, parse_type(kind)) for name, kind in columns]
        self.types = [arrow_type(kind) for *_, kind in kinds]
        self.names = [name for name, _ in columns]
        self.columns = [(name, told, fitter(kind, text)) for name, told, kind in kinds]
        self.required = [self.names.index(name) for name in required]
        self.clear()

    def clear(self) -> None:
        self.cells: list[list[Any]] = []
        self.rows: list[int] = []
        self.errors: list[str | None] = []
        self.raws: list[str | None] = []
        self.size = 0

    @property
    def full(self) -> bool:
        return len(self.rows) >= _BATCH_RECORDS or self.size >= _BATCH_BYTES

    def add(self, record: Record, *, utf8: bool = True) -> None:
        """utf8: False where the file holds bytes that are none: a record with U+FFFD is then set aside."""
        error, cells = record.error, [None] * len(self.names)
        if error is None:
            error, cells, size = self._fitted(record.values)
            self.size += size
            if error is None and size > MAX_RECORD_BYTES:
                error = TOO_LONG
            if error is None and not utf8 and "\ufffd" in _as_json(record.values):
                error = INVALID_UTF8
        raw = None
        if error is not None:
            raw = record.raw if record.raw is not None else _as_json(record.values)
            self.size += len(raw)
            if not error.startswith("missing_key"):
                cells = [None] * len(self.names)
        self.cells.append(cells)
        self.rows.append(record.row)
        self.errors.append(error)
        self.raws.append(raw)

    def _fitted(self, values: Mapping[str, Any]) -> tuple[str | None, list[Any], int]:
        cells: list[Any] = []
        size = 0
        for name, told, fit in self.columns:
            value = values.get(name)
            if value is not None:
                try:
                    value = fit(value)
                except Misfit:
                    return f"type: column {name} is not {told}", [None] * len(self.names), size
                if type(value) is str or type(value) is list:
                    size += len(value)
            cells.append(value)
        for at in self.required:
            if cells[at] is None:
                return f"missing_key: {self.names[at]} is missing or null", cells, size
        return None, cells, size

    def taken(self) -> tuple[list[Any], list[Any]]:
        """(native columns, [_row, _error, _raw]) of what was collected, which is then forgotten."""
        import pyarrow as pa

        try:
            native = self._arrays()
        except (UnicodeEncodeError, pa.ArrowException, TypeError, ValueError, OverflowError):
            self._set_misfits_aside()
            native = self._arrays()
        told = [pa.array(self.rows, pa.int64()), pa.array(self.errors, pa.string()), pa.array(map(_encodable, self.raws), pa.string())]
        self.clear()
        return native, told

    def _arrays(self) -> list[pa.Array]:
        import pyarrow as pa

        columns = zip(*self.cells, strict=True) if self.cells else [()] * len(self.types)
        return [pa.array(cells, type=kind) for cells, kind in zip(columns, self.types, strict=True)]

    def _set_misfits_aside(self) -> None:
        import pyarrow as pa

        for number, cells in enumerate(self.cells):
            for name, cell, kind in zip(self.names, cells, self.types, strict=True):
                try:
                    pa.array([cell], type=kind)
                    continue
                except UnicodeEncodeError:
                    error = _SURROGATE.format(name)
                except (pa.ArrowException, TypeError, ValueError, OverflowError):
                    error = f"type: column {name} is not {kind}"
                self.errors[number] = self.errors[number] or error
                if self.raws[number] is None:
                    self.raws[number] = _as_json(dict(zip(self.names, cells, strict=True)))
                self.cells[number] = [None] * len(self.names)
                break


def _encodable(text: str | None) -> str | None:
    if text is None or not any("\ud800" <= sign <= "\udfff" for sign in text):
        return text
    return text.encode("utf-8", errors="backslashreplace").decode()


def _as_json(values: Mapping[str, Any]) -> str:
    plain = json.dumps(dict(values), ensure_ascii=False, default=lambda one: one.text if isinstance(one, Number) else str(one))
    return plain[:RAW_LIMIT]
