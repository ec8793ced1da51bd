"""The title of an article of a medical encyclopedia for the public."""

from medslake.tasks import Task, TaskExample, has_sections, section, wordings

ARTICLE = "Your kidneys clean the blood. A stone forms when salts in the urine settle. It hurts as it passes."

TASK = Task(
    id="task98",
    name="medlineplus_encyclopedia_title_generation",
    category="Text Summarization",
    domain="Medical Knowledge",
    source="medlineplus_topics",
    kind="documents",
    where="language = 'en'",
    requires={"no summary": has_sections("summary"), "no title": "trim(title) <> ''"},
    input_sql=section("summary"),
    output_sql="trim(title)",
    definitions=wordings(__file__),
    copied="an article names its subject, so that most titles stand in it",
    notes="MedS-Ins took the encyclopedia of MedlinePlus, which is copyrighted; here it is the open health topics.",
    example=TaskExample(
        {"record_id": "1", "title": "Kidney Stones", "sections": [{"name": "summary", "text": ARTICLE}]}, ((ARTICLE, "Kidney Stones"),)
    ),
)
