"""Native file formats: one file per format or family, bound to FORMAT(S), and what they are written with."""

from medslake.formats.base import (
    EXTRA,
    MAX_RECORD_BYTES,
    PROVENANCE,
    RAW_LIMIT,
    REFUSED,
    Delivered,
    Format,
    FormatExample,
    NativeFile,
    Parse,
    Record,
    Unreadable,
    leaves_folder,
    matches,
)
from medslake.formats.parts.documents import (
    BRAT_SCHEMA,
    DOCUMENT_SCHEMA,
    IOB_SCHEMA,
    SEERSTAT_SCHEMA,
    TEXT_FOLDER_SCHEMA,
    checked_entities,
)
from medslake.formats.parts.line_stream import clean, paragraphs, raw_lines
from medslake.formats.parts.verdicts import INVALID_UTF8, TOO_LONG

__all__ = [
    "BRAT_SCHEMA",
    "DOCUMENT_SCHEMA",
    "EXTRA",
    "INVALID_UTF8",
    "IOB_SCHEMA",
    "MAX_RECORD_BYTES",
    "PROVENANCE",
    "RAW_LIMIT",
    "REFUSED",
    "SEERSTAT_SCHEMA",
    "TEXT_FOLDER_SCHEMA",
    "TOO_LONG",
    "Delivered",
    "Format",
    "FormatExample",
    "NativeFile",
    "Parse",
    "Record",
    "Unreadable",
    "checked_entities",
    "clean",
    "leaves_folder",
    "matches",
    "paragraphs",
    "raw_lines",
]
