"""MedlinePlus health topics: summaries of the National Library of Medicine for the public, in English and Spanish.

The summaries are HTML, escaped inside of XML; silver has their text, a line per paragraph or item, without the paragraph that names whom
it is from. Drug pages and the encyclopedia of MedlinePlus are copyrighted and not among the topics.
"""

from medslake.sources import Example, NativeFile, Source, attributes, by_hash, chosen, mapped, quoted, sections
from medslake.synth import Twin, TwinFile, xml
from medslake.synth.parts.listings import topic

_LANGUAGES = {"English": "en", "Spanish": "es"}
_ENTITIES = {"&nbsp;": " ", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&apos;": "'", "&amp;": "&"}


def _text(html: str) -> str:
    """SQL: the text of HTML that has p, ul, li, a, em and the like."""
    found = rf"regexp_replace({html}, '(?s)<p [^>]*class=[^>]*>.*?</p>', '')"
    found = rf"regexp_replace({found}, '</(p|li|h[1-6])>|<br */?>', '\n')"
    found = rf"regexp_replace({found}, '<[a-zA-Z/][^>]*>', '')"
    for entity, sign in _ENTITIES.items():
        found = f"replace({found}, '{entity}', {quoted(sign)})"
    return rf"trim(BOTH ' \n' FROM regexp_replace({found}, '[ \r]*\n[ \r\n]*', '\n'))"


_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<!DOCTYPE health-topics PUBLIC "-//NLM//DTD health-topics //EN" "https://medlineplus.gov/xml/mplus_topics.dtd">'
)

SOURCE = Source(
    name="medlineplus_topics",
    title="MedlinePlus health topics",
    citation="National Library of Medicine. MedlinePlus XML files.",
    licence="Public domain (works of the National Library of Medicine); descriptions of linked sites belong to third parties",
    access="public",
    domain="Medical Knowledge",
    page="https://medlineplus.gov/xml.html",
    files=(
        NativeFile(
            "topics",
            ("mplus_topics_*.xml",),
            "xml_records",
            "id STRING, title STRING, language STRING, url STRING, date_created STRING, meta_desc STRING, also_called ARRAY<STRING>, "
            "full_summary STRING, groups ARRAY<STRING>, mesh ARRAY<STRING>",
            key=("id",),
            options={
                "record": "health-topic",
                "paths": {"groups": "group", "mesh": "mesh-heading/descriptor"},
                "required": ("title", "language"),
            },
        ),
    ),
    split=by_hash("record_id"),
    silver={
        "documents": mapped(
            "topics",
            where=f"{_text('full_summary')} != ''",
            record_id="id",
            language=chosen("language", _LANGUAGES),
            title="title",
            sections=sections(summary=_text("full_summary")),
            attributes=attributes("url", **{name: f"nullif(array_join({name}, '; '), '')" for name in ("groups", "also_called")}),
        )
    },
    example=Example(
        files={
            "mplus_topics_2024-08-10.xml": '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<!DOCTYPE health-topics PUBLIC "-//NLM//DTD health-topics //EN" "https://medlineplus.gov/xml/mplus_topics.dtd">\n'
            '<health-topics total="3">\n<health-topic title="Linden rash" id="1" language="English" url="u" date-created="01/01/2001">\n'
            "<also-called>Leaf rash</also-called><also-called>Tree itch</also-called>\n"
            "<full-summary>&lt;p&gt;It &lt;em&gt;itches&lt;/em&gt; &amp;amp; burns.&lt;/p&gt;\n&lt;ul&gt;&lt;li&gt;Rest &lt;/li&gt;\n"
            '&lt;li&gt;Drink&lt;/li&gt;&lt;/ul&gt;&lt;p class="NLMattribution"&gt;Us&lt;/p&gt;</full-summary>\n'
            '<group id="2">Skin</group></health-topic>\n<health-topic title="Ember test" id="2" language="English"/>\n'
            '<health-topic title="Tos" id="3" language="Spanish"><full-summary>&lt;p&gt;Es leve.&lt;/p&gt;</full-summary></health-topic>\n'
            "</health-topics>\n"
        },
        rows={
            "documents": [
                {
                    "record_id": "1",
                    "language": "en",
                    "title": "Linden rash",
                    "sections": [{"name": "summary", "text": "It itches & burns.\nRest\nDrink"}],
                    "attributes": {"url": "u", "groups": "Skin", "also_called": "Leaf rash; Tree itch"},
                },
                {"record_id": "3", "language": "es", "sections": [{"name": "summary", "text": "Es leve."}]},
            ]
        },
    ),
    twin=Twin(TwinFile("mplus_topics_2024-08-10.xml", topic, xml(str, '<health-topics total="2034">', head=_HEAD), 2_034, least=80)),
)
