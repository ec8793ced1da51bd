"""The rows of a step among the ranks.

Where the rows of a step are not a multiple of the ranks, some ranks would compute padding: 128 short instances fill 9 rows of 2,048, and 23
of 32 devices have none. Instances in a row do not see each other, so rows may be cut between them: each rank then gets about as many
tokens, in rows that are only as long as these need. Which instances a step sees, and its loss, stay what they are.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from medslake.train.packs.feed import Feed, rows_of_step
from medslake.train.packs.token_pool import gather

__all__ = ["MicroBatch", "Share", "balanced", "busy", "idle", "share", "whole_rows"]

#: Cut rows are a multiple of so many tokens long: fewer shapes for kernels and allocators.
ROUND = 64
#: Steps of a plan that are looked at for `busy`.
SAMPLED_STEPS = 64
#: Below this share of useful tokens in what the devices have time for, users are told.
ENOUGH = 0.8


@dataclass(frozen=True)
class MicroBatch:
    """rows of the feed (none: one row of padding), and whether it is the rank's last of the step."""

    feed: Feed
    rows: Sequence[int]
    last: bool


@dataclass(frozen=True)
class Share:
    """A rank's micro batches of a step. All ranks have equally many, as every one is a collective.

    tokens: of all ranks together, padding included.
    """

    batches: list[MicroBatch]
    tokens: int


def share(feed: Feed, rows: range, rank: int, world: int, size: int) -> Share:
    """What `rank` of `world` computes of the rows of a step, at most `size` rows in a micro batch."""
    cut = _cut(feed, rows, world, size)
    tokens = sum(_tokens(feed, rows, world, size, cut))
    if cut is None:
        return Share(whole_rows(feed, rows, rank, world, size), tokens)
    return Share([MicroBatch(_laid_out(feed, rows, part), range(len(part)), part is cut[rank][-1]) for part in cut[rank]], tokens)


def whole_rows(feed: Feed, rows: range, rank: int, world: int, size: int) -> list[MicroBatch]:
    """The same with rows as they are, one by one to the ranks in turn."""
    mine = rows[rank::world]
    count = math.ceil(math.ceil(len(rows) / world) / size)
    return [MicroBatch(feed, mine[at * size : (at + 1) * size], at + 1 == count) for at in range(count)]


def busy(feed: Feed, per_step: int, world: int, size: int) -> float:
    """Share of what the ranks have time for that is no padding, over steps from the whole plan."""
    steps = math.ceil(len(feed) / per_step)
    useful = slots = 0
    for step in range(0, steps, math.ceil(steps / SAMPLED_STEPS)):
        rows = rows_of_step(step, per_step, len(feed))
        useful += int(feed.rows[rows.start : rows.stop, 1].sum())
        # Ranks wait for the one with most.
        slots += max(_tokens(feed, rows, world, size, _cut(feed, rows, world, size))) * world
    return useful / slots


def idle(rows: int, world: int, useful: float) -> bool:
    """Whether a step of so many rows, of whose time so much is useful (see `busy`), has too little work for the ranks."""
    return rows < world or useful < ENOUGH


def balanced(sizes: np.ndarray, bins: int) -> np.ndarray:
    """Bin of each item, so that bins are about equally full: the largest first, each into the emptiest bin, the lowest of equal ones."""
    loads = [(0, number) for number in range(bins)]
    bin_of = np.empty(sizes.size, np.int64)
    for item in np.argsort(-sizes, kind="stable").tolist():
        load, number = loads[0]
        bin_of[item] = number
        heapq.heapreplace(loads, (load + int(sizes[item]), number))
    return bin_of


#: Segments of one row, by their number in the feed.
_Row = np.ndarray


def _cut(feed: Feed, rows: range, world: int, size: int) -> list[list[list[_Row]]] | None:
    """Per rank its micro batches of rows. None where rows stay as they are: every rank has equally many, or one would get too long."""
    if len(rows) % world == 0:
        return None
    first = int(feed.rows[rows.start, 2])
    last = int(feed.rows[rows.stop, 2]) if rows.stop < len(feed) else feed.segments.shape[0]
    sizes = np.asarray(feed.segments[first:last, 1], np.int64)
    count = math.ceil(len(rows) / world)
    rank_of = balanced(sizes, world)
    cut = []
    for rank in range(world):
        mine = np.flatnonzero(rank_of == rank)
        row_of = balanced(sizes[mine], count)
        parts = [mine[row_of == row] for row in range(count)]
        if max(int(sizes[part].sum()) for part in parts) > feed.length:
            return None
        cut.append([[first + part for part in parts[at : at + size]] for at in range(0, count, size)])
    return cut


def _tokens(feed: Feed, rows: range, world: int, size: int, cut: list[list[list[_Row]]] | None) -> list[int]:
    """Of each rank, padding included."""
    if cut is None:
        return [feed.length * sum(max(1, len(b.rows)) for b in whole_rows(feed, rows, rank, world, size)) for rank in range(world)]
    return [sum(len(part) * _length(feed, part) for part in parts) for parts in cut]


def _length(feed: Feed, part: list[_Row]) -> int:
    """Of the rows of a micro batch in tokens: what the longest needs, rounded up."""
    longest = max(int(feed.segments[row, 1].sum()) for row in part)
    return min(feed.length, max(1, math.ceil(longest / ROUND)) * ROUND)


def _laid_out(feed: Feed, rows: range, part: list[_Row]) -> Feed:
    """A feed of these rows alone, whose segments lie in `rows` of the plan."""
    segments = np.concatenate(part)
    counts = np.array([row.size for row in part])
    chosen = np.asarray(feed.segments[segments], np.int64)
    plan = feed.rows[rows.start : rows.stop]
    home = plan[np.searchsorted(plan[:, 2], segments, side="right") - 1, 0]
    sizes, ends = chosen[:, 1], np.cumsum(chosen[:, 1])
    row_of = np.repeat(np.arange(counts.size), counts)
    tokens = np.bincount(row_of, sizes, counts.size).astype(np.int64)
    supervised = np.bincount(row_of, sizes - chosen[:, 2], counts.size).astype(np.int64)
    starts = np.cumsum(tokens) - tokens
    table = np.stack([starts, tokens, np.cumsum(counts) - counts, supervised], axis=1)
    bounds = np.stack([ends - sizes - starts[row_of], sizes, chosen[:, 2]], axis=1)
    return Feed(gather(feed.tokens, home + chosen[:, 0], sizes), table, bounds, _length(feed, part), feed.access)
