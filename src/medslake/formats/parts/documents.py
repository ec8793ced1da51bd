"""Native columns of formats that always have the same, and what annotated documents (PubTator, BioC XML) must keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["BRAT_SCHEMA", "DOCUMENT_SCHEMA", "IOB_SCHEMA", "SEERSTAT_SCHEMA", "TEXT_FOLDER_SCHEMA", "checked_entities"]

IOB_SCHEMA = "tokens ARRAY<STRING>, tags ARRAY<STRING>"
TEXT_FOLDER_SCHEMA = "document_id STRING, line STRING"

#: passages: title, abstract ... as delivered. Offsets count characters of the document: passages lie at their offsets, blanks between them.
#: id: of an entity in the document, null where the format has none.
#: role: what BioC says of composite mentions; the parts of one (IndividualMention) lie inside it and stay out of silver.
DOCUMENT_SCHEMA = (
    "document_id STRING, passages ARRAY<STRUCT<kind: STRING, offset: INT, text: STRING>>, "
    "entities ARRAY<STRUCT<id: STRING, start: INT, end: INT, text: STRING, type: STRING, concept: STRING, role: STRING>>, "
    "relations ARRAY<STRUCT<type: STRING, head: STRING, tail: STRING>>"
)
#: attributes: what brat says of an entity or an event (`of`, by its id) beside its type.
BRAT_SCHEMA = f"{DOCUMENT_SCHEMA}, attributes ARRAY<STRUCT<type: STRING, of: STRING, value: STRING>>"
#: variables: the cells of a row in order. value: as written, null where it is missing; label: what the dictionary says of a coded value;
#: flag: signs behind a figure. page: kind of a survival page, null where the session has none.
SEERSTAT_SCHEMA = (
    "session STRING, statistic STRING, database STRING, page STRING, "
    "variables ARRAY<STRUCT<name: STRING, value: STRING, label: STRING, flag: STRING>>"
)


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
