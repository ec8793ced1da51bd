"""Whether values are of the types that their annotations say: the fields of a declaration, the arguments of a verb.

A comma that is forgotten makes a text of a tuple, and a text is a sequence of letters to whatever goes over it.
"""

from __future__ import annotations

import builtins
import dataclasses
import functools
import inspect
import sys
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from medslake.errors import UsageError

__all__ = ["typed", "wrong_types"]

P = ParamSpec("P")
T = TypeVar("T")


def typed(verb: Callable[P, T]) -> Callable[P, T]:
    """Decorates a verb: UsageError for an argument of another type than its annotation, before anything is begun."""
    known = _Names(vars(sys.modules[verb.__module__]))
    parameters = inspect.signature(verb)

    @functools.wraps(verb)
    def checked(*args: P.args, **kwargs: P.kwargs) -> T:
        for name, value in parameters.bind(*args, **kwargs).arguments.items():
            hint = _hint(parameters.parameters[name].annotation, known)
            if name == "lake" and ((value is None and not _is(None, hint)) or isinstance(value, str | Path)):
                raise UsageError(
                    f"{verb.__name__}: lake is {_kind(value)}, and must be a lake.", hint="Open it: medslake.open_lake(folder)"
                )
            if not _is(value, hint):
                raise UsageError(f"{verb.__name__}: {name} is {_kind(value)}, and must be {_spelled(hint)}.")
        return verb(*args, **kwargs)

    return checked


def wrong_types(declared: Any, where: str = "") -> Iterator[str]:
    """A sentence for each field of a dataclass, and of those in it, whose value is of another type than its annotation."""
    for field, hint in _hints(type(declared)).items():
        yield from _wrong(getattr(declared, field), hint, f"{where}{field}")


def _wrong(value: Any, hint: Any, where: str) -> Iterator[str]:
    if not _is(value, hint):
        yield f"{where} is {_kind(value)}, and must be {_spelled(hint)}."
        return
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        yield from wrong_types(value, f"{where}.")
    elif isinstance(value, tuple):
        for number, one in enumerate(value):
            if dataclasses.is_dataclass(one):
                yield from wrong_types(one, f"{where}[{number}].")


def _is(value: Any, hint: Any) -> bool:
    if hint is Any or isinstance(hint, typing.TypeVar):
        return True
    if hint is None or hint is type(None):
        return value is None
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return any(_is(value, one) for one in inner)
    if origin is typing.Literal:
        return value in inner
    if origin is Callable or hint is Callable:
        return callable(value)
    if origin is tuple:
        if not isinstance(value, tuple):
            return False
        if inner[-1:] == (Ellipsis,):
            return all(_is(one, inner[0]) for one in value)
        return len(value) == len(inner) and all(map(_is, value, inner))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return isinstance(value, Mapping) and all(_is(k, inner[0]) and _is(v, inner[1]) for k, v in value.items())
    if isinstance(origin, type) and issubclass(origin, Sequence):
        return isinstance(value, origin) and not isinstance(value, str) and all(_is(one, inner[0]) for one in value)
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    # Of a protocol nothing is known before it is used.
    return isinstance(value, hint) if isinstance(hint, type) and not getattr(hint, "_is_protocol", False) else True


def _hints(noun: type) -> dict[str, Any]:
    """Field -> annotation. Names that are imported for types alone, such as those of Spark, stand for anything."""
    found: dict[str, Any] = {}
    for base in reversed(noun.__mro__):
        known = _Names(vars(sys.modules[base.__module__]))
        for name, annotation in vars(base).get("__annotations__", {}).items():
            found[name] = _hint(annotation, known)
    return {field.name: found[field.name] for field in dataclasses.fields(noun) if field.init}


def _hint(annotation: Any, known: Mapping[str, Any]) -> Any:
    try:
        return eval(annotation, {}, known) if isinstance(annotation, str) else annotation
    except (AttributeError, TypeError):
        return Any


class _Names(dict[str, Any]):
    def __missing__(self, name: str) -> Any:
        return getattr(builtins, name, Any)


def _kind(value: Any) -> str:
    if isinstance(value, Mapping | tuple | list) and not isinstance(value, str):
        return f"a {type(value).__name__} of other things" if value else f"an empty {type(value).__name__}"
    return "None" if value is None else f"a {type(value).__name__}"


def _spelled(hint: Any) -> str:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_spelled(one) for one in inner)
    if origin is Callable or hint is Callable:
        return "a function"
    if hint in (None, type(None)):
        return "None"
    if origin is typing.Literal:
        return f"one of {', '.join(map(repr, inner))}"
    if origin is tuple and inner[-1:] == (Ellipsis,):
        return f"a tuple of {_spelled(inner[0])}"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"a mapping of {_spelled(inner[0])} to {_spelled(inner[1])}"
    if isinstance(origin, type) and issubclass(origin, Sequence) and inner:
        return f"a list of {_spelled(inner[0])}"
    return str(getattr(hint, "__name__", hint))
