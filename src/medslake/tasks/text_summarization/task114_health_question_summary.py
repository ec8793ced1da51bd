"""The short form of a consumer's long health question."""

from medslake.tasks import Bench, Task, TaskExample, has_sections, holds, section, wordings

ASKED = "Good day, my aunt of 71 has had hiccups for a week after an operation on her stomach. She hardly sleeps. Thank you."
SHORT = "What are the treatments for persistent hiccups after gastric surgery?"
WHOLE = {"no question or no summary": has_sections("question", "summary")}
COPIED = "Hello. Can hiccups be cured? Thank you.", "Can hiccups be cured?"


def row(record: str, question: str, summary: str) -> dict[str, object]:
    return {"record_id": record, "sections": [{"name": "question", "text": question}, {"name": "summary", "text": summary}]}


TASK = Task(
    id="task114",
    name="medqsum_text_summurization",
    category="Text Summarization",
    domain="Medical Knowledge",
    source="meqsum",
    kind="documents",
    requires={**WHOLE, "the question holds the summary": f"not {holds(section('question'), section('summary'))}"},
    paper={"requires": WHOLE},
    input_sql=section("question"),
    output_sql=section("summary"),
    definitions=wordings(__file__),
    bench=Bench("summarization", ("text_similarity",), "MedQSum (MeQSum)", size=100),
    notes="The spelling of the name is that of MedS-Ins.",
    example=TaskExample(row("000001", ASKED, SHORT), ((ASKED, SHORT),), others=(row("000002", *COPIED),)),
)
