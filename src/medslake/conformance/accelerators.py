"""Accelerators: what can be asked of one on any host, and of its devices where there are some."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from medslake.accelerators import Accelerator
from medslake.plugins import reason

if TYPE_CHECKING:
    from medslake.conformance.scratch import Scratch

__all__ = ["findings"]


def findings(accelerators: Mapping[str, Accelerator], scratch: Scratch) -> dict[str, list[str]]:
    return {name: list(_findings(accelerator, scratch)) for name, accelerator in accelerators.items()}


def _findings(accelerator: Accelerator, scratch: Scratch) -> Iterator[str]:
    try:
        count, missing = accelerator.probe(), accelerator.missing()
    except Exception as error:
        yield f"probe or missing fails on this host, where they must tell that nothing is there. {reason(error)}"
        return
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        yield f"probe gives {count!r}, and must give a number of devices."
    elif count:
        yield from _of_a_device(accelerator)
    else:
        scratch.untried["accelerator", accelerator.name] = "its devices, of which this host has none"
    if missing is not None and not isinstance(missing, str):
        yield f"missing gives {missing!r}, and must give a command or None."


def _of_a_device(accelerator: Accelerator) -> Iterator[str]:
    try:
        accelerator.synchronize()
        name, peak = accelerator.device_name(), accelerator.peak_memory()
    except Exception as error:
        yield f"A device of this host cannot be asked for its name and memory. {reason(error)}"
        return
    if not isinstance(name, str) or isinstance(peak, bool) or not isinstance(peak, int):
        yield f"device_name and peak_memory give {name!r} and {peak!r}, and must give a text and bytes."
