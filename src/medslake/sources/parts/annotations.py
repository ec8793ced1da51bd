"""Annotated texts: sentences of IOB corpora and documents of PubTator and BioC, on their way to silver.annotated_texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from medslake.sources.base import Bronze, Mapped, Rule
from medslake.sources.parts.mapping import mapped, quoted, row_number

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["annotated", "annotated_documents"]

#: Tokens joined by a space except before `. , ; : ? !`: the way MedS-Ins joins them.
_PIECES = "transform(tokens, (t, i) -> CASE WHEN i = 0 OR t IN ('.', ',', ';', ':', '?', '!') THEN t ELSE concat(' ', t) END)"
#: Start of every piece in the text, and the text's length at the end.
_OFFSETS = "aggregate(_pieces, array(0), (at, piece) -> array_append(at, element_at(at, -1) + char_length(piece)))"
#: A tag opens an entity when it is B, or an I that continues nothing of its type.
_OPENS = (
    "filter(sequence(0, size(tags) - 1), i -> tags[i] LIKE 'B%' OR (tags[i] LIKE 'I%' AND "
    "(i = 0 OR tags[i - 1] = 'O' OR _kinds[i - 1] != _kinds[i])))"
)
#: The first token after i that does not continue its entity; size(tags) when none.
_CLOSE = (
    "coalesce(element_at(filter(sequence(i + 1, size(tags)), j -> j = size(tags) OR NOT "
    "(tags[j] LIKE 'I%' AND _kinds[j] = _kinds[i])), 1), size(tags))"
)
_SPANS = (
    f"transform(transform(_opens, i -> struct(i, {_CLOSE} AS j)), s -> named_struct("
    "'start', _offsets[s.i] + IF(_pieces[s.i] LIKE ' %', 1, 0), 'end', _offsets[s.j], "
    "'type', nullif(_kinds[s.i], '')))"
)
_ENTITIES = (
    "transform(_spans, e -> named_struct('id', CAST(NULL AS STRING), 'start', e.start, 'end', e.end, 'type', e.type, "
    "'text', substring(text, e.start + 1, e.end - e.start), 'concept', CAST(NULL AS STRING)))"
)
_DOCUMENT_TEXT = "aggregate(passages, '', (text, p) -> concat(rpad(text, p.offset, ' '), p.text))"
_DOCUMENT_ENTITIES = (
    "transform(array_sort(filter(entities, e -> e.role IS NULL OR e.role != 'IndividualMention'), (a, b) -> "
    "CASE WHEN a.start != b.start THEN a.start - b.start ELSE a.end - b.end END), "
    "e -> named_struct('id', e.id, 'start', e.start, 'end', e.end, 'type', e.type, 'text', substring(text, e.start + 1, e.end - e.start), "
    "'concept', e.concept))"
)


def annotated(table: str, types: Sequence[str], bare: str | None = None, record_id: str = row_number("_split")) -> Mapped:
    """The rule of a table of IOB sentences (IOB_SCHEMA). types: entity types annotated. bare: the type of tags that name none."""

    def sentences(bronze: Bronze) -> DataFrame | None:
        return _sentences(bronze[table], bare or "") if table in bronze else None

    return _rule(sentences, record_id, "sentence", types, "CAST(NULL AS ARRAY<STRUCT<type: STRING, head: STRING, tail: STRING>>)")


def annotated_documents(table: str, types: Sequence[str], record_id: str = "document_id") -> Mapped:
    """The rule of a table of annotated documents (DOCUMENT_SCHEMA); the text of an entity is its slice of the document."""

    def documents(bronze: Bronze) -> DataFrame | None:
        return _documents(bronze[table]) if table in bronze else None

    return _rule(documents, record_id, "document", types, "relations")


def _rule(rows: Rule, record_id: str, unit: str, types: Sequence[str], relations: str) -> Mapped:
    names = f"array({', '.join(map(quoted, types))})"
    return mapped(
        rows,
        record_id=record_id,
        text="text",
        unit=quoted(unit),
        entity_types=names,
        entities="entities",
        relations=relations,
    )


def _sentences(rows: DataFrame, bare: str) -> DataFrame:
    """tokens and tags, plus `text` and `entities`; the text of an entity is its slice of the sentence."""
    from pyspark.sql import functions as F

    kinds = f"transform(tags, t -> IF(t IN ('B', 'I'), {quoted(bare)}, substring(t, 3)))"
    steps = {"_pieces": _PIECES, "_offsets": _OFFSETS, "_kinds": kinds, "_opens": _OPENS, "text": "array_join(_pieces, '')"}
    for name, expression in {**steps, "_spans": _SPANS, "entities": _ENTITIES}.items():
        rows = rows.withColumn(name, F.expr(expression))
    return rows


def _documents(rows: DataFrame) -> DataFrame:
    from pyspark.sql import functions as F

    return rows.withColumn("text", F.expr(_DOCUMENT_TEXT)).withColumn("entities", F.expr(_DOCUMENT_ENTITIES))
