"""Tasks: the noun, and what declarations are written with."""

from medslake.tasks.base import BENCH_GROUPS, CATEGORIES, DOMAINS, PHRASES, STYLES, Bench, Definition, Derived, Partners, Task, TaskExample
from medslake.tasks.parts.biolord import BIOLORD
from medslake.tasks.parts.choices import as_spelled, is_one_of, listed, numbered, one_of, shuffled
from medslake.tasks.parts.entities import TOKENS, entities_in, entity_names, released_names
from medslake.tasks.parts.health_claims import PARAGRAPH_AND_CLAIM, PUBLISHED_PARAGRAPH_AND_CLAIM, public_claim
from medslake.tasks.parts.held_back import HELD_BACK
from medslake.tasks.parts.inference import as_published_sentence, as_sentence, hypotheses, premise
from medslake.tasks.parts.inside import holds
from medslake.tasks.parts.mistakes import Mistake, planted
from medslake.tasks.parts.multiple_choice import HAS_KEYED_ANSWER, LAYOUTS, Layout
from medslake.tasks.parts.pubmed_passages import HAS_CONCLUSION, HAS_PASSAGE, NEAR_PAPER_SIZE, PASSAGE, PUBLISHED_PASSAGE
from medslake.tasks.parts.reports import WRITTEN, cut, has_words, stripped, told
from medslake.tasks.parts.sections import filled_sections, has_sections, section
from medslake.tasks.parts.unreleased import UNRELEASED, Unreleased
from medslake.tasks.parts.web_text import unescaped
from medslake.tasks.parts.wordings import wordings

__all__ = [
    "BENCH_GROUPS",
    "BIOLORD",
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
    "PHRASES",
    "PUBLISHED_PARAGRAPH_AND_CLAIM",
    "PUBLISHED_PASSAGE",
    "STYLES",
    "TOKENS",
    "UNRELEASED",
    "WRITTEN",
    "Bench",
    "Definition",
    "Derived",
    "Layout",
    "Mistake",
    "Partners",
    "Task",
    "TaskExample",
    "Unreleased",
    "as_published_sentence",
    "as_sentence",
    "as_spelled",
    "cut",
    "entities_in",
    "entity_names",
    "filled_sections",
    "has_sections",
    "has_words",
    "holds",
    "hypotheses",
    "is_one_of",
    "listed",
    "numbered",
    "one_of",
    "planted",
    "premise",
    "public_claim",
    "released_names",
    "section",
    "shuffled",
    "stripped",
    "told",
    "unescaped",
    "wordings",
]
