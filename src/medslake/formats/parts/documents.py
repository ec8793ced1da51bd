"""The native columns that annotated-document formats (PubTator, BioC XML) share, and their way to silver."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["DOCUMENT_SCHEMA", "annotated_documents", "checked_entities"]

#: passages: title, abstract ... as delivered. Offsets count characters of the document: passages lie at their offsets, blanks between them.
#: role: what BioC says of composite mentions; the parts of one (IndividualMention) lie inside it and stay out of silver.
DOCUMENT_SCHEMA = (
    "document_id STRING, passages ARRAY<STRUCT<kind: STRING, offset: INT, text: STRING>>, "
    "entities ARRAY<STRUCT<start: INT, end: INT, text: STRING, type: STRING, concept: STRING, role: STRING>>, "
    "relations ARRAY<STRUCT<type: STRING, head: STRING, tail: STRING>>"
)
_TEXT = "aggregate(passages, '', (text, p) -> concat(rpad(text, p.offset, ' '), p.text))"
_ENTITIES = (
    "transform(array_sort(filter(entities, e -> e.role IS NULL OR e.role != 'IndividualMention'), (a, b) -> "
    "CASE WHEN a.start != b.start THEN a.start - b.start ELSE a.end - b.end END), "
    "e -> named_struct('start', e.start, 'end', e.end, 'type', e.type, 'text', substring(text, e.start + 1, e.end - e.start), "
    "'concept', e.concept))"
)


def annotated_documents(documents: DataFrame) -> DataFrame:
    """A frame of DOCUMENT_SCHEMA plus `text` and `entities` (silver.annotated_texts) in order of start; entity text = its slice of text."""
    from pyspark.sql import functions as F

    return documents.withColumn("text", F.expr(_TEXT)).withColumn("entities", F.expr(_ENTITIES))


def checked_entities(passages: Sequence[Mapping[str, Any]], entities: Sequence[Mapping[str, Any]]) -> str | None:
    """An error when passages overlap or offsets do not cut an entity's text out of the document, else None; null text is not compared."""
    whole = ""
    for passage in passages:
        if passage["offset"] < len(whole):
            return "offset: passages overlap"
        whole = whole.ljust(passage["offset"]) + passage["text"]
    for number, entity in enumerate(entities, start=1):
        if not 0 <= entity["start"] < entity["end"] <= len(whole):
            return f"offset: annotation {number} lies outside the document"
        if entity["text"] is not None and whole[entity["start"] : entity["end"]] != entity["text"]:
            return f"offset: annotation {number} does not lie where its offsets say"
    return None
