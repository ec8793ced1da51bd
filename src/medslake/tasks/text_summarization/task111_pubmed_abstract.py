"""The abstract of an article of PubMed Central."""

from medslake.tasks import HELD_BACK, Task, TaskExample, has_sections, section, wordings

ARTICLE = "marlow fever is invented . forty people had it and all of them shivered for a week , most at night ."
ABSTRACT = "forty people with marlow fever shivered for a week ."

TASK = Task(
    id="task111",
    name="pubmed_text_summarization",
    category="Text Summarization",
    domain="Medical Knowledge",
    source="scientific_papers_pubmed",
    kind="documents",
    requires={
        "no article or no abstract": has_sections("article", "abstract"),
        "the article holds the abstract": f"instr({section('article')}, {section('abstract')}) = 0",
        **HELD_BACK,
    },
    input_sql=section("article"),
    output_sql=section("abstract"),
    definitions=wordings(__file__),
    example=TaskExample(
        {"record_id": "PMC1", "sections": [{"name": "abstract", "text": ABSTRACT}, {"name": "article", "text": ARTICLE}]},
        ((ARTICLE, ABSTRACT),),
        others=({"record_id": "PMC2", "sections": [{"name": "article", "text": ARTICLE}]},),
    ),
)
