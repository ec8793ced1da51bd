from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from medslake.cli.app import app
from medslake.errors import UnknownName, UsageError
from medslake.planning.chips import Chips
from medslake.planning.forecast import forecast
from medslake.planning.lengths import lake_lengths
from medslake.planning.probe import probe
from medslake.planning.shapes import Shape
from medslake.recipes import override
from medslake.recipes.mmedins_llama3 import WHOLE
from medslake.recipes.tiny import RECIPE as TINY

pytestmark = pytest.mark.slow


def test_lengths_are_those_of_the_largest_plan(packed_lake: Any) -> None:
    table = packed_lake.arrow.read("gold.packs").to_pylist()
    by_plan: dict[str, list[int]] = {}
    for row in table:
        by_plan.setdefault(row["plan"], []).extend(s["length"] for s in row["segments"])
    small, large = sorted(by_plan, key=lambda plan: len(by_plan[plan]))
    found = lake_lengths(packed_lake)
    assert found is not None and large in found.source
    assert (found.instances, found.mean) == (len(by_plan[large]), sum(by_plan[large]) / len(by_plan[large]))
    named = lake_lengths(packed_lake, small)
    assert named is not None and named.instances == 20
    with pytest.raises(UnknownName, match="pack plan"):
        lake_lengths(packed_lake, "none such")


def test_the_whole_forecast(packed_lake: Any) -> None:
    found = forecast(WHOLE, "32xAscend910B", lake=packed_lake, mfu=0.35, price=2.0)
    hours = {(h["way"], h["rate"]): h for h in found["hours"]}
    assert hours["padded to 2,048", "paper, padded to 2,048"]["hours"] == pytest.approx(383.5)
    packed = hours["packed", "published"]
    assert packed["hours"] < hours["padded to the longest of 4", "published"]["hours"] < hours["padded to 2,048", "published"]["hours"]
    assert packed["cost"] == pytest.approx(packed["hours"] * 32 * 2)
    assert found["paper"]["steps"] == pytest.approx(200_500, rel=5e-4)
    assert found["checkpoint"]["bytes"] == 12 * found["model"]["parameters"]
    assert found["memory"]["free"] > 0
    assert any("8,192 tokens" in line for line in found["assumptions"]) and any("gold.packs" in line for line in found["assumptions"])
    assert any("larger batch" in line for line in found["assumptions"])
    json.dumps(found)


def test_a_probe_times_this_host(one_thread: None) -> None:
    recipe = override(TINY, ["length=128", "micro_rows=1"])
    found = forecast(recipe, "1xcpu", measure=True)
    timed = found["probe"]
    assert timed["tokens_per_second"] == pytest.approx(128 / timed["micro_batch"])
    assert [r["name"] for r in found["rates"]] == ["probe"]
    # 32 times the work takes longer, on a host as busy as it may be.
    more = forecast(override(recipe, ["length=256", "micro_rows=16"]), "1xcpu", measure=True)["probe"]
    assert more["micro_batch"] > 2 * timed["micro_batch"]


def test_a_model_without_room_is_timed_at_two_depths(one_thread: None) -> None:
    shape = Shape(512, 64, 128, 8, 4, 2, 256)
    recipe = override(TINY, ["length=128", "micro_rows=2"])
    part = probe(shape, recipe, Chips.parse("1xcpu"), instance=40, room=1)
    whole = probe(shape, recipe, Chips.parse("1xcpu"), instance=40)
    assert (part.depths, whole.depths) == ((1, 3), (8,))
    assert part.micro_batch > 0 and whole.step(4 * 128, 1) == pytest.approx(2 * whole.micro_batch + whole.update)
    assert whole.step(2 * 128, 2) == pytest.approx(whole.micro_batch + whole.update / 2)


def test_the_verb(packed_lake: Any, capfd: pytest.CaptureFixture[str]) -> None:
    app(["plan", "--lake", str(packed_lake.root), "--recipe", "tiny", "--chips", "8xH100", "--json"], standalone_mode=False)
    found = json.loads(capfd.readouterr().out)
    assert (found["chips"]["count"], found["lengths"]["instances"]) == (8, 90)
    app(["plan", "--lake", "nowhere", "--mfu", "0.3"], standalone_mode=False)
    shown = capfd.readouterr().out
    assert "383.5" in shown and "200,534" in shown and "30% MFU" in shown
    assert not Path("nowhere").exists()


def test_rows_longer_than_the_model_are_refused() -> None:
    with pytest.raises(UsageError, match="8192 positions"):
        forecast(override(WHOLE, ["length=9000"]), "32xAscend910B")
