"""The clinical task groups of MedS-Bench: how they are printed, in which order, and what their average is taken over.

Their keys are `medslake.tasks.BENCH_GROUPS`, one of which every bench part names; a test holds both equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["GROUPS", "Group"]


@dataclass(frozen=True)
class Group:
    """One task group of Wu et al. 2025.

    title: as printed. table: number of the table that prints it. order: position in reports, 1-based.
    average: tasks whose mean is the printed average of the group; empty = every task of the group that was scored.
    pooled: printed column -> tasks whose rows are scored together as if they were one task (CT and MRI reports).
    """

    key: str
    title: str
    table: str
    order: int
    average: tuple[str, ...] = ()
    pooled: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def averaged(self, scored: Mapping[str, float]) -> float | None:
        """Mean over the group's tasks in `scored` (task id -> percentage) that count for its average; None when there is none."""
        counted = [value for task, value in scored.items() if not self.average or task in self.average]
        return sum(counted) / len(counted) if counted else None


def _tasks(first: int, last: int) -> tuple[str, ...]:
    return tuple(f"task{n}" for n in range(first, last + 1))


_ALL = (
    Group("mcqa", "Multilingual Multiple-choice QA", "1", 1),
    # The printed average leaves CT and MRI out (it equals the mean of the other four columns in every row).
    Group(
        "summarization",
        "Text Summarization",
        "2",
        2,
        average=("task78", "task110", "task112", "task114"),
        pooled={"CT": _tasks(83, 88), "MRI": _tasks(89, 94)},
    ),
    Group("information_extraction", "Information Extraction", "3", 3),
    Group("explanation", "Concept Explanation", "4", 4),
    Group("rationale", "Answer Explanation (Rationale)", "5", 5),
    Group("ner", "Named Entity Recognition", "6", 6),
    Group("diagnosis", "Diagnosis", "7", 7),
    Group("treatment_planning", "Treatment Planning", "7", 8),
    Group("outcome_prediction", "Clinical Outcome Prediction", "7", 9),
    Group("text_classification", "Text Classification", "7", 10),
    Group("fact_verification", "Fact Verification", "8", 11),
    Group("nli", "Natural Language Inference", "8", 12),
)

#: Groups by key, in the order of the paper's tables.
GROUPS: Mapping[str, Group] = {group.key: group for group in _ALL}
