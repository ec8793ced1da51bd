"""EBMSummariserCorpus: clinical inquiries, the bottom lines that answer them and what these rest on (Molla and Santiago-Martinez, 2011).

The names of its elements are those that the converter of MedS-Ins and other readers take; no file was at hand.
"""

from medslake.sources import Bronze, Example, Frame, NativeFile, Source, by_hash, candidate, mapped, quoted
from medslake.synth import Draw, Length, Twin, TwinFile, tag, xml
from medslake.synth.text import filled

#: Grounds that the corpus gives for a bottom line; some have none.
_GROUNDS = "filter(line.grounds, text -> trim(text) != '')"


def _lines(bronze: Bronze) -> Frame:
    """A row per bottom line, numbered in its inquiry."""
    lines = bronze["inquiries"].selectExpr("*", "posexplode(bottom_lines) AS (place, line)")
    bronze.left_out["bottom lines without grounds"] = lines.where(f"size({_GROUNDS}) = 0")
    return lines.where(f"size({_GROUNDS}) > 0")


_QUESTIONS = ("Does {drug} help against {disease} with {sign}?", "How should {disease} of the {site} be treated in {person}?")


def _ground(draw: Draw, snip: int, number: int) -> str:
    text = tag("longtext", text=draw.words(Length(65, 150)))
    return tag("long", text, tag("ref", text=draw.name(), id=draw.whole(90_000_000, 99_000_000)), id=f"{snip}_{number}")


def _inquiry(draw: Draw, number: int) -> str:
    def snip(at: int) -> str:
        grounds = [_ground(draw, at, one) for one in range(1, 1 + draw.weighted({0: 0.04, 1: 0.36, 2: 0.3, 3: 0.15, 4: 0.1, 5: 0.05}))]
        sor = tag("sor", text="Invented grade", type=draw.pick("ABC"))
        return tag("snip", tag("sniptext", text=draw.words(Length(22, 50))), sor, *grounds, id=at)

    answer = tag("answer", *map(snip, range(1, 1 + draw.length(Length(3, 6)))))
    return tag("record", tag("url", text=f"inquiry/{number}"), tag("question", text=filled(draw, _QUESTIONS)), answer, id=number + 1)


SOURCE = Source(
    name="ebm_summariser_corpus",
    title="EBM Summariser corpus, clinical inquiries",
    citation="Molla D, Santiago-Martinez ME. Development of a corpus for evidence based medicine summarisation. ALTA 2011.",
    licence="Not stated on what was read; taken as non-commercial",
    access="noncommercial",
    domain="Medical Knowledge",
    page="https://sourceforge.net/projects/ebmsumcorpus/",
    files=(
        NativeFile(
            "inquiries",
            ("ClinicalInquiries.xml", "*/ClinicalInquiries.xml"),
            "xml_records",
            "id STRING, url STRING, question STRING, bottom_lines ARRAY<STRUCT<text: STRING, grounds: ARRAY<STRING>>>",
            key=("id",),
            options={
                "record": "record",
                "paths": {"bottom_lines": "answer/snip", "bottom_lines.text": "sniptext", "bottom_lines.grounds": "long/longtext"},
                "required": ("question",),
            },
        ),
    ),
    split=by_hash("subject_id"),
    silver={
        "questions": mapped(
            "inquiries",
            record_id="id",
            subject_id="id",
            question="trim(question)",
            long_answer="nullif(array_join(transform(bottom_lines, line -> trim(line.text)), ' '), '')",
        ),
        "pairs": mapped(
            _lines,
            record_id="concat(id, '/', place + 1)",
            subject_id="id",
            text="trim(line.text)",
            candidates=f"transform({_GROUNDS}, text -> {candidate('trim(text)', quoted('ground'))})",
            label_set="'grounds'",
        ),
    },
    example=Example(
        files={
            "ClinicalInquiries.xml": '<?xml version="1.0" encoding="UTF-8"?>\n<records>\n<record id="1"><url>u</url>\n'
            '<question>Does tea help?</question><answer><snip id="1"><sniptext>It may.</sniptext><sor type="B">Trials</sor>'
            '<long id="1_1"><longtext>Ten drank\nit.</longtext><ref id="7" abstract="a.xml">A</ref></long>'
            '<long id="1_2"><longtext>Two slept.</longtext></long></snip>'
            '<snip id="2"><sniptext>It warms &amp; wets.</sniptext></snip></answer>'
            "</record>\n</records>\n"
        },
        rows={
            "questions": [{"record_id": "1", "question": "Does tea help?", "long_answer": "It may. It warms & wets."}],
            "pairs": [
                {
                    "record_id": "1/1",
                    "subject_id": "1",
                    "text": "It may.",
                    "candidates": [
                        {"id": None, "text": "Ten drank\nit.", "label": "ground", "explanation": None},
                        {"id": None, "text": "Two slept.", "label": "ground", "explanation": None},
                    ],
                }
            ],
        },
    ),
    twin=Twin(TwinFile("ClinicalInquiries.xml", _inquiry, xml(str, "<records>"), 456)),
)
