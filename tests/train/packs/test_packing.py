from __future__ import annotations

import itertools
import time

import numpy as np
import pytest

from medslake.train.packs.packing import bins_of, layout


def fewest_bins(lengths: tuple[int, ...], capacity: int) -> int:
    """By trying every assignment."""
    for bins in range(1, len(lengths) + 1):
        for choice in itertools.product(range(bins), repeat=len(lengths)):
            used = [0] * bins
            for size, bin in zip(lengths, choice, strict=True):
                used[bin] += size
            if max(used) <= capacity:
                return bins
    return 0


@pytest.mark.parametrize("seed", range(40))
def test_close_to_the_best_possible_on_small_cases(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lengths = rng.integers(1, 13, size=rng.integers(1, 7))
    _, bins = bins_of(lengths, 12)
    best = fewest_bins(tuple(lengths.tolist()), 12)
    assert best <= bins <= best * 11 / 9 + 6 / 9  # the proven bound of decreasing fits


def naive(lengths: np.ndarray, capacity: int) -> list[int]:
    """Best fit decreasing, one item at a time; free spaces of the bins, sorted."""
    free: list[int] = []
    for size in sorted(lengths.tolist(), reverse=True):
        fits = [f for f in free if f >= size]
        if fits:
            free.remove(min(fits))
            free.append(min(fits) - size)
        else:
            free.append(capacity - size)
    return sorted(free)


@pytest.mark.parametrize("seed", range(20))
def test_same_fill_as_the_item_by_item_algorithm(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lengths = rng.integers(1, 65, size=300)
    bin_of, bins = bins_of(lengths, 64)
    used = np.bincount(bin_of, weights=lengths, minlength=bins)
    assert used.max() <= 64
    assert used.min() > 0
    assert bins == len(naive(lengths, 64))


def test_same_input_gives_the_same_bins_and_ties_keep_their_order() -> None:
    lengths = np.random.default_rng(1).integers(1, 500, size=5000)
    first, bins = bins_of(lengths, 512)
    again, _ = bins_of(lengths.copy(), 512)
    assert np.array_equal(first, again)
    items, offsets = layout(first, bins)
    assert sorted(items.tolist()) == list(range(5000))
    assert offsets[-1] == 5000
    assert all((np.diff(items[a:b]) > 0).all() for a, b in itertools.pairwise(offsets.tolist()))
    assert bins_of(np.array([4, 4, 4]), 8)[0].tolist() == [0, 0, 1]


def test_lengths_outside_the_row_are_refused() -> None:
    for wrong in ([0], [9], [-1, 3]):
        with pytest.raises(ValueError, match=r"1\.\.8"):
            bins_of(np.array(wrong), 8)
    assert bins_of(np.array([], np.int64), 8)[1] == 0


def test_a_million_lengths_fill_rows_within_seconds() -> None:
    lengths = np.clip(np.random.default_rng(0).lognormal(5.5, 0.8, 1_000_000).astype(int), 1, 2048)
    began = time.process_time()
    _, bins = bins_of(lengths, 2048)
    assert time.process_time() - began < 10
    assert lengths.sum() / (bins * 2048) > 0.995
