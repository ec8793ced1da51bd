"""Hallmarks of cancer that a biomedical abstract gives evidence for."""

from medslake.sources.hoc import HALLMARKS as LABELS
from medslake.tasks.base import Bench, Task, TaskExample
from medslake.tasks.parts.wordings import definitions

_LISTED = "; ".join(LABELS)
_NUMBERED = ", ".join(f"({n}) {label}" for n, label in enumerate(LABELS, start=1))

TASK = Task(
    id="task106",
    name="hoc_text_classification",
    category="Text Classification",
    domain="Medical Knowledge",
    source="hoc",
    kind="labelled_texts",
    input_language="English",
    output_language="English",
    where="unit = 'document' and label_set = 'hallmarks_of_cancer' and size(labels) > 0",
    input_sql="text",
    output_sql="array_join(labels, ', ')",
    labels=LABELS,
    bench=Bench(group="text_classification", metrics=("hoc",), dataset="HoC"),
    notes="Abstracts without any hallmark are left out, as in MedS-Ins (1,580 of 1,852 abstracts bear one).",
    definitions=definitions(
        plain=(
            f"Say which hallmarks of cancer the abstract deals with. The possible hallmarks are: {_LISTED}. At least one applies. "
            "Write the names of all that apply, in the order of this list, separated by a comma and a space, and nothing else.",
            "The text below is an abstract from cancer research. Choose from these ten hallmarks those that it gives evidence for: "
            f"{_LISTED}. Give their names in lower case, comma separated; every abstract has one or more.",
            f"Here are ten hallmarks of cancer: {_LISTED}. Write those that the abstract is about as a comma-separated list, spelled "
            "as here. One name is enough if only one fits, and the list is never empty.",
        ),
        role=(
            f"You are a cancer biologist who indexes papers by hallmark. The index terms are {_LISTED}. Assign the abstract every "
            "term that fits, at least one, and reply with the terms alone, separated by ', '.",
            f"As a librarian of an oncology database, file this abstract under one or more of ten headings: {_NUMBERED}. Answer with "
            "the headings' names without their numbers, joined by a comma and a space.",
            f"Imagine reviewing an abstract for a survey of tumour biology. Tick all hallmarks it supports among {_LISTED}. Return "
            "the ticked names, comma separated and in that order; at least one must be ticked.",
        ),
        stepwise=(
            "First read the abstract and note the biological processes it reports on. Then match them with the ten hallmarks of "
            f"cancer, which are {_LISTED}. Finally write all matching names, one or more, separated by a comma and a space.",
            f"Step 1: go through this list of hallmarks: {_LISTED}. Step 2: keep each one for which the abstract offers evidence; at "
            "least one remains. Step 3: output the kept names in list order, joined by ', ', without further words.",
            f"Take the hallmarks one at a time: {_NUMBERED}. For each, ask whether the abstract bears on it. When you have asked "
            "about all ten, print the names answered with yes, comma separated and without numbers; there is always at least one.",
        ),
        formal=(
            f"Multi-label classification of biomedical abstracts. The label set consists of: {_LISTED}. The output shall list every "
            "applicable label verbatim, at least one, in the order given and delimited by a comma and a space.",
            "The abstract is to be assigned to one or more of the ten hallmarks of cancer described by Hanahan and Weinberg, namely "
            f"{_LISTED}. The response must contain the assigned names only, separated by commas.",
            f"Determine all hallmarks of cancer evidenced by the input text. Admissible values are {_LISTED}. The answer must be a "
            "non-empty, comma-separated enumeration of admissible values and must not contain any other text.",
        ),
        terse=(
            f"Label the abstract. Labels: {_LISTED}. Output all that apply (one or more), comma separated.",
            f"Hallmarks of cancer, multi-label: {_NUMBERED}. Answer: names only, joined by ', ', at least one.",
            f"Which of these apply? {_LISTED}. Reply with the applying names, separated by commas; never empty.",
        ),
    ),
    example=TaskExample(
        row={
            "record_id": "10000001",
            "text": "Loss of the checkpoint let damaged cells divide. New vessels grew into the implants.",
            "labels": ["inducing angiogenesis", "genomic instability and mutation"],
            "label_set": "hallmarks_of_cancer",
            "unit": "document",
        },
        others=(
            {
                "record_id": "10000002",
                "text": "We describe a registry.",
                "labels": [],
                "label_set": "hallmarks_of_cancer",
                "unit": "document",
            },
        ),
        instances=(
            (
                "Loss of the checkpoint let damaged cells divide. New vessels grew into the implants.",
                "inducing angiogenesis, genomic instability and mutation",
            ),
        ),
    ),
)
