"""The batch plan: which rows are answered together. A pure function of the rows, so that a rerun, or another number of workers, meets the
same batches; bf16 answers depend on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Shard", "Size", "plan"]


@dataclass(frozen=True)
class Size:
    """row_id of a benchmark row, tokens of its prompt, and how many it may write."""

    row_id: str
    tokens: int
    max_new_tokens: int


@dataclass(frozen=True)
class Shard:
    """Batches that are committed together; each batch is a tuple of row ids, longest prompt first."""

    number: int
    batches: tuple[tuple[str, ...], ...]

    @property
    def row_ids(self) -> tuple[str, ...]:
        return tuple(row_id for batch in self.batches for row_id in batch)


def plan(sizes: Sequence[Size], batch_tokens: int, shard_rows: int) -> list[Shard]:
    """Rows sorted by limit and length, cut into batches whose padded prompts and answers stay within `batch_tokens` (one row at least),
    and batches gathered into shards of at least `shard_rows` rows, but for the last. The order of `sizes` does not matter.
    """
    batches: list[list[Size]] = []
    for size in sorted(sizes, key=lambda s: (-s.max_new_tokens, -s.tokens, s.row_id)):
        # The first row of a batch is its longest, and all rows of one batch may write equally much.
        open_ = batches[-1] if batches else None
        longest = open_[0] if open_ else size
        fits = (len(open_) + 1) * (longest.tokens + longest.max_new_tokens) <= batch_tokens if open_ else False
        if open_ is not None and fits and longest.max_new_tokens == size.max_new_tokens:
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
