"""MeSH headings of a PubMed article."""

from medslake.tasks import Task, TaskExample, wordings

SHARED = {"label_set": "mesh_major", "unit": "document"}
TEXT = "On tea. Tea was drunk by forty bakers with an itch."

TASK = Task(
    id="task107",
    name="pubmedmesh_text_classification",
    category="Text Classification",
    domain="Medical Knowledge",
    source="pubmed_mesh",
    kind="labelled_texts",
    where="label_set = 'mesh_major'",
    requires={"no heading": "size(labels) > 0"},
    input_sql="text",
    # Headings hold commas themselves, as in `Tea, Green`.
    output_sql="array_join(labels, '; ')",
    definitions=wordings(__file__),
    notes="How the published file parts the headings is not known.",
    example=TaskExample(
        {"record_id": "901", "text": TEXT, "labels": ["Humans", "Tea, Green"], **SHARED},
        ((TEXT, "Humans; Tea, Green"),),
        others=({"record_id": "902", "text": "On rest.", "labels": [], **SHARED},),
    ),
)
