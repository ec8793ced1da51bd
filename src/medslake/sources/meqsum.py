"""MeQSum: consumer health questions and their summaries (Ben Abacha and Demner-Fushman, ACL 2019)."""

from medslake.sources import Example, NativeFile, Source, by_hash, github, mapped, sections
from medslake.synth import Twin, TwinFile, workbook, xlsx
from medslake.synth.parts.questions import health_question

FILE = "MeQSum_ACL2019_BenAbacha_Demner-Fushman.xlsx"
_HEADER = ("File", "CHQ", "Summary")
_EXAMPLE = (
    (
        "syn-1.txt",
        "SUBJECT: humming ear\nMESSAGE: My left ear hums at night since the fair last week. Is that for good?",
        "Is humming of the ear after noise permanent?",
    ),
    ("syn-2.txt", "can children take nemivane? mine is four and the leaflet does not say", "Is nemivane safe for young children?"),
    ("syn-3.txt", "how long does linden rash last, mine itches badly", "How long does linden rash last?"),
)


SOURCE = Source(
    name="meqsum",
    title="MeQSum, summaries of consumer health questions",
    citation="Ben Abacha A, Demner-Fushman D. On the summarization of consumer health questions. ACL 2019.",
    licence="CC BY 4.0",
    access="public",
    domain="Medical Knowledge",
    page="https://github.com/abachaa/MeQSum",
    downloads=github(
        "abachaa/MeQSum", "51e36cf65c12602333b6fdc3ae8ecf10430529f7", {"MeQSum_ACL2019_BenAbacha_Demner-Fushman.xlsx": 216_310}
    ),
    files=(
        NativeFile(
            "questions",
            (FILE, "MeQSum*.xlsx"),
            "xlsx",
            "File STRING, CHQ STRING, Summary STRING",
            key=("File",),
            options={"sheet": "QS", "required": ("CHQ", "Summary")},
            sha256={FILE: "abedd939d5014306ca576522416bf69103e85dc8fcf1668a4099e8b84a39eeea"},
        ),
    ),
    split=by_hash("record_id"),
    silver={"documents": mapped("questions", record_id="File", sections=sections(question="CHQ", summary="Summary"))},
    example=Example(
        files=lambda: {FILE: workbook("QS", [_HEADER, *_EXAMPLE])},
        rows={
            "documents": [
                {
                    "record_id": name,
                    "language": "en",
                    "sections": [{"name": "question", "text": question}, {"name": "summary", "text": summary}],
                }
                for name, question, summary in _EXAMPLE
            ]
        },
    ),
    twin=Twin(TwinFile(FILE, health_question, xlsx("QS", _HEADER), 1000)),
)
