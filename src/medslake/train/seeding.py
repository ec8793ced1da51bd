"""Seeded choices that stay the same for ever: 64-bit mixing instead of a library's random generator, whose streams may change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np

__all__ = ["digest64", "mix", "stream"]


def digest64(texts: Iterable[str]) -> np.ndarray:
    """First 8 bytes of BLAKE2b of each text, as uint64."""
    raw = b"".join(hashlib.blake2b(t.encode(), digest_size=8).digest() for t in texts)
    return np.frombuffer(raw, dtype="<u8").astype(np.uint64)


def stream(*parts: int | str) -> np.uint64:
    """One key from the parts of a seed, such as (42, "order", epoch)."""
    return digest64(["\x1f".join(str(p) for p in parts)])[0]


def mix(values: np.ndarray, key: np.uint64) -> np.ndarray:
    """SplitMix64 finaliser over `values ^ key`: uint64 in, well-spread uint64 out, elementwise."""
    z = (values.astype(np.uint64) ^ key) + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))
