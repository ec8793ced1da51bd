"""Near-duplicates: texts whose sets of 5-token runs have a Jaccard similarity of 0.8 or more (Lee et al. 2022).

MinHash with banding (Broder 1997; Leskovec et al., Mining of Massive Datasets, ch. 3) nominates pairs, and the exact similarity of the sets
decides. With 24 bands of 4 hashes a pair at the threshold is missed with probability (1 - 0.8^4)^24 = 3e-6, one at 0.9 with 2e-11.
"""

from medslake.leakage.base import LeakExample, LeakTest
from medslake.leakage.normalise import grams

__all__ = ["JACCARD", "shingles", "similarity"]

LENGTH = 5
JACCARD = 0.8
BANDS = 24
ROWS = 4


def shingles(column: str) -> str:
    """SQL array<bigint>: the 5-token runs of a column of tokens, hashed."""
    return grams(column, LENGTH)


def similarity(a: str, b: str) -> str:
    """SQL Jaccard similarity of two arrays of distinct hashes."""
    # Bound once: each of them is a long expression.
    return f"element_at(transform(array(struct({a} as a, {b} as b)), p -> {_JACCARD}), 1)"


_SHARED = "size(array_intersect(p.a, p.b))"
_JACCARD = f"{_SHARED} / (size(p.a) + size(p.b) - {_SHARED})"
_LEAST = ", ".join(f"array_min(transform(s, x -> xxhash64(x, b, {row})))" for row in range(ROWS))
_BAND = f"transform(sequence(1, {BANDS}), b -> xxhash64(b, {_LEAST}))"
_LONG = " ".join(f"finding {n} of the patient was recorded by nurse number {n} on ward {n}" for n in range(1, 9))

TEST = LeakTest(
    name="minhash",
    about="near-duplicate: Jaccard similarity of 5-token runs",
    says="nearly equals ({score})",
    threshold=JACCARD,
    policy={"train": "drop", "shot": "block", "bench": "note"},
    marks=f"flatten(transform(array({shingles('tokens')}), s -> {_BAND}))",
    score=similarity(shingles("l.tokens"), shingles("r.tokens")),
    nominees=20,
    examples=(
        LeakExample({"input": _LONG}, {"input": _LONG.replace("nurse number 4", "doctor number 4")}, 77 / 85),
        LeakExample({"input": _LONG}, {"input": _LONG.replace("nurse", "doctor")}, None),
    ),
)
