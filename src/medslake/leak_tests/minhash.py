"""Near-duplicates: texts whose sets of 5-token runs have a Jaccard similarity of 0.8 or more (Lee et al. 2022).

MinHash with banding (Broder 1997; Leskovec et al., Mining of Massive Datasets, ch. 3) nominates pairs, and the exact similarity of the sets
decides. With 24 bands of 4 hashes a pair at the threshold is missed with probability (1 - 0.8^4)^24 = 3e-6, one at 0.9 with 2e-11.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from medslake.leak_tests import LeakExample, LeakTest, grams

if TYPE_CHECKING:
    import numpy as np

__all__ = ["JACCARD", "band_keys", "shingles", "similarity"]

LENGTH = 5
JACCARD = 0.8
BANDS = 24
ROWS = 4
_GOLDEN = 0x9E3779B97F4A7C15


def _mixed(numbers: np.ndarray) -> np.ndarray:
    """The finaliser of SplitMix64 (Steele et al. 2014): equal in every version of every library."""
    import numpy as np

    mixed = numbers.astype(np.uint64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return mixed ^ (mixed >> np.uint64(31))


@functools.cache
def _orders() -> tuple[np.ndarray, np.ndarray]:
    """Odd factors and shifts, uint64 of shape (BANDS, ROWS)."""
    import numpy as np

    seeds = np.arange(1, 2 * BANDS * ROWS + 1, dtype=np.uint64) * np.uint64(_GOLDEN)
    factors, shifts = _mixed(seeds).reshape(2, BANDS, ROWS)
    return factors | np.uint64(1), shifts


def band_keys(sets: pa.ListArray[Any]) -> pa.Array:
    """list<int64> of BANDS keys for each set of hashes (list<int64>), [] for an empty one. Texts that share a key are candidates.

    The hashes are mixed already, so that multiplying by an odd number and adding another, modulo 2^64, orders them anew for each of the
    BANDS x ROWS minima.
    """
    import numpy as np

    factors, shifts = _orders()
    sizes = np.nan_to_num(pc.list_value_length(sets).to_numpy(zero_copy_only=False)).astype(np.int64)
    hashes = sets.flatten().to_numpy(zero_copy_only=False).view(np.uint64)
    filled = sizes > 0
    starts = (np.cumsum(sizes) - sizes)[filled]
    keys = np.empty((len(starts), BANDS), np.uint64)
    ordered = np.empty_like(hashes)
    for band in range(BANDS) if len(starts) else ():
        key = np.full(len(starts), band, np.uint64)
        for row in range(ROWS):
            np.multiply(hashes, factors[band, row], out=ordered)
            np.add(ordered, shifts[band, row], out=ordered)
            key = _mixed(key * np.uint64(_GOLDEN) + np.minimum.reduceat(ordered, starts))
        keys[:, band] = key
    ends = np.concatenate([[0], np.cumsum(BANDS * filled)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), pa.array(keys.reshape(-1).view(np.int64), pa.int64()))


def shingles(column: str) -> str:
    """SQL array<bigint>: the 5-token runs of a column of tokens, hashed."""
    return grams(column, LENGTH)


def similarity(a: str, b: str) -> str:
    """SQL Jaccard similarity of two arrays of distinct hashes."""
    # Bound once: each of them is a long expression.
    return f"element_at(transform(array(struct({a} as a, {b} as b)), p -> {_JACCARD}), 1)"


_SHARED = "size(array_intersect(p.a, p.b))"
_JACCARD = f"{_SHARED} / (size(p.a) + size(p.b) - {_SHARED})"
_LONG = " ".join(f"finding {n} of the patient was recorded by nurse number {n} on ward {n}" for n in range(1, 9))

LEAK_TEST = LeakTest(
    name="minhash",
    about="near-duplicate: Jaccard similarity of 5-token runs",
    says="nearly equals ({score})",
    threshold=JACCARD,
    policy={"train": "drop", "shot": "block", "encounter": "off", "bench": "note"},
    hashes=shingles("tokens"),
    function=band_keys,
    score=similarity(shingles("l.tokens"), shingles("r.tokens")),
    nominees=20,
    examples=(
        LeakExample({"input": _LONG}, {"input": _LONG.replace("nurse number 4", "doctor number 4")}, 77 / 85),
        LeakExample({"input": _LONG}, {"input": _LONG.replace("nurse", "doctor")}, None),
    ),
)
