"""The short form of a consumer's long health question."""

from medslake.tasks import Bench, Task, TaskExample, has_sections, section, wordings

ASKED = "Good day, my aunt of 71 has had hiccups for a week after an operation on her stomach. She hardly sleeps. Thank you."
SHORT = "What are the treatments for persistent hiccups after gastric surgery?"

TASK = Task(
    id="task114",
    name="medqsum_text_summurization",
    category="Text Summarization",
    domain="Medical Knowledge",
    source="meqsum",
    kind="documents",
    requires={"no question or no summary": has_sections("question", "summary")},
    input_sql=section("question"),
    output_sql=section("summary"),
    definitions=wordings(__file__),
    bench=Bench("summarization", ("text_similarity",), "MedQSum (MeQSum)", size=100),
    notes="The spelling of the name is that of MedS-Ins.",
    example=TaskExample(
        {"record_id": "000001", "sections": [{"name": "question", "text": ASKED}, {"name": "summary", "text": SHORT}]}, ((ASKED, SHORT),)
    ),
)
