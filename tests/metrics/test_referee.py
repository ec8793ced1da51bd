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
#: So many pairs are scored alone, too.
ALONE = 250


@pytest.fixture(autouse=True)
def _cut_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both sides have the same texts cut by janome, which is the slowest step of all."""
    from janome.tokenizer import Tokenizer

    own, done = Tokenizer.tokenize, dict[str, list[object]]()

    def tokenize(self: Tokenizer, text: str) -> list[object]:
        if text not in done:
            done[text] = list(own(self, text))
        return done[text]

    monkeypatch.setattr(Tokenizer, "tokenize", tokenize)


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
    given = metric.paper([pairs[k] for k in kept])
    assert {name: given.values[name] for name in wanted} == pytest.approx(wanted, rel=1e-14)
    assert min(wanted.values()) > 0 and max(wanted.values()) < 100
    scored = dict(zip(kept, range(len(kept)), strict=True))
    for number, (pair, cell) in enumerate(zip(pairs, cells, strict=True)):
        # A mean of rows has the values of all rows; other values are those of each row alone, and so are the first of either kind.
        whole = given.aggregate is None and number >= ALONE and number in scored
        alone = {} if whole else metric.paper([pair]).values
        if number not in scored:
            # The script stops here; a row without text on one side is wrong.
            assert all(value is None or 0 <= value <= 100 for value in alone.values())
            if not all(isinstance(side, str) for side in cell):
                assert not any(alone.values()), cell
        elif one := score(task, [cell])[0]:
            found = {name: 100 * row[scored[number]] for name, row in given.rows.items()} if whole else alone
            assert {name: found[name] for name in one} == one, cell
