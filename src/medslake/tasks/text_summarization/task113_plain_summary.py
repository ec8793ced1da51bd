"""A paper of PLOS in plain language."""

from medslake.tasks import Task, TaskExample, has_sections, section, wordings

ARTICLE, SUMMARY = section("article"), f"trim({section('summary')})"
#: The article without its summary, wherever that stands: what is before and behind it comes together with one blank.
CUT = f"array_join(filter(transform(split({ARTICLE}, concat('\\\\Q', {SUMMARY}, '\\\\E')), p -> trim(p)), p -> p <> ''), ' ')"


def row(record: str, title: str, *sections: tuple[str, str]) -> dict[str, object]:
    return {"record_id": record, "title": title, "sections": [{"name": name, "text": text} for name, text in sections]}


PLAIN = "Mice that shiver sleep longer."
ROWS = (
    row("train/000001", "On mice", ("article", f"We watched mice. {PLAIN} Sleep was scored by hand."), ("summary", PLAIN)),
    row("train/000002", "On tea", ("article", "Tea warms the hands."), ("summary", "Tea is warm.")),
    row("train/000003", "On rest", ("article", "Rest is rest.")),
)

TASK = Task(
    id="task113",
    name="readibility_text_summurization",
    category="Text Summarization",
    domain="Medical Knowledge",
    source="readability",
    kind="documents",
    requires={
        "no article or no summary": has_sections("article", "summary"),
        "the article is its summary": f"trim({ARTICLE}) <> {SUMMARY}",
    },
    input_sql=f"concat_ws('\\n', title, {CUT})",
    output_sql=SUMMARY,
    paper={
        "requires": {"no article": has_sections("article")},
        "input_sql": f"concat(title, '\\n', replace({ARTICLE}, coalesce({section('summary')}, ''), ''))",
        "output_sql": f"coalesce({section('summary')}, '')",
    },
    definitions=wordings(__file__),
    notes="The spelling of the name is that of MedS-Ins.",
    example=TaskExample(
        ROWS[0],
        (("On mice\nWe watched mice. Sleep was scored by hand.", PLAIN), ("On tea\nTea warms the hands.", "Tea is warm.")),
        others=ROWS[1:],
    ),
)
