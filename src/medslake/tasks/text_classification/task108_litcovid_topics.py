"""Topics of an article on COVID-19."""

from medslake.tasks import HELD_BACK, Task, TaskExample, listed, numbered, wordings

#: In the order in which silver lists the topics of an article.
LABELS = ("diagnosis", "treatment", "mechanism", "prevention", "case report", "transmission", "forecasting", "general")
SHARED = {"label_set": "litcovid_gutierrez", "unit": "document", "split": "test"}
TEXT = "On masks\n\nThey helped a baker in May."

TASK = Task(
    id="task108",
    name="litcovid_text_classification",
    category="Text Classification",
    domain="Medical Knowledge",
    source="litcovid",
    kind="labelled_texts",
    where="label_set = 'litcovid_gutierrez'",
    requires=HELD_BACK,
    input_sql="text",
    output_sql="array_join(labels, ', ')",
    labels=LABELS,
    definitions=wordings(__file__, listed=listed(LABELS), numbered=numbered(LABELS)),
    notes="Articles can have several topics, which the published definition does not say; how its file parts them is not known.",
    example=TaskExample(
        {"record_id": "gutierrez/901", "text": TEXT, "labels": ["prevention", "case report"], **SHARED},
        ((TEXT, "prevention, case report"),),
        others=({"record_id": "bc7/903", "text": "On fear.", "labels": ["Treatment"], **SHARED, "label_set": "litcovid_bc7"},),
    ),
)
