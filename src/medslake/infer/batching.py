"""Batching: which rows are handed to the engine together. A pure function of the rows, so that a rerun, or another number of workers,
meets the same batches; bf16 answers depend on them. How many rows of a batch run at once is the engine's affair.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

__all__ = ["Shard", "Size", "batched"]

#: What a step costs besides its rows (the weights are read), in tokens of prompt.
_STEP = 32


@dataclass(frozen=True)
class Size:
    """row_id of a benchmark row, tokens of its prompt, how many it may write, and how many at its head are computed once for all rows of
    the same `head`.
    """

    row_id: str
    tokens: int
    max_new_tokens: int
    head: str = ""
    shared: int = 0


@dataclass(frozen=True)
class Shard:
    """Batches that are committed together; each batch is a tuple of row ids, longest prompt first."""

    number: int
    batches: tuple[tuple[str, ...], ...]

    @property
    def row_ids(self) -> tuple[str, ...]:
        return tuple(row_id for batch in self.batches for row_id in batch)


def batched(sizes: Sequence[Size], shard_rows: int) -> list[Shard]:
    """Rows sorted by limit, head and length, cut into shards of `shard_rows`, the last one smaller; a batch is what has one limit and one
    head in a shard. The order of `sizes` does not matter.
    """
    rows = sorted(_worth_sharing(sizes), key=lambda s: (-s.max_new_tokens, s.head, -s.tokens, s.row_id))
    shards = []
    for number, start in enumerate(range(0, len(rows), shard_rows)):
        batches = groupby(rows[start : start + shard_rows], key=lambda s: (s.max_new_tokens, s.head))
        shards.append(Shard(number, tuple(tuple(size.row_id for size in batch) for _, batch in batches)))
    return shards


def _worth_sharing(sizes: Sequence[Size]) -> list[Size]:
    """Heads that few rows share, or that are short, are left out: their rows fill batches with those of other heads."""
    groups = Counter((size.max_new_tokens, size.head) for size in sizes)
    found = []
    for size in sizes:
        saved = (groups[size.max_new_tokens, size.head] - 1) * size.shared
        found.append(size if saved > _STEP * size.max_new_tokens else replace(size, head="", shared=0))
    return found
