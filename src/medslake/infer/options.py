"""An engine's options: its defaults, this machine's device and number format, and what the user sets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from medslake.accelerators import Accelerator
from medslake.engines.base import Engine
from medslake.errors import UnknownName, UsageError

__all__ = ["engine_options"]

_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def engine_options(engine: Engine, dtype: str, device: Accelerator, given: Sequence[str]) -> dict[str, Any]:
    """All options with their values; `auto` is replaced by what it stands for on the device, as it decides the digits.

    given: `name=value` each. UnknownName, or UsageError for a value of another type or a dtype where there is none to choose.
    """
    options = dict(engine.options)
    for setting in given:
        name, equals, value = setting.partition("=")
        if name not in options:
            raise UnknownName(f"option of engine {engine.name}", name, sorted(options))
        if not equals:
            raise UsageError(f"Option {name!r} has no value.", hint=f"Write it as {name}=value.")
        options[name] = _value(name, value, options[name])
    if "dtype" in options:
        asked = options["dtype"] if dtype == "auto" else dtype
        options["dtype"] = {"auto": "bfloat16" if device.bf16 else "float32"}.get(asked, asked)
    elif dtype != "auto":
        raise UsageError(f"Engine {engine.name} has no dtype to choose.")
    if "device" in options:
        options["device"] = device.name
    return options


def _value(name: str, value: str, default: Any) -> Any:
    """The text as the type of the default."""
    try:
        return _TRUTH[value.lower()] if isinstance(default, bool) else type(default)(value)
    except (KeyError, ValueError):
        raise UsageError(f"Option {name} is {value!r}, which is no {type(default).__name__}.") from None
