"""How long instances are, and what padding and packing make of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medslake.errors import UnknownName
from medslake.train.packs.feed import Feed
from medslake.train.packs.packing import bins_of, layout
from medslake.train.packs.seeding import mix, stream
from medslake.train.packs.token_pool import gather

if TYPE_CHECKING:
    from medslake.lake import Lake

__all__ = ["Lengths", "fill", "lake_lengths"]

PACKS = "gold.packs"
#: Instances that are packed to learn the fill: as many again add nothing to its third digit.
SAMPLE = 200_000


@dataclass(frozen=True)
class Lengths:
    """A histogram: counts[n] instances take n tokens, prompt, output and control tokens together. source: where it comes from."""

    counts: np.ndarray
    source: str

    @property
    def instances(self) -> int:
        return int(self.counts.sum())

    @property
    def mean(self) -> float:
        return float(self.counts @ np.arange(self.counts.size)) / self.instances

    def quantile(self, share: float) -> int:
        return int(np.searchsorted(np.cumsum(self.counts), share * self.instances))

    def capped(self, length: int) -> Lengths:
        """With what exceeds a row cut to its length."""
        counts = np.bincount(np.minimum(np.arange(self.counts.size), length), weights=self.counts, minlength=length + 1)
        return Lengths(counts.astype(np.int64), self.source)

    def longest_of(self, group: int) -> float:
        """Expected length of the longest of `group` instances drawn at random: what each of them takes when padded to it."""
        below = np.r_[0.0, np.cumsum(self.counts)[:-1]] / self.instances
        return float((1 - below[1:] ** group).sum())

    def packed(self, length: int) -> Feed:
        """A sample of the instances in packed rows in seeded order, by the packing that `pack` uses; without their tokens."""
        scaled = np.rint(self.counts * (SAMPLE / self.instances)).astype(np.int64)
        items = np.repeat(np.arange(scaled.size), scaled)
        items = items[np.argsort(mix(np.arange(items.size), stream("lengths")), kind="stable")]
        bin_of, bins = bins_of(items, length)
        rows = np.argsort(mix(np.arange(bins), stream("rows")), kind="stable")
        members, offsets = layout(bin_of, bins)
        counts = offsets[rows + 1] - offsets[rows]
        sizes = items[gather(members, offsets[rows], counts)]
        first = np.cumsum(counts) - counts
        tokens = np.add.reduceat(sizes, first)
        none = np.zeros_like(tokens)
        segments = np.stack([np.zeros_like(sizes), sizes, np.zeros_like(sizes)], axis=1)
        return Feed(np.empty(0, np.int32), np.stack([none, tokens, first, none], axis=1), segments, length, "public")

    def fill(self, length: int) -> float:
        """Share of the tokens of packed rows that is not padding."""
        return fill(self.packed(length))


def fill(feed: Feed) -> float:
    return float(feed.rows[:, 1].sum()) / (len(feed) * feed.length)


def lake_lengths(lake: Lake, plan: str | None = None) -> Lengths | None:
    """Lengths of the instances of a pack plan, as packed; of the plan with most of them where none is named.

    None where nothing is packed yet; UnknownName for a plan that is not there.
    """
    if not lake.arrow.exists(PACKS):
        return None
    counts: dict[str, np.ndarray] = {}
    rows: dict[str, int] = {}
    for batch in lake.arrow.batches(PACKS, ["plan", "length", "segments"], size=1024):
        for name in map(str, pc.unique(batch.column("plan")).to_pylist()):
            part: Any = batch.filter(pc.equal(batch.column("plan"), pa.scalar(name)))
            rows[name] = part.column("length")[0].as_py()
            histogram = np.bincount(part.column("segments").flatten().field("length").to_numpy(), minlength=rows[name] + 1)
            counts[name] = counts.get(name, np.zeros(rows[name] + 1, np.int64)) + histogram
    if not counts:
        return None
    if plan is not None and plan not in counts:
        raise UnknownName("pack plan", plan, list(counts))
    sizes = Counter({name: int(histogram.sum()) for name, histogram in counts.items()})
    chosen = plan or min(sizes, key=lambda name: (-sizes[name], name))
    source = f"plan {chosen} of {PACKS}: {sizes[chosen]:,} instances in rows of {rows[chosen]:,} tokens, its own tokenizer"
    return Lengths(counts[chosen], source)
