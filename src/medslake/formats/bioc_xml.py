"""BioC XML: `<document>` elements with passages, annotations and relations, streamed one document at a time. `_row` counts documents.

Options: `concept` (infon that names an annotation's concept, default "MESH"), `relation` (infon key of a relation's type, default
"relation"), `roles` (infon keys of head and tail, default ("Chemical", "Disease")). An annotation with several locations is one entity from
its first to its last character. Entities are never expanded: a file that declares some is refused, a document that uses one is set aside.
Format: Comeau et al., BioC: a minimalist approach to interoperability for biomedical text processing, Database 2013:bat064.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import IO, Any
from xml.etree.ElementTree import Element

from medslake.formats import DOCUMENT_SCHEMA, TOO_LONG, Format, FormatExample, Record, checked_entities, clean
from medslake.formats.parts.xml_stream import Part, elements

__all__ = ["FORMAT"]


class _Bad(Exception):
    """What is wrong with a document, as `rule: message`."""


def _infons(element: Element) -> dict[str, str]:
    found = [(infon.get("key", ""), infon.text or "") for infon in element.findall("infon")]
    if len(dict(found)) != len(set(found)):
        raise _Bad("two_values: an infon is there twice")
    return dict(found)


def _number(text: str | None) -> int:
    if text is None or not re.fullmatch(r"\s*[0-9]{1,9}\s*", text, re.ASCII):
        raise _Bad("offset: an offset or length is no number")
    return int(text)


def _only(element: Element, tag: str) -> str | None:
    """The text of a child that is there at most once."""
    found = element.findall(tag)
    if len(found) > 1:
        raise _Bad(f"two_values: {tag} is there twice")
    return found[0].text if found else None


def _document(element: Element, options: Mapping[str, Any]) -> dict[str, Any]:
    passages: list[dict[str, Any]] = []
    entities: list[dict[str, Any]] = []
    for passage in element.findall("passage"):
        text = _only(passage, "text") or ""
        passages.append({"kind": _infons(passage).get("type"), "offset": _number(_only(passage, "offset")), "text": text})
        for annotation in passage.findall("annotation"):
            spans = [(_number(at.get("offset")), _number(at.get("length"))) for at in annotation.findall("location")]
            if not spans:
                raise _Bad("offset: an annotation has no location")
            infons = _infons(annotation)
            start, end = min(at for at, _ in spans), max(at + length for at, length in spans)
            role = infons.get("CompositeRole")
            # The text of a split mention, or of a part of a composite one, is put together by the annotators: nothing to check it against.
            mention = _only(annotation, "text") if len(spans) == 1 and role != "IndividualMention" else None
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
        raise _Bad(error)
    return {"document_id": _only(element, "id"), "passages": passages, "entities": entities, "relations": relations}


def parse(stream: IO[bytes], name: str, options: Mapping[str, Any]) -> Iterator[Record]:
    for row, part in enumerate(elements(stream, "document"), start=1):
        yield _record(row, part, options)


def _record(row: int, part: Part, options: Mapping[str, Any]) -> Record:
    if part.element is None:
        return Record(row, {}, TOO_LONG if part.too_long else "bioc: the document is no XML", clean(part.raw))
    try:
        return Record(row, _document(part.element, options), None, clean(part.raw))
    except _Bad as error:
        return Record(row, {}, str(error), clean(part.raw))


FORMAT = Format(
    name="bioc_xml",
    about="BioC XML: documents with passages, annotations and relations.",
    parse=parse,
    lines=False,
    example=FormatExample(
        "<?xml version='1.0' encoding='UTF-8'?>\n<collection>\n"
        + "".join(
            f"<document><id>{number}</id><passage><infon key='type'>title</infon><offset>0</offset><text>{name} fever.</text>"
            f"<annotation id='0'><infon key='type'>Disease</infon><location offset='0' length='{len(name) + 6}'/>"
            f"<text>{name} fever</text></annotation></passage></document>\n"
            for number, name in ((7, "Marlow"), (8, "Ember"), (9, "Reed"), (10, "Fen"))
        )
        + "</collection>\n",
        schema=DOCUMENT_SCHEMA,
        rows=(
            {"document_id": "7", "passages": [{"kind": "title", "offset": 0, "text": "Marlow fever."}]},
            {"document_id": "8"},
            {"document_id": "9"},
            {"document_id": "10"},
        ),
    ),
)
