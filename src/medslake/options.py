"""`field=value` on the command line, read as the type that the field has."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable, Mapping
from typing import Any

from medslake.errors import UnknownName, UsageError

__all__ = ["parsed"]

_TRUTH = {"true": True, "yes": True, "false": False, "no": False}


def parsed(settings: Iterable[str], hints: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Field -> value of `field=value` strings; of a field that is named twice the last one.

    hints: field -> type, of which str, int, float, bool, tuple[str, ...] and optional ones are read: true or false, commas between the
    parts of a tuple, `none`. kind: what a field is called, such as `recipe field`. Raises UnknownName, UsageError.
    """
    found: dict[str, Any] = {}
    for setting in settings:
        field, equals, text = setting.partition("=")
        if not equals:
            raise UsageError(f"--set {setting!r} is not of the form field=value.")
        if field not in hints:
            raise UnknownName(kind, field, list(hints))
        found[field] = _value(f"{kind[:1].upper()}{kind[1:]} {field}", hints[field], text)
    return found


def _value(name: str, hint: Any, text: str) -> object:
    if isinstance(hint, types.UnionType):
        if text.lower() == "none":
            return None
        hint = next(h for h in typing.get_args(hint) if h is not type(None))
    if typing.get_origin(hint) is tuple:
        return tuple(part for part in text.split(",") if part)
    if hint is bool:
        if text.lower() not in _TRUTH:
            raise UsageError(f"{name} takes true or false, not {text!r}.")
        return _TRUTH[text.lower()]
    if hint in (int, float):
        try:
            return hint(text)
        except ValueError:
            raise UsageError(f"{name} takes {'an integer' if hint is int else 'a number'}, not {text!r}.") from None
    return text
