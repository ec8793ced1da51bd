"""One answer to a health question out of several pages found for it."""

from medslake.tasks import Task, TaskExample, filled_sections, holds, section, wordings

PAGES = "transform(filter(sections, s -> s.name = 'answer'), s -> s.text)"
NUMBERED = f"array_join(transform({PAGES}, (page, n) -> concat('Answer ', n + 1, ': ', trim(page))), '\\n\\n')"

TASK = Task(
    id="mediqa_answer_synthesis",
    name="mediqa2021_multi_answer_summarization",
    category="Text Summarization",
    domain="Medical Knowledge",
    source="mediqa2021_qs_mas",
    kind="documents",
    where="record_id like 'task2/%'",
    requires={
        "no question or no summary": filled_sections("question", "summary"),
        "not two answers": f"size({PAGES}) > 1",
        "an answer holds the summary": f"not exists({PAGES}, page -> {holds('page', section('summary'))})",
    },
    input_sql=f"concat('Question: ', {section('question')}, '\\n\\n', {NUMBERED})",
    output_sql=f"trim({section('summary')})",
    definitions=wordings(__file__),
    notes="Synthesis over several sources for a lay question, which MedS-Ins lacks. The release has no training set.",
    example=TaskExample(
        {
            "record_id": "task2/5",
            "sections": [
                {"name": "question", "text": "What helps?"},
                {"name": "summary", "text": "Rest and tea help."},
                {"name": "answer", "text": "Nine rested."},
                {"name": "answer", "text": "Five drank tea."},
            ],
        },
        (("Question: What helps?\n\nAnswer 1: Nine rested.\n\nAnswer 2: Five drank tea.", "Rest and tea help."),),
    ),
)
