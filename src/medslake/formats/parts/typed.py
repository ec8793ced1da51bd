"""One grammar per type, for the text of a cell and for values that a parser delivers; nothing is completed, rounded, cut or guessed.

    numbers     ASCII decimals: `-12`, `+3.5`, `.5`, `1e-3`; no suffix, no hexadecimal, no grouping; of whole numbers no point
    boolean     `true` or `false`, in any case
    date        `2152-03-01`
    timestamp   `2152-03-01 09:00:00`, `T` for the blank, a fraction of up to 6 digits, `Z` or an offset
    array       a list; a string is none

Blanks around a number or a time are no part of it. NaN in a number column is a missing value, infinity an error.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from medslake.lake.schema.types import Type, parse_type

if TYPE_CHECKING:
    from pyspark.sql import Column

__all__ = ["Fit", "Misfit", "Number", "fitter", "grammar", "is_not_a_number", "typed_cell"]

_WHOLE = "[+-]?[0-9]+"
_DECIMAL = r"[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
_DATE = "(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = r"[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?"
_ZONE = "(?:Z|[+-][0-9]{2}:[0-9]{2})?"
_BITS = {"byte": 8, "short": 16, "integer": 32, "long": 64}
_GRAMMAR = {
    **dict.fromkeys(_BITS, _WHOLE),
    **dict.fromkeys(("float", "double"), rf"{_DECIMAL}(?:[eE][+-]?[0-9]+)?"),
    "boolean": "(?i:true|false)",
    "date": _DATE,
    "timestamp": f"{_DATE}{_TIME}{_ZONE}",
    "timestamp_ntz": f"{_DATE}{_TIME}",
}
_MAX_FLOAT = 3.4028234663852886e38

#: A value as it was delivered, never None -> the value of the column; raises Misfit.
Fit = Callable[[Any], Any]


class Misfit(Exception):
    """The value is not of the type; it bears no message, since that would quote the value."""


class Number:
    """A decimal number of a text, as it was written there."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


def grammar(kind: Type) -> str | None:
    """What the text of a cell of this type must match as a whole, for Python and Java alike; None for texts and what has no text."""
    if isinstance(kind, str) and kind.startswith("decimal"):
        precision, scale = (int(digits) for digits in re.findall(r"\d+", kind))
        return rf"[+-]?0*[0-9]{{1,{max(precision - scale, 1)}}}(?:\.[0-9]{{1,{scale}}}0*)?" if scale else _WHOLE
    return _GRAMMAR.get(kind) if isinstance(kind, str) else None


def _is_number(kind: Type) -> bool:
    return isinstance(kind, str) and (kind in _BITS or kind in ("float", "double") or kind.startswith("decimal"))


def is_not_a_number(cell: Column, kind: str) -> Column:
    """Whether a cell of a number column says NaN."""
    from pyspark.sql import functions as F

    return F.lower(F.trim(cell)) == "nan" if _is_number(parse_type(kind)) else F.lit(False)


def typed_cell(cell: Column, kind: str) -> Column:
    """The cell in the column's type; null where its text is none of that type."""
    from pyspark.sql import functions as F

    parsed = parse_type(kind)
    if parsed == "string":
        return cell
    pattern = grammar(parsed)
    if pattern is None:
        return F.lit(None).cast(kind)
    value = F.when(cell.rlike(rf"\A *(?:{pattern}) *\z"), F.trim(cell).try_cast(kind))
    # What is too large for the type would become infinite.
    return F.when(F.abs(value) < float("inf"), value) if parsed in ("float", "double") else value


def fitter(kind: Type, text: Callable[[Any], str] | None = None) -> Fit:
    """What makes values fit a type. text: makes text of what is none, where a format lets STRING columns take it; else that is a misfit."""
    if isinstance(kind, Mapping):
        if kind["type"] == "array":
            return _list(fitter(kind["elementType"], text))
        if kind["type"] == "map":
            return _map(fitter(kind["keyType"], text), fitter(kind["valueType"], text))
        return _struct([(field["name"], fitter(field["type"], text)) for field in kind["fields"]])
    if kind == "string":
        return _string(text)
    if kind in _BITS:
        return _whole(2 ** (_BITS[kind] - 1))
    if kind.startswith("decimal"):
        return _decimal(kind)
    known: dict[str, Fit] = {
        "float": _float(_MAX_FLOAT),
        "double": _float(math.inf),
        "boolean": _boolean,
        "date": _day,
        "timestamp": _moment(kind, aware=True),
        "timestamp_ntz": _moment(kind, aware=False),
        "binary": _bytes,
        "void": _nothing,
    }
    return known[kind]


def _string(text: Callable[[Any], str] | None) -> Fit:
    def fit(value: Any) -> Any:
        if type(value) is str:
            return value
        if isinstance(value, str):
            return str(value)
        if text is None:
            raise Misfit
        return text(value)

    return fit


def _whole(bound: int) -> Fit:
    def fit(value: Any) -> Any:
        if isinstance(value, float):
            if math.isnan(value):
                return None
            if not value.is_integer():
                raise Misfit
            value = int(value)
        if type(value) is not int or not -bound <= value < bound:
            raise Misfit
        return value

    return fit


def _float(bound: float) -> Fit:
    def fit(value: Any) -> Any:
        if isinstance(value, Number):
            value = float(value.text)
        elif isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
            raise Misfit
        try:
            found = float(value)
        except OverflowError:
            raise Misfit from None
        if math.isnan(found):
            return None
        if math.isinf(found) or abs(found) > bound:
            raise Misfit
        return found

    return fit


def _decimal(kind: str) -> Fit:
    precision, scale = (int(digits) for digits in re.findall(r"\d+", kind))

    def fit(value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, Number)):
            raise Misfit
        try:
            found = Decimal(value.text if isinstance(value, Number) else repr(value) if isinstance(value, float) else value)
            if found.is_nan():
                return None
            kept = found.quantize(Decimal(1).scaleb(-scale))
        except InvalidOperation:
            raise Misfit from None
        if kept != found or len(kept.as_tuple().digits) > precision:
            raise Misfit
        return kept

    return fit


def _boolean(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    raise Misfit


def _day(value: Any) -> Any:
    if isinstance(value, datetime):
        if value.tzinfo is not None or (value.hour, value.minute, value.second, value.microsecond) != (0, 0, 0, 0):
            raise Misfit
        return value.date()
    if isinstance(value, date):
        return value
    return _read(value, "date", date.fromisoformat)


def _moment(kind: str, *, aware: bool) -> Fit:
    def fit(value: Any) -> Any:
        if not isinstance(value, datetime):
            value = _read(value, kind, datetime.fromisoformat)
        # Of pandas' times a part of a microsecond would be cut off.
        if getattr(value, "nanosecond", 0):
            raise Misfit
        if aware:
            return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        if value.tzinfo is not None:
            raise Misfit
        return value

    return fit


def _read(value: Any, kind: str, parse: Callable[[str], Any]) -> Any:
    if not isinstance(value, str) or not re.fullmatch(f" *(?:{_GRAMMAR[kind]}) *", value):
        raise Misfit
    try:
        return parse(value.strip(" "))
    except ValueError:
        raise Misfit from None


def _bytes(value: Any) -> Any:
    if isinstance(value, bytes):
        return value
    raise Misfit


def _nothing(value: Any) -> Any:
    raise Misfit


def _kept(fit: Fit, value: Any) -> Any:
    """What is missing inside of a value stays missing."""
    return None if value is None else fit(value)


def _list(inner: Fit) -> Fit:
    def fit(value: Any) -> Any:
        if not isinstance(value, (list, tuple)):
            raise Misfit
        return [_kept(inner, item) for item in value]

    return fit


def _map(key: Fit, inner: Fit) -> Fit:
    def fit(value: Any) -> Any:
        pairs = list(value.items()) if isinstance(value, Mapping) else value
        if not isinstance(pairs, (list, tuple)):
            raise Misfit
        found = {}
        for pair in pairs:
            if not isinstance(pair, (list, tuple)) or len(pair) != 2 or pair[0] is None or (name := key(pair[0])) in found:
                raise Misfit
            found[name] = _kept(inner, pair[1])
        return list(found.items())

    return fit


def _struct(fields: list[tuple[str, Fit]]) -> Fit:
    def fit(value: Any) -> Any:
        if not isinstance(value, Mapping):
            raise Misfit
        return {name: _kept(inner, value.get(name)) for name, inner in fields}

    return fit
