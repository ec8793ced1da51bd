"""Stance of a tweet on the independence of Catalonia: not medical, but a part of MedS-Ins."""

from medslake.tasks import Task, TaskExample, wordings

LABELS = ("Against", "Favor", "Neutral")
SHARED = {"label_set": "catalonia_stance", "unit": "document"}

TASK = Task(
    id="task39",
    name="catalonia_independence_stance",
    category="Intent Identification",
    domain="Medical Knowledge",
    source="catalonia_independence",
    kind="labelled_texts",
    input_language="Spanish, Catalan",
    where="label_set = 'catalonia_stance'",
    input_sql="concat('Tweet: ', text)",
    output_sql="initcap(lower(labels[0]))",
    labels=LABELS,
    definitions=wordings(__file__),
    notes="Super-NaturalInstructions tags its task as medical, so that it came into MedS-Ins.",
    example=TaskExample(
        {"record_id": "ca/train/000001", "language": "ca", "text": "El gat diu que sí.", "labels": ["FAVOR"], **SHARED},
        (("Tweet: El gat diu que sí.", "Favor"), ("Tweet: Llueve.", "Neutral")),
        others=({"record_id": "es/test/000001", "language": "es", "text": "Llueve.", "labels": ["NEUTRAL"], **SHARED},),
    ),
)
