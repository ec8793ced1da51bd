"""Answers that stand in their own input, counted by task: where that is its way, its category says so or the task itself, with the reason.

An open answer is inside where the input holds all of its words in a row. A label is a word that may stand anywhere (`no`, `neutral`), so of
a task with closed labels the rows count whose input names one label alone: where that is nearly always the right one, the input tells it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medslake.tasks.base import Task
from medslake.tasks.parts.inside import plain

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["BY_CATEGORY", "Inside", "counted"]

#: Category -> why an answer of it may stand in the input.
BY_CATEGORY: Mapping[str, str] = {
    "Information Extraction": "what is extracted is copied from the text",
    "Named Entity Recognition": "names are copied from the text",
    "Question Answering": "the answer is an option of the question or a passage of its context",
    "Sentence Composition Analysis": "the parts of a sentence are copied from it",
    "Text Retrieval": "what is looked for is one of those shown",
}
#: Labels that are named alone in fewer inputs are judged by nothing.
FEWEST = 20
#: Of the inputs that name one label alone: from this share on, the label is told.
TOLD = 0.95
#: Written without blanks between words, so that an answer may begin anywhere.
_UNSPACED = ("Chinese", "Japanese")


@dataclass(frozen=True)
class Inside:
    """rows: instances of a task. inside: of these, with the whole answer in the input.

    named, right: inputs that name one closed label alone, and those of them whose label it is.
    """

    task: Task
    rows: int
    inside: int = 0
    named: int = 0
    right: int = 0

    @property
    def allowed(self) -> str | None:
        """Why the answer may stand in the input, None where it must not."""
        return self.task.copied or BY_CATEGORY.get(self.task.category)

    @property
    def given_away(self) -> int:
        """Instances whose input gives their answer away, of a task that may not do so."""
        if self.allowed:
            return 0
        if self.task.labels is None:
            return self.inside
        return self.right if self.named >= FEWEST and self.right >= TOLD * self.named else 0

    def __str__(self) -> str:
        told = f"{self.inside:,} of {self.rows:,} inputs hold the answer"
        if self.task.labels is not None:
            told += f", {self.named:,} name one label alone, of {self.right:,} the right one"
        return f"{self.task.id} ({self.task.category}): {told}{f'; allowed: {self.allowed}' if self.allowed else ''}"


def counted(tasks: Iterable[Task], instances: DataFrame) -> list[Inside]:
    """One for each task that has instances, in the order of the tasks. instances: task_id, input and output, such as gold.instructions."""
    from pyspark.sql import functions as F

    known = {task.id: task for task in tasks}
    facts = [(name, "" if _unspaced(task) else " ", _labels(task)) for name, task in known.items()]
    told = instances.sparkSession.createDataFrame(facts, "task_id string, apart string, labels array<string>")
    texts = instances.select("task_id", "input", "output").join(told.hint("broadcast"), "task_id")
    asked, answer = (f"replace({plain(name)}, ' ', apart)" for name in ("input", "output"))
    held = texts.selectExpr("task_id", f"{asked} as asked", f"{answer} as answer", "labels").selectExpr(
        "task_id",
        "instr(asked, answer) > 0 and trim(answer) <> '' as inside",
        "filter(labels, l -> instr(asked, l) > 0) as named",
        "filter(labels, l -> instr(answer, l) > 0) as right",
    )
    counts = {
        "rows": "count(*)",
        "inside": "count_if(inside)",
        "named": "count_if(size(named) = 1)",
        "right": "count_if(size(named) = 1 and arrays_overlap(named, right))",
    }
    rows = {
        row["task_id"]: row for row in held.groupBy("task_id").agg(*(F.expr(sql).alias(name) for name, sql in counts.items())).collect()
    }
    return [Inside(task, **{name: rows[task.id][name] for name in counts}) for task in known.values() if task.id in rows]


def _unspaced(task: Task) -> bool:
    return not {task.input_language, task.output_language}.isdisjoint(_UNSPACED)


def _labels(task: Task) -> list[str]:
    return [_plain(label).replace(" ", "") if _unspaced(task) else _plain(label) for label in task.labels or ()]


def _plain(text: str) -> str:
    """As `plain` does it in SQL."""
    kept = "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in text.lower())
    return f" {' '.join(kept.split())} "
