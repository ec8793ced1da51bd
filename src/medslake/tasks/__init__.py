"""Tasks: the noun, and what declarations are written with."""

from medslake.tasks.base import (
    BENCH_GROUPS,
    CATEGORIES,
    DOMAINS,
    STYLES,
    Bench,
    Definition,
    Derived,
    Partners,
    Task,
    TaskExample,
)
from medslake.tasks.parts.choices import as_spelled, is_one_of, listed, numbered, one_of
from medslake.tasks.parts.entities import entities_in, entity_names
from medslake.tasks.parts.inference import as_published_sentence, as_sentence, hypotheses, premise
from medslake.tasks.parts.multiple_choice import HAS_KEYED_ANSWER, LAYOUTS, Layout
from medslake.tasks.parts.pubmed_passages import HAS_CONCLUSION, HAS_PASSAGE, NEAR_PAPER_SIZE, PASSAGE
from medslake.tasks.parts.reports import WRITTEN, cut, holds, stripped, told
from medslake.tasks.parts.sections import has_sections, section
from medslake.tasks.parts.wordings import wordings

__all__ = [
    "BENCH_GROUPS",
    "CATEGORIES",
    "DOMAINS",
    "HAS_CONCLUSION",
    "HAS_KEYED_ANSWER",
    "HAS_PASSAGE",
    "LAYOUTS",
    "NEAR_PAPER_SIZE",
    "PASSAGE",
    "STYLES",
    "WRITTEN",
    "Bench",
    "Definition",
    "Derived",
    "Layout",
    "Partners",
    "Task",
    "TaskExample",
    "as_published_sentence",
    "as_sentence",
    "as_spelled",
    "cut",
    "entities_in",
    "entity_names",
    "has_sections",
    "holds",
    "hypotheses",
    "is_one_of",
    "listed",
    "numbered",
    "one_of",
    "premise",
    "section",
    "stripped",
    "told",
    "wordings",
]
