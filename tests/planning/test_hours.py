from __future__ import annotations

import numpy as np
import pytest

from medslake.errors import UnknownName, UsageError
from medslake.planning.chips import Chips
from medslake.planning.hours import hours, rates, ways
from medslake.planning.lengths import Lengths
from medslake.planning.paper import PAPER
from medslake.planning.shapes import shape_of
from medslake.recipes import override
from medslake.recipes.mmedins_llama3 import WHOLE
from medslake.recipes.tiny import RECIPE as TINY
from medslake.train.packs.packing import bins_of

RECIPE = WHOLE
LLAMA = shape_of("MMed-Llama-3-8B")
CHIPS = Chips.parse("32xAscend910B")


def test_the_papers_arithmetic() -> None:
    assert PAPER.steps == pytest.approx(200_500, rel=5e-4)
    assert PAPER.hours * 3600 / PAPER.steps == pytest.approx(6.9, abs=0.05)
    assert PAPER.hours * PAPER.devices == 12_272
    # Of 5 million instances, as the text says, the bound is 1,159.
    assert PAPER.tokens_per_second(PAPER.length) * 5e6 / PAPER.instances == pytest.approx(1159, abs=1)
    (padded,) = ways(RECIPE, PAPER.instances, 32, None)
    assert padded.steps == 200_535
    bound, published = rates(LLAMA, CHIPS, LLAMA, None, None)
    assert hours(padded, bound, 32) == pytest.approx(383.5)
    assert bound.mfu == pytest.approx(0.162, abs=0.001)
    assert (published.tokens_per_second, hours(padded, published, 32)) == pytest.approx((2581, 176.8), rel=1e-3)


def test_every_reading_of_the_papers_padding_gives_back_its_hours(mix: Lengths) -> None:
    by_name = {way.name: way for way in ways(RECIPE, PAPER.instances, 32, mix)}
    for rate in rates(LLAMA, CHIPS, LLAMA, mix, None):
        if rate.name.startswith("paper, "):
            assert hours(by_name[rate.name.removeprefix("paper, ")], rate, 32) == pytest.approx(383.5)
    assert list(by_name) == ["padded to 2,048", "padded to the longest of 4", "padded to the longest of 16", "packed", "packed, on all 32"]


def test_a_speed_on_another_chip_is_its_share_of_the_peak() -> None:
    h100 = rates(LLAMA, Chips.parse("8xH100"), LLAMA, None, 0.4)
    assert [r.mfu for r in h100] == [0.4, *(r.mfu for r in rates(LLAMA, CHIPS, LLAMA, None, None))]
    assert h100[0].tokens_per_second == pytest.approx(0.4 * 989e12 / (6 * LLAMA.parameters))
    assert rates(LLAMA, Chips.parse("1xcpu"), LLAMA, None, 0.4) == []


def test_longest_of_a_group_is_what_batches_show(mix: Lengths) -> None:
    drawn = np.random.default_rng(0).choice(mix.counts.size, (100_000, 4), p=mix.counts / mix.instances).max(axis=1).mean()
    assert mix.longest_of(4) == pytest.approx(drawn, rel=0.005)
    assert mix.longest_of(1) == pytest.approx(mix.mean)
    assert mix.longest_of(10_000) == pytest.approx(500)


def test_packed_rows_are_those_of_the_packing(mix: Lengths) -> None:
    items = np.repeat(np.arange(mix.counts.size), mix.counts)
    _, rows = bins_of(items, 512)
    packed = {w.name: w for w in ways(override(TINY, ["batch=16", "epochs=1"]), mix.instances, 1, mix)}["packed"]
    assert packed.tokens / 512 == pytest.approx(rows, rel=0.01)
    assert packed.rows_per_step == round(16 * rows / mix.instances)
    assert mix.fill(512) == pytest.approx(mix.mean * mix.instances / (rows * 512), rel=0.01)


def test_more_devices_than_rows_share_the_instances(mix: Lengths) -> None:
    few = {w.name: w for w in ways(RECIPE, 100_000, 32, mix)}
    assert few["packed"].rows_per_step == 13
    # 128 instances of 200 tokens: about 832 for each of 32 devices, as many of 500 tokens as there are devices.
    shared = few["packed, on all 32"]
    assert shared.busy is not None and 0.75 < shared.busy < few["packed"].busy
    assert shared.tokens == pytest.approx(5 * 100_000 * mix.mean / shared.busy)
    # With whole rows, 19 of the 32 would have none.
    assert shared.tokens < few["packed"].tokens * 32 / 13 / 1.8
    assert "packed, on all 13" not in {w.name for w in ways(RECIPE, 100_000, 13, mix)}


def test_lengths_beyond_a_row_are_cut(mix: Lengths) -> None:
    capped = mix.capped(256)
    assert (capped.instances, capped.mean, capped.quantile(0.5), capped.quantile(0.9)) == (1000, 139, 100, 256)


@pytest.mark.parametrize(("text", "error"), [("Ascend910B", UsageError), ("0xH100", UsageError), ("8xTPU", UnknownName)])
def test_chips_that_are_none(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        Chips.parse(text)
