"""An engine's options: its defaults, this machine's device and number format, and what the user sets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from medslake.accelerators import Accelerator
from medslake.engines.base import Engine
from medslake.errors import UsageError
from medslake.options import parsed

__all__ = ["engine_options"]


def engine_options(engine: Engine, dtype: str, device: Accelerator, given: Sequence[str]) -> dict[str, Any]:
    """All options with their values; `auto` is replaced by what it stands for on the device, as it decides the digits.

    given: `name=value` each. UnknownName, or UsageError for a value of another type or a dtype where there is none to choose.
    """
    options = dict(engine.options)
    options |= parsed(given, {name: type(value) for name, value in options.items()}, f"option of engine {engine.name}")
    if "dtype" in options:
        asked = options["dtype"] if dtype == "auto" else dtype
        options["dtype"] = {"auto": "bfloat16" if device.bf16 else "float32"}.get(asked, asked)
    elif dtype != "auto":
        raise UsageError(f"Engine {engine.name} has no dtype to choose.")
    if "device" in options:
        options["device"] = device.name
    return options
