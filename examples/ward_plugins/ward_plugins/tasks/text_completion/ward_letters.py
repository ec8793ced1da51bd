"""One section of a ward letter from another."""

from medslake.tasks import Bench, Task, TaskExample, section, wordings

TEXT = {"course": "Slept well.", "advice": "Walk daily."}
ROW = {"record_id": "7", "sections": [{"name": name, "text": text} for name, text in TEXT.items()]}


def from_section(number, here, there):
    return Task(
        id=f"task{number}",
        name=f"ward_{there}_from_{here}",
        category="Text Completion",
        domain="Clinical Text",
        source="ward_letters",
        kind="documents",
        where="size(sections) = 2",
        input_sql=section(here),
        output_sql=section(there),
        definitions=wordings(__file__, here=here, there=there),
        bench=Bench("summarization", ("ward_words",), "Ward letters", size=10),
        example=TaskExample(ROW, ((TEXT[here], TEXT[there]),)),
    )


TASKS = (from_section(901, "course", "advice"), from_section(902, "advice", "course"))
