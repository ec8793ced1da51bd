"""All entries of MedS-Bench, whether or not their task exists here yet, and what each of them waits for.

The paper counts 52 tasks; its released split has 53 files, one for each task id of the published tables. A task that exists here says its
part itself (`Task.bench`); below stand those to come, and each goes on the day its task lands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from medslake import registry
from medslake.bench.published import published_rows
from medslake.bench.tasks import declaration
from medslake.errors import UnknownName
from medslake.languages import code_of

if TYPE_CHECKING:
    from medslake.lake import Lake
    from medslake.tasks.base import Task

__all__ = ["ENTRIES", "Entry", "Scoring", "benchmark_entries", "scoring_of"]


@dataclass(frozen=True)
class Entry:
    """A task of MedS-Bench that does not exist here yet. source: title of the data set that its rows are made from.

    metric: registered name. language: ISO 639-1 code of its answers. labels: closed label set, empty when open.
    """

    group: str
    dataset: str
    source: str
    metric: str
    language: str = "en"
    labels: tuple[str, ...] = ()


_SIMILAR, _EXTRACTED = "text_similarity", "information_extraction"
_PICO = Entry("information_extraction", "PICO", "PICO", _EXTRACTED)

#: Entries by task id, in the order of the published tables.
ENTRIES: Mapping[str, Entry] = {
    "task122": Entry("mcqa", "MedMCQA", "MedMCQA", "mcqa"),
    "task59": Entry("mcqa", "IgakuQA", "IgakuQA", "mcqa", "ja"),
    "task60": Entry("mcqa", "FrenchMedMCQA", "FrenchMedMCQA", "mcqa", "fr"),
    "task61": Entry("mcqa", "RuMedBench", "RuMedBench", "mcqa", "ru"),
    "task129": Entry("mcqa", "HeadQA", "HeadQA", "mcqa", "es"),
    **dict.fromkeys(("task1", "task2", "task3"), _PICO),
    "task29": Entry("information_extraction", "ADE Corpus V2", "ADE Corpus V2", _EXTRACTED),
    "task74": Entry("information_extraction", "PMC-Patient", "PMC-Patients", _EXTRACTED),
    "task18": Entry("explanation", "PUBLICHEALTH", "PUBLICHEALTH", "explanation"),
    "task125": Entry("ner", "BC4-Chem", "BioCreative IV CHEMDNER", "ner"),
    "task128": Entry("ner", "Species-800", "Species-800", "ner"),
    "task16": Entry("fact_verification", "PUBLICHEALTH", "PUBLICHEALTH", "fact_verification", labels=("0", "1", "2")),
    "task100": Entry("fact_verification", "EBMS", "EBMSummariserCorpus", "supporting_text"),
}


@dataclass(frozen=True)
class Scoring:
    """How answers to a task are scored. metrics: registered names. language: of the texts. labels: closed label set, empty when open.

    group: one of `medslake.tasks.BENCH_GROUPS`, "" where unknown.
    """

    metrics: tuple[str, ...]
    language: str = "en"
    labels: tuple[str, ...] = ()
    group: str = ""


def scoring_of(task_id: str) -> Scoring:
    """What the task's bench part says, else its entry above; UnknownName for a task that has neither."""
    task = declaration(task_id)
    if task is not None and task.bench is not None:
        return Scoring(task.bench.metrics, code_of(task.output_language), tuple(task.labels or ()), task.bench.group)
    if task_id not in ENTRIES:
        raise UnknownName("task with a metric", task_id, [*published_rows()])
    entry = ENTRIES[task_id]
    return Scoring((entry.metric,), entry.language, entry.labels, entry.group)


def _declared() -> dict[str, Task]:
    return {name: task for name, task in registry.sound("task").items() if task.bench is not None}


def benchmark_entries(lake: Lake) -> list[dict[str, Any]]:
    """One row for each entry of the paper, in its order, and for tasks with a bench part that MedS-Bench does not have.

    metrics, shots, size and seed are those of the task, None while there is none. built: rows in gold.benchmark of this lake.
    waits_for: the next step, None once rows are there.
    """
    declared = _declared()
    built = _counted(lake, "gold.benchmark")
    rendered = _counted(lake, "gold.instructions")
    published = published_rows()
    rows = []
    for task_id in dict.fromkeys([*published, *declared]):
        task, entry = declared.get(task_id), ENTRIES.get(task_id)
        bench = task.bench if task is not None else None
        rows.append(
            {
                "task": task_id,
                "group": bench.group if bench else entry.group if entry else None,
                "dataset": bench.dataset if bench else entry.dataset if entry else None,
                "published_rows": published.get(task_id),
                "metrics": list(bench.metrics) if bench else None,
                "shots": bench.shots if bench else None,
                "size": bench.size if bench else None,
                "seed": bench.seed if bench else None,
                "built": built[task_id],
                "waits_for": None if built[task_id] else _next_step(task_id, task, entry, rendered[task_id]),
            }
        )
    return rows


def _next_step(task_id: str, task: Task | None, entry: Entry | None, rendered: int) -> str:
    if task is None:
        return f"source {entry.source}" if entry else f"a task {task_id}"
    return f"medslake build benchmark --task {task_id}" if rendered else f"medslake ingest {task.source}, medslake build instructions"


def _counted(lake: Lake, table: str) -> Counter[str]:
    """Rows by task."""
    rows = lake.arrow.read(table, columns=["task_id"])["task_id"].to_pylist() if lake.exists(table) else []
    return Counter(map(str, rows))
