"""The CPU: gloo, SDPA with the block-diagonal mask that transformers builds from position ids."""

from __future__ import annotations

from pathlib import Path

from medslake.accelerators.base import Accelerator

__all__ = ["ACCELERATOR"]


def _has_bf16() -> bool:
    # Without these instructions bf16 is emulated and several times slower than fp32.
    info = Path("/proc/cpuinfo")
    flags = info.read_text() if info.exists() else ""
    return "amx_bf16" in flags or "avx512_bf16" in flags


ACCELERATOR = Accelerator(
    name="cpu",
    about="The processor of each host.",
    resource="CPU",
    torch_type="cpu",
    backend="gloo",
    visible_devices="",
    attention="sdpa",
    bf16=_has_bf16(),
    probe=lambda: 1,
)
