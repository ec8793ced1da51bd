"""The batch plan: which rows are answered together. A pure function of the rows, so that a rerun, or another number of workers, meets the
same batches; bf16 answers depend on them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

__all__ = ["Shard", "Size", "plan"]

#: What a step of a batch costs besides its rows (the weights are read), in tokens of prompt.
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

    def padded(self, rows: int) -> int:
        """Tokens that a batch of so many rows holds when this is its longest."""
        return self.shared + rows * (self.tokens - self.shared + self.max_new_tokens)


@dataclass(frozen=True)
class Shard:
    """Batches that are committed together; each batch is a tuple of row ids, longest prompt first."""

    number: int
    batches: tuple[tuple[str, ...], ...]

    @property
    def row_ids(self) -> tuple[str, ...]:
        return tuple(row_id for batch in self.batches for row_id in batch)


def plan(sizes: Sequence[Size], batch_tokens: int, shard_rows: int) -> list[Shard]:
    """Rows sorted by limit, head and length, cut into batches whose padded prompts and answers stay within `batch_tokens` (one row at
    least), and batches gathered into shards of at least `shard_rows` rows, but for the last. The order of `sizes` does not matter.
    """
    batches: list[list[Size]] = []
    for size in sorted(_worth_sharing(sizes), key=lambda s: (-s.max_new_tokens, s.head, -s.tokens, s.row_id)):
        # The first row of a batch is its longest, and all rows of one batch may write equally much.
        open_ = batches[-1] if batches else None
        alike = open_ is not None and (open_[0].max_new_tokens, open_[0].head) == (size.max_new_tokens, size.head)
        if open_ is not None and alike and open_[0].padded(len(open_) + 1) <= batch_tokens:
            open_.append(size)
        else:
            batches.append([size])
    shards: list[Shard] = []
    held: list[tuple[str, ...]] = []
    for batch in batches:
        held.append(tuple(size.row_id for size in batch))
        if sum(map(len, held)) >= shard_rows:
            shards.append(Shard(len(shards), tuple(held)))
            held = []
    return [*shards, Shard(len(shards), tuple(held))] if held else shards


def _worth_sharing(sizes: Sequence[Size]) -> list[Size]:
    """Heads that few rows share, or that are short, are left out: their rows fill batches with those of other heads."""
    groups = Counter((size.max_new_tokens, size.head) for size in sizes)
    found = []
    for size in sizes:
        saved = (groups[size.max_new_tokens, size.head] - 1) * size.shared
        found.append(size if saved > _STEP * size.max_new_tokens else replace(size, head="", shared=0))
    return found
