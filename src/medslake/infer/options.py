"""What an engine is opened with: its defaults, this machine's device and number format, what the user sets; and which rows it may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from medslake import registry
from medslake.accelerators import Accelerator, detect
from medslake.cluster import cluster_resources
from medslake.engines.base import Engine
from medslake.errors import AccessDenied, UsageError
from medslake.options import parsed

if TYPE_CHECKING:
    import pyarrow as pa

    from medslake.lake import Lake

__all__ = ["device_of", "engine_options", "refuse_above"]


def device_of(engine: Engine) -> Accelerator:
    """The CPU for engines that run elsewhere; else the first device that the cluster (or this host, outside of one) has, else its CPU."""
    runs_here = "device" in dict(engine.options)
    return detect(registry.items("accelerator").values() if runs_here else (), cluster_resources() if runs_here else None)


def refuse_above(lake: Lake, engine: Engine, options: Mapping[str, Any], rows: pa.Table, hint: str) -> None:
    """AccessDenied where rows are above the clearance of a remote engine. options: as the engine is opened. rows: see `Leaving.split`."""
    if not engine.remote:
        return
    clearance = options.get("clearance", engine.clearance)
    _, above = lake.leaving(clearance).split(rows)
    if above:
        raise AccessDenied(
            f"{above.total():,} of {rows.num_rows:,} rows to be sent to engine {engine.name} are above its clearance {clearance!r}"
            f" ({', '.join(sorted(above))}).",
            hint=hint,
        )


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
