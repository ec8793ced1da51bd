"""Rows of a step among ranks: nothing is lost or doubled, work is even, and the loss is that of the rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from training_corpus import Packed

from medslake.train.loss import PackedLoss
from medslake.train.packs.feed import Feed, collate
from medslake.train.sharing import ROUND, balanced, busy, share

PAD = 5


def made(rows: list[list[int]], length: int) -> Feed:
    """A feed of segments of these lengths; token n of the plan is n."""
    sizes = [np.array(row) for row in rows]
    tokens = np.array([s.sum() for s in sizes])
    counts = np.array([s.size for s in sizes])
    supervised = np.array([(s - s // 2).sum() for s in sizes])
    table = np.stack([np.cumsum(tokens) - tokens, tokens, np.cumsum(counts) - counts, supervised], axis=1)
    segments = np.concatenate([np.stack([np.cumsum(s) - s, s, s // 2], axis=1) for s in sizes])
    return Feed(np.arange(tokens.sum(), dtype=np.int32), table, segments, length, "public")


def seen(feed: Feed, rows: Any) -> list[tuple[list[int], int]]:
    """Tokens and prompt length of every segment."""
    return [(t[a : a + n].tolist(), p) for t, s in (feed.row(r) for r in rows) for a, n, p in s.tolist()]


@pytest.mark.parametrize(("rows", "world", "size"), [(9, 32, 1), (5, 2, 2), (7, 3, 1), (1, 4, 4), (33, 32, 1)])
def test_every_instance_goes_to_one_rank(rows: int, world: int, size: int) -> None:
    draw = np.random.default_rng(rows)
    feed = made([draw.integers(20, 120, 7).tolist() for _ in range(rows + 4)], 1024)
    step = range(2, 2 + rows)
    shares = [share(feed, step, rank, world, size) for rank in range(world)]
    found = [one for s in shares for batch in s.batches for one in seen(batch.feed, batch.rows)]
    assert sorted(found) == sorted(seen(feed, step))
    assert len({len(s.batches) for s in shares}) == 1
    assert all([batch.last for batch in s.batches] == [False] * (len(s.batches) - 1) + [True] for s in shares)
    per_rank = [sum(len(batch.rows) * batch.feed.length for batch in s.batches) for s in shares]
    assert {s.tokens for s in shares} == {sum(per_rank)}
    assert max(per_rank) < 1024 * -(-rows // world)
    for s in shares:
        for batch in s.batches:
            assert len(batch.rows) <= size and batch.feed.length % ROUND == 0
            assert int(batch.feed.rows[:, 3].sum()) == sum(len(ids) - prompt for ids, prompt in seen(batch.feed, batch.rows))


def test_a_multiple_of_the_ranks_is_left_alone() -> None:
    feed = made([[100, 50]] * 8, 256)
    for rank in (0, 1):
        shared = share(feed, range(2, 8), rank, 2, 2)
        assert [list(batch.rows) for batch in shared.batches] == [[2 + rank, 4 + rank], [6 + rank]]
        assert all(batch.feed is feed for batch in shared.batches)
        assert shared.tokens == 6 * 256


def test_one_long_instance_stays_whole() -> None:
    feed = made([[512], [100, 90, 80, 70, 60, 50, 40]], 512)
    shares = [share(feed, range(2), rank, 3, 1) for rank in range(3)]
    assert sorted(s.batches[0].feed.length for s in shares) == [256, 320, 512]


def test_rows_that_would_get_too_long_are_not_cut() -> None:
    # Full rows of two or three instances leave too little room to be dealt out anew.
    draw = np.random.default_rng(1)
    rows = [np.diff(np.r_[0, np.sort(draw.choice(np.arange(1, 512), draw.integers(1, 3), replace=False)), 512]).tolist() for _ in range(31)]
    sizes = np.concatenate(rows)
    assert np.bincount(balanced(sizes, 32), sizes, 32).max() > 512
    feed = made(rows, 512)
    shares = [share(feed, range(31), rank, 32, 1) for rank in range(32)]
    assert [list(s.batches[0].rows) for s in shares] == [*([r] for r in range(31)), []]
    assert shares[0].tokens == 32 * 512


def test_balanced_fills_the_emptiest_first() -> None:
    assert balanced(np.array([3, 9, 4, 4, 2]), 3).tolist() == [1, 0, 1, 2, 2]
    assert balanced(np.array([5, 5]), 4).tolist() == [0, 1]


def test_busy_is_the_share_that_is_no_padding() -> None:
    feed = made([[256]] * 6, 256)
    assert busy(feed, 2, 2, 1) == 1.0
    assert busy(feed, 2, 4, 1) == pytest.approx(0.5)
    short = made([[60] * 4] * 6, 256)
    assert busy(short, 2, 8, 1) == pytest.approx(60 / 64)


@pytest.mark.slow
def test_the_loss_is_that_of_the_rows(packed: Packed) -> None:
    from transformers import AutoModelForCausalLM

    model = PackedLoss(AutoModelForCausalLM.from_pretrained(packed.plan.model, dtype=torch.float32).train())
    rows, world = range(3, 8), 4
    model(**collate(packed.feed, rows, PAD)).backward()
    whole = [p.grad.clone() for p in model.parameters()]
    model.zero_grad()
    total = 0.0
    for rank in range(world):
        for batch in share(packed.feed, rows, rank, world, 2).batches:
            loss = model(**collate(batch.feed, batch.rows, PAD))
            loss.backward()
            total += loss.item()
    with torch.no_grad():
        assert total == pytest.approx(model(**collate(packed.feed, rows, PAD)).item(), rel=1e-6)
    for cut, grad in zip(model.parameters(), whole, strict=True):
        assert torch.allclose(cut.grad, grad, atol=2e-5 * float(grad.abs().max()) + 1e-6)
