"""What a review concludes from its studies: MS^2 with the background of the review, RCT-Text without."""

from medslake.tasks import HELD_BACK, Bench, Task, TaskExample, has_sections, section, wordings

STUDIES = (("title", "Tea for the hoarse"), ("abstract", "Forty singers drank tea. Twenty sang again."), ("title", "Tea again"))
SHOWN = "Title: Tea for the hoarse\nAbstract: Forty singers drank tea. Twenty sang again.\nTitle: Tea again"
CONCLUDED = "Tea may help hoarse singers.\nThe evidence is weak."
WHOLE = (("background", "Tea is drunk by singers."), *STUDIES, ("conclusions", CONCLUDED))
ROWS = tuple(
    {"record_id": record, "sections": [{"name": name, "text": text} for name, text in WHOLE if name not in without]}
    for record, without in (("CD2", ()), ("CD3", ("title", "abstract")), ("CD4", ("conclusions",)))
)


def conclusions(number: int, name: str, source: str, given: str, shown: str, *before: str, bench: Bench | None = None) -> Task:
    """given: what the input is, for the wordings. shown: the input of the example. before: sections that stand before the studies."""
    read = ", ".join(f"'{one}'" for one in (*before, "title", "abstract"))
    return Task(
        id=f"task{number}",
        name=name,
        category="Text Summarization",
        domain="Medical Knowledge",
        source=source,
        kind="documents",
        requires={
            "no studies": "exists(sections, s -> s.name in ('title', 'abstract'))",
            f"no {' or no '.join((*before, 'conclusions'))}": has_sections(*before, "conclusions"),
            **HELD_BACK,
        },
        input_sql=f"array_join(transform(filter(sections, s -> s.name in ({read})), s -> concat(initcap(s.name), ': ', s.text)), '\\n')",
        output_sql=section("conclusions"),
        definitions=wordings(__file__, given=given),
        bench=bench,
        notes="The spelling of the name is that of MedS-Ins.",
        example=TaskExample(ROWS[0], ((shown, CONCLUDED),), others=ROWS[1:]),
    )


TASKS = (
    conclusions(
        109,
        "ms2_text_summurization",
        "ms2",
        "the background of a review and the titles and abstracts of its studies",
        f"Background: Tea is drunk by singers.\n{SHOWN}",
        "background",
    ),
    conclusions(
        110,
        "rct_text_summurization",
        "rct_text",
        "the titles and abstracts of the trials of a review",
        SHOWN,
        bench=Bench("summarization", ("text_similarity",), "RCT-Text", size=100),
    ),
)
