"""BioC XML: `<document>` elements with passages, annotations and relations, streamed one document at a time. `_row` counts documents.

Options: `concept` (infon that names an annotation's concept, default "MESH"), `relation` (infon key of a relation's type, default
"relation"), `roles` (infon keys of head and tail, default ("Chemical", "Disease")). An annotation with several locations is one entity from
its first to its last character. Entities are never expanded: a document that declares some is refused as unreadable.
Format: Comeau et al., BioC: a minimalist approach to interoperability for biomedical text processing, Database 2013:bat064.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO, Any
from xml.etree.ElementTree import Element, tostring

from medslake.formats import DOCUMENT_SCHEMA, MAX_RECORD_BYTES, TOO_LONG, Format, FormatExample, Record, checked_entities, clean
from medslake.formats.parts.xml_stream import elements

__all__ = ["FORMAT"]


def _infons(element: Element) -> dict[str, str]:
    return {infon.get("key", ""): infon.text or "" for infon in element.findall("infon")}


def _document(element: Element, options: Mapping[str, Any]) -> dict[str, Any]:
    passages: list[dict[str, Any]] = []
    entities: list[dict[str, Any]] = []
    for passage in element.findall("passage"):
        text = passage.findtext("text") or ""
        passages.append({"kind": _infons(passage).get("type"), "offset": int(passage.findtext("offset") or 0), "text": text})
        for annotation in passage.findall("annotation"):
            spans = [(int(at.get("offset", "")), int(at.get("length", ""))) for at in annotation.findall("location")]
            if not spans:
                raise ValueError("offset: an annotation has no location")
            infons = _infons(annotation)
            start, end = min(at for at, _ in spans), max(at + length for at, length in spans)
            role = infons.get("CompositeRole")
            # The text of a split mention, or of a part of a composite one, is put together by the annotators: nothing to check it against.
            mention = annotation.findtext("text") if len(spans) == 1 and role != "IndividualMention" else None
            concept = infons.get(options.get("concept", "MESH"))
            entities.append(
                {
                    "id": annotation.get("id"),
                    "start": start,
                    "end": end,
                    "text": mention,
                    "type": infons.get("type"),
                    "concept": concept,
                    "role": role,
                }
            )
    head, tail = options.get("roles", ("Chemical", "Disease"))
    infons_of = [_infons(relation) for path in ("relation", "passage/relation") for relation in element.findall(path)]
    relations = [{"type": i.get(options.get("relation", "relation")), "head": i.get(head), "tail": i.get(tail)} for i in infons_of]
    error = checked_entities(passages, entities)
    if error:
        raise ValueError(error)
    return {"document_id": element.findtext("id"), "passages": passages, "entities": entities, "relations": relations}


def parse(stream: IO[bytes], name: str, options: Mapping[str, Any]) -> Iterator[Record]:
    for row, element in enumerate(elements(stream, "document"), start=1):
        yield _record(row, element, options)


def _record(row: int, element: Element, options: Mapping[str, Any]) -> Record:
    raw = tostring(element)
    if len(raw) > MAX_RECORD_BYTES:
        return Record(row, {}, TOO_LONG, clean(raw))
    try:
        return Record(row, _document(element, options))
    except ValueError as error:
        return Record(row, {}, f"bioc: {error}", clean(raw))


FORMAT = Format(
    name="bioc_xml",
    about="BioC XML: documents with passages, annotations and relations.",
    parse=parse,
    example=FormatExample(
        "<collection><document><id>7</id><passage><infon key='type'>title</infon><offset>0</offset><text>Marlow fever.</text>"
        "<annotation id='0'><infon key='type'>Disease</infon><location offset='0' length='12'/><text>Marlow fever</text></annotation>"
        "</passage></document></collection>",
        schema=DOCUMENT_SCHEMA,
        rows=({"document_id": "7", "passages": [{"kind": "title", "offset": 0, "text": "Marlow fever."}]},),
    ),
)
