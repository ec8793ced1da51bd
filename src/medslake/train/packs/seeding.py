"""Seeded choices that stay the same for ever: 64-bit mixing instead of a library's random generator, whose streams may change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
import pyarrow as pa

__all__ = ["digest64", "digest_pieces", "mix", "rank_within", "stream"]

#: Texts of an Arrow column that are Python objects at the same time.
STEP = 65_536


def digest64(texts: Iterable[str] | pa.Array | pa.ChunkedArray) -> np.ndarray:
    """First 8 bytes of BLAKE2b of each text, as uint64; of an Arrow column without an object for each row at the same time."""
    if isinstance(texts, pa.Array | pa.ChunkedArray):
        return np.concatenate([digest64(map(str, texts.slice(at, STEP).to_pylist())) for at in range(0, max(1, len(texts)), STEP)])
    raw = b"".join(hashlib.blake2b(t.encode(), digest_size=8).digest() for t in texts)
    return np.frombuffer(raw, dtype="<u8").astype(np.uint64)


def digest_pieces(values: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """uint64 of each run of `lengths` values: the sum of well-spread hashes of value and place."""
    ends = np.cumsum(lengths)
    place = np.arange(values.size) - np.repeat(ends - lengths, lengths)
    total = np.r_[np.uint64(0), np.cumsum(mix((place.astype(np.uint64) << np.uint64(32)) | values.astype(np.uint64), np.uint64(0)))]
    return total[ends] - total[ends - lengths]


def stream(*parts: int | str) -> np.uint64:
    """One key from the parts of a seed, such as (42, "order", epoch)."""
    return digest64(["\x1f".join(str(p) for p in parts)])[0]


def mix(values: np.ndarray, key: np.uint64) -> np.ndarray:
    """SplitMix64 finaliser over `values ^ key`: uint64 in, well-spread uint64 out, elementwise."""
    z = (values.astype(np.uint64) ^ key) + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def rank_within(groups: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Rank (0-based) of each value among those of its group; equal values in order."""
    order = np.lexsort((values, groups))
    sizes = np.bincount(groups) if groups.size else np.empty(0, np.int64)
    rank = np.empty(groups.size, np.int64)
    rank[order] = np.arange(groups.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return rank
