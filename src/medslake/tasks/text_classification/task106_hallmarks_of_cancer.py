"""Hallmarks of cancer that a biomedical abstract gives evidence for."""

from medslake.tasks import Bench, Task, TaskExample, listed, numbered, wordings

#: In the order in which silver lists the labels of an abstract.
LABELS = (
    "sustaining proliferative signaling",
    "evading growth suppressors",
    "resisting cell death",
    "enabling replicative immortality",
    "inducing angiogenesis",
    "activating invasion and metastasis",
    "genomic instability and mutation",
    "tumor promoting inflammation",
    "cellular energetics",
    "avoiding immune destruction",
)
SHARED = {"label_set": "hallmarks_of_cancer", "unit": "document"}
TEXT = "Loss of the checkpoint let damaged cells divide. New vessels grew into the implants."
HELD = [LABELS[4], LABELS[6]]

TASK = Task(
    id="task106",
    name="hoc_text_classification",
    category="Text Classification",
    domain="Medical Knowledge",
    source="hoc",
    kind="labelled_texts",
    where="unit = 'document' and label_set = 'hallmarks_of_cancer'",
    requires={"no hallmark": "size(labels) > 0"},
    input_sql="text",
    output_sql="array_join(labels, ', ')",
    labels=LABELS,
    definitions=wordings(__file__, listed=listed(LABELS), numbered=numbered(LABELS)),
    bench=Bench("text_classification", ("hoc",), "HoC"),
    notes="Abstracts without any hallmark are left out, as in MedS-Ins (1,580 of 1,852 abstracts bear one).",
    example=TaskExample(
        {"record_id": "10000001", "text": TEXT, "labels": HELD, **SHARED},
        ((TEXT, "inducing angiogenesis, genomic instability and mutation"),),
        others=({"record_id": "10000002", "text": "We describe a registry.", "labels": [], **SHARED},),
    ),
)
