"""Does a sentence of a case report tell of an adverse effect of a drug?"""

from medslake.tasks import Task, TaskExample, wordings

LABELS = ("non-adverse drug event", "adverse drug event")
SHARED = {"label_set": "adverse_drug_events", "unit": "sentence"}

TASK = Task(
    id="task37",
    name="adverse_drug_event_classification",
    category="Text Classification",
    domain="Medical Knowledge",
    source="ade_corpus_v2",
    kind="labelled_texts",
    where="label_set = 'adverse_drug_events'",
    input_sql="text",
    output_sql="labels[0]",
    labels=LABELS,
    definitions=wordings(__file__),
    notes="MedS-Ins has 1,777 sentences of the corpus; all of it is here, four of five without an adverse effect.",
    example=TaskExample(
        {"record_id": "900001/drug_ae/000003", "text": "Velatrine rash.", "labels": ["adverse drug event"], **SHARED},
        (("Velatrine rash.", "adverse drug event"), ("He had slept well.", "non-adverse drug event")),
        others=({"record_id": "900001/neg/000001", "text": "He had slept well.", "labels": ["non-adverse drug event"], **SHARED},),
    ),
)
