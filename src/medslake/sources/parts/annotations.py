"""Annotated texts: sentences of IOB corpora and documents of PubTator and BioC, on their way to silver.annotated_texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from medslake.sources.base import Bronze, Mapped, Rule
from medslake.sources.parts.mapping import joined_on, quoted, row_number

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["NO_RELATIONS", "OFFSETS", "annotated", "annotated_documents", "annotated_in_tables"]

NO_RELATIONS = "CAST(NULL AS ARRAY<STRUCT<type: STRING, head: STRING, tail: STRING>>)"
_TOKENS = "transform(tokens, (t, i) -> named_struct('text', t, 'tag', tags[i]))"
#: Tokens joined by a space except before `. , ; : ? !`: the way MedS-Ins joins them.
_PIECES = "transform(tokens, (t, i) -> CASE WHEN i = 0 OR t IN ('.', ',', ';', ':', '?', '!') THEN t ELSE concat(' ', t) END)"
#: Where the corpus tells offsets, the blanks that it had.
_PLACED = "transform(tokens, (t, i) -> IF(i = 0, t, concat(repeat(' ', starts[i] - ends[i - 1]), t)))"
#: Start of every piece in the text, and the text's length at the end.
OFFSETS = "aggregate(_pieces, array(0), (at, piece) -> array_append(at, element_at(at, -1) + char_length(piece)))"
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
    "'start', _offsets[s.i + 1] - char_length(tokens[s.i]), 'end', _offsets[s.j], "
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


def annotated(
    table: str | Rule, types: Sequence[str], bare: str | None = None, record_id: str = row_number("_split"), **columns: str
) -> Mapped:
    """The rule of a table of IOB sentences (IOB_SCHEMA). types: entity types annotated. bare: the type of tags that name none.

    Offsets (columns starts and ends) bring back the blanks of the text. columns: further ones of silver, as in `mapped`.
    """

    def sentences(bronze: Bronze) -> DataFrame | None:
        rows = bronze.get(table) if isinstance(table, str) else table(bronze)
        return _sentences(rows, bare or "") if rows is not None else None

    return _rule(sentences, record_id, "sentence", types, NO_RELATIONS, {"tokens": _TOKENS, **columns})


def annotated_documents(table: str, types: Sequence[str], record_id: str = "document_id", **columns: str) -> Mapped:
    """The rule of a table of annotated documents (DOCUMENT_SCHEMA); the text of an entity is its slice of the document."""

    def documents(bronze: Bronze) -> DataFrame | None:
        return _documents(bronze[table]) if table in bronze else None

    return _rule(documents, record_id, "document", types, "relations", columns)


def annotated_in_tables(
    texts: str, mentions: str, kind: str, *, document: str, start: str, end: str, concept: str, where: str = "true"
) -> Mapped:
    """The rule of text files (TEXT_FOLDER_SCHEMA) and a table of their mentions, each with its `text`; a document without any has none.

    kind: the type of all of them. document, start, end (exclusive), concept: SQL over the table of mentions, where `where` holds.
    """

    def documents(bronze: Bronze) -> DataFrame | None:
        if texts not in bronze or mentions not in bronze:
            return None
        return _in_tables(bronze, texts, mentions, (document, start, end, concept), where)

    misplaced = "exists(found, m -> coalesce(substring(text, m.start + 1, m.end - m.start) != m.text, true))"
    entity = f"'id', CAST(NULL AS STRING), 'start', m.start, 'end', m.end, 'type', '{kind}', 'text', m.text, 'concept', m.concept"
    told = {"record_id": "document_id", "subject_id": "document_id", "text": "text", "unit": "'document'"}
    rows = {**told, "entity_types": f"array('{kind}')", "entities": f"transform(found, m -> named_struct({entity}))"}
    aside = {"offset: a mention does not lie where its offsets say": misplaced}
    return Mapped(documents, {**rows, "relations": NO_RELATIONS}, aside=aside)


def _in_tables(bronze: Bronze, texts: str, mentions: str, told: Sequence[str], where: str) -> DataFrame:
    from pyspark.sql import functions as F

    lines = F.array_sort(F.collect_list(F.struct("_row", "line", "_origin"))).alias("lines")
    files = bronze[texts].groupBy("document_id").agg(lines)
    names = ("document_id", "start", "end", "concept")
    if where != "true":
        bronze.left_out[f"{mentions} that are none"] = bronze[mentions].where(f"not coalesce({where}, false)")
    each = bronze[mentions].where(where).selectExpr(*(f"{sql} AS {name}" for name, sql in zip(names, told, strict=True)), "text", "_origin")
    found = F.array_sort(F.collect_list(F.struct("start", "end", "concept", "text", "_origin"))).alias("mentions")
    both = joined_on(files, each.groupBy("document_id").agg(found), "document_id", told=(bronze, f"{texts}, {mentions}"))
    return both.selectExpr(
        "document_id",
        # Blank lines are no records, so that the numbers of lines tell where they stood.
        "aggregate(lines, named_struct('text', '', 'row', 1L), (a, l) -> named_struct('text', "
        "concat(a.text, repeat('\\n', CAST(pmod(l._row - a.row, 1000000) AS INT)), l.line), 'row', l._row), a -> a.text) AS text",
        "coalesce(mentions, array()) AS found",
        "lines[0]._origin AS origin",
        "concat(transform(slice(lines, 2, size(lines)), l -> l._origin), coalesce(transform(mentions, m -> m._origin), array())) AS joined",
    )


def _rule(rows: Rule, record_id: str, unit: str, types: Sequence[str], relations: str, columns: Mapping[str, str]) -> Mapped:
    names = f"array({', '.join(map(quoted, types))})"
    told = {"record_id": record_id, "text": "text", "unit": quoted(unit), "entity_types": names, "entities": "entities"}
    return Mapped(rows, {**told, "relations": relations, **columns})


def _sentences(rows: DataFrame, bare: str) -> DataFrame:
    """tokens and tags, plus `text` and `entities`; the text of an entity is its slice of the sentence."""
    from pyspark.sql import functions as F

    kinds = f"transform(tags, t -> IF(t IN ('B', 'I'), {quoted(bare)}, substring(t, 3)))"
    pieces = _PLACED if "starts" in rows.columns else _PIECES
    steps = {"_pieces": pieces, "_offsets": OFFSETS, "_kinds": kinds, "_opens": _OPENS, "text": "array_join(_pieces, '')"}
    for name, expression in {**steps, "_spans": _SPANS, "entities": _ENTITIES}.items():
        rows = rows.withColumn(name, F.expr(expression))
    return rows


def _documents(rows: DataFrame) -> DataFrame:
    from pyspark.sql import functions as F

    return rows.withColumn("text", F.expr(_DOCUMENT_TEXT)).withColumn("entities", F.expr(_DOCUMENT_ENTITIES))
