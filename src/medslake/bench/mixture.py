"""The training mixture beside the paper's: what is here, what Wu et al. 2025 had, and which source the rest waits for."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medslake.errors import UnknownName
from medslake.tasks import UNRELEASED
from medslake.tasks.base import ONCE

if TYPE_CHECKING:
    from medslake.lake import Lake

__all__ = ["LEVELS", "Figure", "figures", "mixture"]

#: By what instances are counted. language: of the output; access: of the row, and of the source as it is registered for the paper.
LEVELS = ("source", "task", "category", "domain", "language", "access")
#: tasks (separated by ;), the data set's name in the paper, the source here, category, domain, language, access, instances, basis.
_FILE = Path(__file__).with_suffix(".csv")
_HERE = f"""
SELECT task_id AS task, source, category, domain, output_language AS language, access, count(*) AS instances,
  count(*) FILTER (coalesce(synthetic, false)) AS synthetic
FROM gold.instructions
WHERE split = 'train' AND {ONCE}
"""
_TRAINED = "AND task_id NOT IN (SELECT task_id FROM gold.tasks WHERE NOT trained) "


@dataclass(frozen=True)
class Figure:
    """What the paper trained on of some tasks; of several that it counts together there is one figure.

    basis: where the number comes from. figure: measured in the vector drawing of Fig. 2d, to about 11 rows for each edge; split: the size
    of the published split, which agrees with the drawing; divided: the source's node, divided by its tasks; pooled: the node of all these
    tasks. Sums are within 30 rows of the drawing's nodes, but that it colours about 930 rows of entity recognition as Exam, which no exam
    has: they count as Medical Knowledge.
    """

    tasks: tuple[str, ...]
    data_set: str
    source: str
    category: str
    domain: str
    language: str
    access: str
    instances: int
    basis: str

    def names(self, level: str) -> tuple[str, ...]:
        """What it counts for at that level: one name, or its tasks."""
        return self.tasks if level == "task" else (str(getattr(self, level)),)


@cache
def figures() -> tuple[Figure, ...]:
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return tuple(Figure(tasks=tuple(row.pop("tasks").split(";")), instances=int(row.pop("instances")), **row) for row in rows)


def mixture(lake: Lake, by: str = "source") -> dict[str, Any]:
    """`by`, `instances` and `paper` over all, and `rows`: of each name at that level what a MixtureRow says, the paper's largest first.

    Counted are train rows of trained tasks, each once where it is rendered in two ways. UnknownName for another level.
    """
    if by not in LEVELS:
        raise UnknownName("level", by, list(LEVELS))
    counted: list[dict[str, Any]] = []
    if lake.exists("gold.instructions"):
        counted = lake.query(_HERE + (_TRAINED if lake.exists("gold.tasks") else "") + "GROUP BY ALL").to_pylist()
    known = lake.arrow.read("ops.sources", columns=["source"])["source"].to_pylist() if lake.exists("ops.sources") else []
    ingested = set(map(str, known))
    here = _sums(counted, by, "instances")
    invented = _sums(counted, by, "synthetic")
    built = {row["task"] for row in counted}
    published: dict[str, list[Figure]] = defaultdict(list)
    for figure in figures():
        for name in figure.names(by):
            published[name].append(figure)
    total, paper_total = sum(here.values()), sum(figure.instances for figure in figures())
    rows: list[dict[str, Any]] = []
    for name in {*published, *here}:
        # Of tasks that are counted together none has a figure of its own.
        own = [f for f in published[name] if by != "task" or len(f.tasks) == 1] if name in published else []
        paper = sum(f.instances for f in own) if own else None
        rows.append(
            {
                "name": name,
                "instances": here.get(name, 0),
                "synthetic": invented.get(name, 0),
                "paper": paper,
                "ratio": None if paper is None else here.get(name, 0) / paper,
                "share": here.get(name, 0) / total if total else None,
                "paper_share": None if paper is None else paper / paper_total,
                "missing": _missing(published.get(name, ()), built, ingested, name if by == "task" else None),
            }
        )
    rows.sort(key=lambda row: (-(row["paper"] or 0), -row["instances"], row["name"]))
    return {"by": by, "instances": total, "paper": paper_total, "rows": rows}


def _sums(counted: Iterable[Mapping[str, Any]], by: str, what: str) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for row in counted:
        sums[row[by]] += row[what]
    return dict(sums)


def _missing(of: Iterable[Figure], built: set[str], ingested: set[str], only: str | None) -> list[dict[str, Any]]:
    """By source, the tasks that have no row here, what the paper had of them (None where that was counted with others), and why."""
    reasons = {task.id: task.reason for task in UNRELEASED}
    found: dict[tuple[str, str], list[tuple[Sequence[str], int | None]]] = defaultdict(list)
    for figure in of:
        lacking = [task for task in figure.tasks if task not in built and only in (None, task)]
        if not lacking:
            continue
        why = reasons.get(lacking[0]) or ("its tasks are not built" if figure.source in ingested else "not ingested")
        found[figure.source, why].append((lacking, figure.instances if len(lacking) == len(figure.tasks) else None))
    return [
        {
            "source": source,
            "tasks": tuple(task for tasks, _ in parts for task in tasks),
            "instances": sum(n for _, n in parts if n is not None) if any(n is not None for _, n in parts) else None,
            "reason": why,
        }
        for (source, why), parts in sorted(found.items(), key=lambda one: (-sum(n or 0 for _, n in one[1]), one[0]))
    ]
