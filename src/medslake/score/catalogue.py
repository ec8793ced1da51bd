"""Which metric scores which task: the benchmark's 52 tasks by heart, any other by its registered bench part."""

from __future__ import annotations

from dataclasses import dataclass

from medslake import registry
from medslake.errors import UnknownName
from medslake.metrics.base import Metric
from medslake.tasks.base import Task

__all__ = ["Rule", "metrics_of", "rule_of"]


@dataclass(frozen=True)
class Rule:
    """metric: registered name. language: of the task's texts. labels: closed label set, empty when open or unknown."""

    metric: str
    language: str = "en"
    labels: tuple[str, ...] = ()


def _numbered(metric: str, *numbers: int) -> dict[str, Rule]:
    return {f"task{n}": Rule(metric) for n in numbers}


_RULES: dict[str, Rule] = {
    **_numbered("mcqa", 4, 5, 6, 8, 9, 57, 122, 123),
    "task58": Rule("mcqa", "zh"),
    "task59": Rule("mcqa", "ja"),
    "task60": Rule("mcqa", "fr"),
    "task61": Rule("mcqa", "ru"),
    "task129": Rule("mcqa", "es"),
    **_numbered("text_similarity", 78, *range(83, 95), 110, 112, 114),
    **_numbered("information_extraction", 1, 2, 3, 29, 74),
    **_numbered("explanation", 18, 46, 50),
    **{f"task{51 + k}": Rule("rationale", code) for k, code in enumerate(("zh", "en", "fr", "ja", "ru", "es"))},
    **_numbered("ner", 125, 126, 127, 128),
    **_numbered("diagnosis", 130),
    **_numbered("treatment_planning", 131),
    **_numbered("outcome_prediction", 117, 118, 119),
    **_numbered("hoc", 106),
    **_numbered("fact_verification", 12, 16, 100),
    **_numbered("nli", 41, 42),
}
#: Metric of a group, for tasks whose file is not at hand.
_GROUPS = {
    "mcqa": "mcqa",
    "summarization": "text_similarity",
    "information_extraction": "information_extraction",
    "explanation": "explanation",
    "rationale": "rationale",
    "ner": "ner",
    "diagnosis": "diagnosis",
    "treatment_planning": "treatment_planning",
    "outcome_prediction": "outcome_prediction",
    "text_classification": "hoc",
    "fact_verification": "fact_verification",
    "nli": "nli",
}


def rule_of(task_id: str) -> Rule:
    """How a task of a predictions file is scored; UnknownName for a task of neither the benchmark nor a registered bench part."""
    task: Task | None = registry.items("task").get(task_id)
    known = _RULES.get(task_id)
    if known is not None:
        return Rule(known.metric, known.language, tuple(task.labels or ()) if task is not None else ())
    if task is not None and task.bench is not None:
        return Rule(task.bench.metrics[0], labels=tuple(task.labels or ()))
    raise UnknownName("task with a metric", task_id, list(_RULES))


def metrics_of(task_id: str, group: str) -> list[Metric]:
    """Metrics of a benchmark row's task: those of its bench part, else of its group."""
    task: Task | None = registry.items("task").get(task_id)
    names = task.bench.metrics if task is not None and task.bench is not None else (_GROUPS.get(group, group),)
    return [registry.get("metric", name) for name in names]
