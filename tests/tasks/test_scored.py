"""Tasks and metrics speak one language: the gold of every benchmark task is a right answer, and no other label's gold is."""

from __future__ import annotations

from itertools import product

import pytest

from medslake.metrics.base import Pair
from medslake.registry import get, items
from medslake.tasks.base import Task

CODES = {"English": "en", "Chinese": "zh", "French": "fr", "Japanese": "ja", "Russian": "ru", "Spanish": "es"}
SCORED = {task_id: task for task_id, task in items("task").items() if task.bench is not None}

#: Right answers that the released scorer counts as wrong: it strips no prefix but the English one, and reads y and n but not maybe.
PAPER_MISSES = {"task58", "task59", "task60", "task61", "task123", "task129"}
#: Of the gold alone it takes the full stops off.
PAPER_LOSES = {"task100": 15.0}


def pair(task: Task, prediction: str, reference: str, asked: str = "") -> Pair:
    return Pair(prediction, reference, language=CODES[task.output_language], labels=task.labels or (), input=asked)


@pytest.mark.parametrize("task", SCORED.values(), ids=SCORED.keys())
def test_gold_is_a_right_answer(task: Task) -> None:
    assert task.bench is not None
    pairs = [pair(task, output, output, asked) for asked, output in task.example.instances]
    # Macro averages run over all ten hallmarks, of which the example has two.
    best = 20.0 if task.bench.metrics == ("hoc",) else 100.0
    for name in task.bench.metrics:
        metric = get("metric", name)
        strict, paper = metric.strict(pairs).values, metric.paper(pairs).values
        assert strict == pytest.approx(dict.fromkeys(strict, best))
        wanted = dict.fromkeys(paper, 0.0 if task.id in PAPER_MISSES else best)
        assert paper == pytest.approx(wanted, abs=PAPER_LOSES.get(task.id, 1e-4))


@pytest.mark.parametrize("task_id", ["task12", "task123", "task130", "task131"])
def test_gold_of_another_label_is_wrong(task_id: str) -> None:
    task = SCORED[task_id]
    assert task.bench is not None and task.labels is not None
    frame = task.example.instances[0][1]
    held = max((label for label in task.labels if label in frame), key=len)
    golds = {label: frame.replace(held, label) for label in task.labels}
    crossed = [(a, b) for a, b in product(task.labels, repeat=2) if a != b]
    for name in task.bench.metrics:
        strict = get("metric", name).strict
        assert set(strict([pair(task, gold, gold) for gold in golds.values()]).values.values()) == {100.0}
        assert set(strict([pair(task, golds[a], golds[b]) for a, b in crossed]).values.values()) == {0.0}
