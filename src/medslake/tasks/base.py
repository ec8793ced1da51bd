"""The noun Task: how silver rows of one source become instructions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["CATEGORIES", "DOMAINS", "STYLES", "Bench", "Definition", "Pairing", "Task", "TaskExample"]

#: The 19 categories and 5 domains of MedS-Ins (Wu et al. 2025, Fig. 2), spelled as printed there.
CATEGORIES = (
    "Clinical Outcome Prediction",
    "Text Summarization",
    "Natural Language Inference",
    "Wrong Candidate Generation",
    "Text Classification",
    "Sentence Composition Analysis",
    "Fact Verification",
    "Question Answering",
    "Intent Identification",
    "Explanation",
    "Information Extraction",
    "Translation",
    "Text Completion",
    "Text Retrieval",
    "Word Relation Classification",
    "Treatment Planning",
    "Named Entity Recognition",
    "Diagnosis",
    "Dialogue",
)
DOMAINS = ("Clinical Text", "Exam", "Academical Papers", "Medical Knowledge", "Daily Conversation")
STYLES = ("plain", "role", "stepwise", "formal", "terse")


@dataclass(frozen=True)
class Definition:
    """One wording of what the task asks. style is one of STYLES; each task has three of each."""

    style: str
    text: str


@dataclass(frozen=True)
class Bench:
    """A task's part in MedS-Bench.

    group: group of metrics.md, spelled as the key in `medslake.bench.groups` (mcqa, summarization, information_extraction, explanation,
        rationale, ner, diagnosis, treatment_planning, outcome_prediction, text_classification, fact_verification, nli).
    metrics: names of registered metrics. shots: examples in the prompt (from the train split). size: rows the authors scored, None = all.
    max_new_tokens: generation limit. dataset: the data set's name in the published tables.
    """

    group: str
    metrics: tuple[str, ...]
    dataset: str
    shots: int = 3
    size: int | None = None
    seed: int = 2025
    max_new_tokens: int = 200


@dataclass(frozen=True)
class Pairing:
    """Gives every row a `partner`: another row of the same split, for tasks that need a wrong answer or an unrelated term.

    The rows of a split form a ring in the order of a seeded hash of record_id, and the partner is the next one, so the result does not
    depend on partitions and never crosses splits. `partner` is null where a split has a single row.
    columns: silver columns that `partner` carries besides record_id, access, origin and joined.
    used: SQL boolean over row, `partner` and `item`: whether this instance holds something of the partner. Where it does, the partner's
        record id, origin and access class enter the instance's.
    """

    columns: tuple[str, ...]
    used: str
    seed: int = 2025


@dataclass(frozen=True)
class TaskExample:
    """A silver row (only the columns the expressions need) and the instances expected from it.

    others: further silver rows where one is not enough (partners); `instances` then lists those of all rows, ordered by record_id and item.
    """

    row: Mapping[str, Any]
    instances: tuple[tuple[str, str], ...]
    others: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Task:
    """One MedS-Ins task; expressions are Spark SQL over the silver kind's columns and run in the JVM.

    source, kind: what it reads. where: row filter. items: SQL array expression that gives several instances per row; each element is
    `item` in input_sql/output_sql and its position enters the instance id. alternatives_sql: array<string> of other right outputs.
    choices_sql: array<string> of the outputs among which the right one is, in the form of output_sql, for multiple choice and closed tasks
        with one label (`parts.choices.one_of`); None, or null in a row, where the output is open or several labels make it up.
    input_sql/output_sql never yield null or "" (such rows are quarantined by the table's expectations).
    pairing: a second row for each row, seen by `items` and the expressions as `partner`.
    strict_input_sql: input without label-leaking parts, for the strict benchmark (SEER); None = same.
    trained: False for tasks that exist for the benchmark only: their train rows serve as shots and are never packed.
    labels: the closed set of outputs; every definition spells them all out. version: raise it when the rendering changes.
    """

    id: str
    name: str
    category: str
    domain: str
    source: str
    kind: str
    input_language: str
    output_language: str
    input_sql: str
    output_sql: str
    definitions: tuple[Definition, ...]
    example: TaskExample
    definition_language: str = "English"
    where: str = "true"
    items: str | None = None
    alternatives_sql: str | None = None
    choices_sql: str | None = None
    pairing: Pairing | None = None
    strict_input_sql: str | None = None
    labels: tuple[str, ...] | None = None
    bench: Bench | None = None
    trained: bool = True
    version: int = 1
    contributors: tuple[str, ...] = ()
    notes: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
