"""Source data sets: one file per source or family, bound to SOURCE(S), and what they are written with."""

from medslake.formats import BRAT_SCHEMA, DOCUMENT_SCHEMA, IOB_SCHEMA, SEERSTAT_SCHEMA, TEXT_FOLDER_SCHEMA, NativeFile
from medslake.sources.base import ASIDE, FILLED, Bronze, Example, FileContent, Join, Mapped, Rule, Source, Split, unpacked_sql
from medslake.sources.parts.annotations import annotated, annotated_documents, annotated_in_tables
from medslake.sources.parts.choices import CHOICE_SCHEMA, exam_questions
from medslake.sources.parts.mapping import (
    by_file,
    by_hash,
    by_rule,
    chosen,
    hash_split,
    joined_on,
    mapped,
    quoted,
    row_number,
    sections,
    typed,
)
from medslake.sources.parts.origins import ORIGIN, joined, joined_rows, origin

__all__ = [
    "ASIDE",
    "BRAT_SCHEMA",
    "CHOICE_SCHEMA",
    "DOCUMENT_SCHEMA",
    "FILLED",
    "IOB_SCHEMA",
    "ORIGIN",
    "SEERSTAT_SCHEMA",
    "TEXT_FOLDER_SCHEMA",
    "Bronze",
    "Example",
    "FileContent",
    "Join",
    "Mapped",
    "NativeFile",
    "Rule",
    "Source",
    "Split",
    "annotated",
    "annotated_documents",
    "annotated_in_tables",
    "by_file",
    "by_hash",
    "by_rule",
    "chosen",
    "exam_questions",
    "hash_split",
    "joined",
    "joined_on",
    "joined_rows",
    "mapped",
    "origin",
    "quoted",
    "row_number",
    "sections",
    "typed",
    "unpacked_sql",
]
