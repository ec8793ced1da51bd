"""`paper` against the published rules, written down once more: the same number for every fuzzed row, and the same last digit over all.

`MEDSLAKE_FUZZ_PAIRS=10000 pytest tests/metrics/test_referee.py` goes as far as the released scorer itself was once compared.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from medslake import registry
from medslake.score.predictions_file import read_pairs
from metrics.fuzz import TASKS, made_pairs
from metrics.referee import score

PAIRS = int(os.environ.get("MEDSLAKE_FUZZ_PAIRS", "250"))


@pytest.mark.parametrize("task", TASKS)
def test_paper_equals_the_published_rules(task: str, tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    path = tmp_path / "predictions.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["task_id", "input", "GT", "output"])
        writer.writerows([task, "q", gold, output] for gold, output in made_pairs(task, PAIRS))
    frame = pd.read_csv(path)
    cells = list(zip(frame["GT"], frame["output"], strict=True))
    scoring, pairs = read_pairs(path)[task]
    metric = registry.get("metric", *scoring.metrics)
    wanted, kept = score(task, cells)
    assert len(kept) > 0.8 * PAIRS
    record_property("answers scored as the released rules do", len(kept))
    given = metric.paper([pairs[k] for k in kept]).values
    assert {name: given[name] for name in wanted} == pytest.approx(wanted, rel=1e-14)
    assert min(wanted.values()) > 0 and max(wanted.values()) < 100
    scored = set(kept)
    for number, (pair, cell) in enumerate(zip(pairs, cells, strict=True)):
        alone = metric.paper([pair]).values
        if number not in scored:
            # The script stops here; a row without text on one side is wrong.
            assert all(value is None or 0 <= value <= 100 for value in alone.values())
            if not all(isinstance(side, str) for side in cell):
                assert not any(alone.values()), cell
        elif one := score(task, [cell])[0]:
            assert {name: alone[name] for name in one} == one, cell
