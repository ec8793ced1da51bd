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
from medslake.tasks.parts.entities import TOKENS, entities_in, entity_names, released_names
from medslake.tasks.parts.health_claims import PARAGRAPH_AND_CLAIM, public_claim
from medslake.tasks.parts.held_back import HELD_BACK
from medslake.tasks.parts.inside import holds
from medslake.tasks.parts.multiple_choice import HAS_KEYED_ANSWER, LAYOUTS, Layout
from medslake.tasks.parts.pubmed_passages import HAS_CONCLUSION, HAS_PASSAGE, NEAR_PAPER_SIZE, PASSAGE
from medslake.tasks.parts.sections import filled_sections, has_sections, section
from medslake.tasks.parts.wordings import wordings

__all__ = [
    "BENCH_GROUPS",
    "CATEGORIES",
    "DOMAINS",
    "HAS_CONCLUSION",
    "HAS_KEYED_ANSWER",
    "HAS_PASSAGE",
    "HELD_BACK",
    "LAYOUTS",
    "NEAR_PAPER_SIZE",
    "PARAGRAPH_AND_CLAIM",
    "PASSAGE",
    "STYLES",
    "TOKENS",
    "Bench",
    "Definition",
    "Derived",
    "Layout",
    "Partners",
    "Task",
    "TaskExample",
    "as_spelled",
    "entities_in",
    "entity_names",
    "filled_sections",
    "has_sections",
    "holds",
    "is_one_of",
    "listed",
    "numbered",
    "one_of",
    "public_claim",
    "released_names",
    "section",
    "wordings",
]
