"""All entries of MedS-Bench, whether or not their task exists here yet, and what each of them waits for.

The paper counts 52 tasks; its released split has 53 files, one for each entry below. An entry's own form (metrics, shots, size, seed) is
the bench part of its task; for those to come, group, data set and rows scored are what the paper and its repository tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from medslake import registry

if TYPE_CHECKING:
    from medslake.lake import Lake
    from medslake.tasks.base import Task

__all__ = ["ENTRIES", "Entry", "told"]


@dataclass(frozen=True)
class Entry:
    """One file of the released benchmark. rows: as scored by the authors. source: title of the data set that the rows are made from."""

    task: str
    group: str
    dataset: str
    rows: int
    source: str


def _entries(group: str, dataset: str, source: str, rows: Mapping[str, int]) -> list[Entry]:
    return [Entry(task, group, dataset, n, source) for task, n in rows.items()]


def _same(rows: int, *numbers: int) -> dict[str, int]:
    return {f"task{n}": rows for n in numbers}


#: Entries by task id, in the order of the published tables.
ENTRIES: Mapping[str, Entry] = {
    entry.task: entry
    for entry in (
        *_entries("mcqa", "MedQA", "MedQA", _same(1273, 57)),
        *_entries("mcqa", "MedMCQA", "MedMCQA", _same(4183, 122)),
        *_entries("mcqa", "PubMedQA", "PubMedQA", _same(1000, 123)),
        *_entries("mcqa", "MedQA (Chinese, via MMedBench)", "MedQA", _same(3426, 58)),
        *_entries("mcqa", "IgakuQA", "IgakuQA", _same(199, 59)),
        *_entries("mcqa", "FrenchMedMCQA", "FrenchMedMCQA", _same(622, 60)),
        *_entries("mcqa", "RuMedBench", "RuMedBench", _same(256, 61)),
        *_entries("mcqa", "HeadQA", "HeadQA", _same(2742, 129)),
        *_entries("summarization", "MedQSum (MeQSum)", "MeQSum", _same(100, 114)),
        *_entries("summarization", "RCT-Text", "RCT", _same(100, 110)),
        *_entries("summarization", "MIMIC-CXR", "MIMIC-CXR", _same(100, 112)),
        *_entries("summarization", "MIMIC-IV", "MIMIC-IV-Note", _same(110, 78, *range(83, 95))),
        *_entries("information_extraction", "PICO", "PICO", _same(43, 1, 2, 3)),
        *_entries("information_extraction", "ADE Corpus V2", "ADE Corpus V2", _same(23, 29)),
        *_entries("information_extraction", "PMC-Patient", "PMC-Patients", _same(1500, 74)),
        *_entries("explanation", "PUBLICHEALTH", "PUBLICHEALTH", _same(1235, 18)),
        *_entries("explanation", "DO", "Disease Ontology", _same(1115, 46)),
        *_entries("explanation", "BioLORD", "BioLORD", _same(1000, 50)),
        *_entries(
            "rationale",
            "MMedBench",
            "MMedBench",
            {"task51": 200, "task52": 195, "task53": 189, "task54": 190, "task55": 173, "task56": 189},
        ),
        *_entries("ner", "BC4-Chem", "BioCreative IV CHEMDNER", _same(1500, 125)),
        *_entries("ner", "BC5-Chem", "BC5CDR", _same(1500, 126)),
        *_entries("ner", "BC5-Disease", "BC5CDR", _same(1500, 127)),
        *_entries("ner", "Species-800", "Species-800", _same(1500, 128)),
        *_entries("diagnosis", "DDXPlus", "DDXPlus", _same(1500, 130)),
        *_entries("treatment_planning", "SEER", "SEER", _same(1500, 131)),
        *_entries("outcome_prediction", "MIMIC4ED Benchmark", "MIMIC-IV-ED", _same(1500, 117, 118, 119)),
        *_entries("text_classification", "HoC", "Hallmarks of Cancer", _same(158, 106)),
        *_entries("fact_verification", "PubMedQA", "PubMedQA", _same(650, 12)),
        *_entries("fact_verification", "PUBLICHEALTH", "PUBLICHEALTH", _same(1188, 16)),
        *_entries("fact_verification", "EBMS", "EBMSummariserCorpus", _same(304, 100)),
        *_entries("nli", "MedNLI", "MedNLI", _same(1422, 41, 42)),
    )
}


def told(lake: Lake) -> list[dict[str, Any]]:
    """One row for each entry, and for tasks with a bench part that MedS-Bench does not have.

    metrics, shots, size and seed are those of the task, None while there is none. built: rows in gold.benchmark of this lake.
    waits_for: the next step, None once rows are there.
    """
    known: dict[str, Task] = {name: task for name, task in registry.items("task").items() if task.bench is not None}
    built = _counted(lake, "gold.benchmark", "task_id")
    rendered = _counted(lake, "gold.instructions", "task_id")
    rows = []
    for task_id in [*ENTRIES, *(name for name in known if name not in ENTRIES)]:
        entry, task = ENTRIES.get(task_id), known.get(task_id)
        bench = task.bench if task is not None else None
        rows.append(
            {
                "task": task_id,
                "group": bench.group if bench else entry.group if entry else None,
                "dataset": bench.dataset if bench else entry.dataset if entry else None,
                "published_rows": entry.rows if entry else None,
                "metrics": list(bench.metrics) if bench else None,
                "shots": bench.shots if bench else None,
                "size": bench.size if bench else None,
                "seed": bench.seed if bench else None,
                "built": built.get(task_id, 0),
                "waits_for": _waits_for(task, entry, built.get(task_id, 0), rendered.get(task_id, 0)),
            }
        )
    return rows


def _waits_for(task: Task | None, entry: Entry | None, built: int, rendered: int) -> str | None:
    if built:
        return None
    if task is None:
        assert entry is not None
        return f"source {entry.source}"
    if not rendered:
        return f"medslake ingest {task.source}, medslake build instructions"
    return f"medslake build benchmark --task {task.id}"


def _counted(lake: Lake, table: str, column: str) -> dict[str, int]:
    if not lake.exists(table):
        return {}
    return Counter(str(value) for value in lake.arrow.read(table, columns=[column])[column].to_pylist())
