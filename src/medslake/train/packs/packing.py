"""Best-fit-decreasing bin packing for token rows, with equal lengths handled as one group.

The work is O(distinct lengths x distinct free spaces), not O(items): millions of instances take about a second.
"""

from __future__ import annotations

import numpy as np

__all__ = ["bins_of", "layout"]


def bins_of(lengths: np.ndarray, capacity: int) -> tuple[np.ndarray, int]:
    """Bin number of each item, and the number of bins.

    lengths: ints in 1..capacity. Deterministic; among equal lengths the earlier item goes into the lower bin. ValueError outside the range.
    """
    lengths = np.asarray(lengths, np.int64)
    if not lengths.size:
        return lengths, 0
    if lengths.min() < 1 or lengths.max() > capacity:
        raise ValueError(f"lengths must lie in 1..{capacity}, got {lengths.min()}..{lengths.max()}")
    order = np.argsort(-lengths, kind="stable")
    by_size = lengths[order]
    seams = np.flatnonzero(by_size[1:] != by_size[:-1]) + 1
    first, last = np.r_[0, seams], np.r_[seams, by_size.size]
    bin_of = np.empty(lengths.size, np.int64)
    open_bins = _OpenBins(capacity)
    for start, stop in zip(first.tolist(), last.tolist(), strict=True):
        size, position = int(by_size[start]), start
        while position < stop:
            ids, taken = open_bins.place(size, stop - position)
            bin_of[order[position : position + taken]] = ids
            position += taken
    return bin_of, open_bins.count


def layout(bin_of: np.ndarray, bins: int) -> tuple[np.ndarray, np.ndarray]:
    """Items sorted by bin, and offsets so that bin b holds items[offsets[b]:offsets[b + 1]]."""
    return np.argsort(bin_of, kind="stable"), np.r_[0, np.cumsum(np.bincount(bin_of, minlength=bins))]


class _OpenBins:
    """Bins by free space. A bit mask of the spaces in use makes "smallest space that fits" one integer operation."""

    def __init__(self, capacity: int) -> None:
        self.capacity, self.count = capacity, 0
        self.by_space: dict[int, list[np.ndarray]] = {}
        self.spaces = 0

    def place(self, size: int, items: int) -> tuple[np.ndarray, int]:
        """Bin ids for up to `items` items of one size, all into bins of the best-fitting space, and how many were placed."""
        fitting = self.spaces >> size
        if fitting:
            space = size + (fitting & -fitting).bit_length() - 1
            pool = self.by_space.pop(space)
            bins = pool[0] if len(pool) == 1 else np.concatenate(pool)
            self.spaces &= ~(1 << space)
        else:
            space = self.capacity
            needed = -(-items // (space // size))
            bins = np.arange(self.count, self.count + needed)
            self.count += needed
        each = space // size
        needed = -(-items // each)
        used, rest = bins[:needed], bins[needed:]
        placed = min(items, used.size * each)
        full, partial = divmod(placed, each)
        self._give(space, rest)
        self._give(space - each * size, used[:full])
        self._give(space - partial * size, used[full : full + 1] if partial else used[:0])
        return np.repeat(used, each)[:placed], placed

    def _give(self, space: int, bins: np.ndarray) -> None:
        if space and bins.size:
            self.by_space.setdefault(space, []).append(bins)
            self.spaces |= 1 << space
