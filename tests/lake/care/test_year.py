"""After a year of nights the same verbs cost at most twice as much as on the first day, and ops.* has few files."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from medslake.lake import open_lake
from medslake.lake.storage.arrow import MANY
from medslake.lake.storage.snapshot import open_snapshot

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def nightly(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import nightly

    yield nightly
    for name in ("nightly", "record"):
        sys.modules.pop(name, None)


@pytest.mark.slow
def test_nights_leave_few_files(nightly: Any, tmp_path: Path) -> None:
    lake = open_lake(str(tmp_path / "lake"))
    most: dict[str, int] = {}
    for day in range(2 * MANY + 2):
        nightly.night(lake, day)
        for name in lake.names():
            parts: dict[str, int] = {}
            for file in open_snapshot(lake.place, name).files():
                parts[str(file.partition)] = parts.get(str(file.partition), 0) + 1
            most[name] = max(most.get(name, 0), *parts.values())
    # The row of a run is appended and amended: two files at most for each.
    assert all(files <= MANY + 1 for files in most.values()), most
    runs = lake.arrow.read("ops.runs", columns=["state"])["state"].to_pylist()
    assert runs == ["COMPLETE"] * 2 * (2 * MANY + 2)
    nightly.night(lake, 2 * MANY + 1)
    assert lake.arrow.count("ops.runs") == len(runs), "what had not changed was written"
    told = lake.query("select count(*) n, count(distinct run_id) runs from ops.quality_results").to_pylist()[0]
    assert told["runs"] == len(runs) and told["n"] > 10 * len(runs)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("vacuum", [False, True], ids=["", "with vacuums"])
def test_a_year_of_nights(nightly: Any, tmp_path: Path, vacuum: bool) -> None:
    found = nightly.year(tmp_path, 365, 5, vacuum=vacuum)
    print("\n".join(nightly.lines_of(found, 365, "")))
    assert nightly.worst(found) <= nightly.BAR, nightly.lines_of(found, 365, "")
    assert found["sizes"]["files of ops.*"][1] < 100
