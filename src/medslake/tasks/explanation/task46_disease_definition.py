"""What a disease of the Disease Ontology is."""

from medslake.tasks.base import Bench, Task, TaskExample
from medslake.tasks.parts.wordings import definitions

TASK = Task(
    id="task46",
    name="do_entity_explanation",
    category="Explanation",
    domain="Medical Knowledge",
    source="disease_ontology",
    kind="concepts",
    input_language="English",
    output_language="English",
    where="trim(definition) <> ''",
    input_sql="name",
    output_sql="definition",
    bench=Bench(group="explanation", metrics=("explanation",), dataset="DO"),
    definitions=definitions(
        plain=(
            "Explain the medical entity named below. Say in one or two sentences what kind of disease it is and what marks it, such "
            "as its site, its cause or its signs. Write the explanation only.",
            "What is meant by this medical term? Give a definition as a reference work would, in one or two sentences of running "
            "text and without a heading.",
            "You are given the name of a disease. Describe it briefly: the class it belongs to and the features that tell it from "
            "its neighbours. Output just this description.",
        ),
        role=(
            "You are a doctor and a student asks what this entity is. Answer with a short, exact definition, naming its class and "
            "its distinguishing features, and say nothing beyond it.",
            "As an editor of a disease ontology, write the textual definition for the entry below. It should read 'A ... that ...' "
            "and take one or two sentences.",
            "Imagine you are a clinician who fills in a glossary. Define the given term in at most two sentences, in technical but "
            "plain words. Leave out advice on treatment.",
        ),
        stepwise=(
            "First decide which group of diseases the entity belongs to. Then recall what is special about it: organ, cause, "
            "inheritance or findings. Finally put both into one or two sentences and output those.",
            "Step 1: name the broader disease. Step 2: name the features that set this one apart. Step 3: write a definition that "
            "joins the two. Return the definition alone.",
            "Start from the term itself, place it in its class, add its characteristic features and finish with a brief definition. "
            "Only the definition is to be shown.",
        ),
        formal=(
            "Provide a definition of the specified medical entity. The definition shall state the superordinate concept and the "
            "differentiating characteristics, in no more than two sentences.",
            "The input is the designation of a disease. The output shall be its textual definition in the style of a biomedical "
            "ontology, without examples, headings or references.",
            "An explanation of the given entity is required, consisting of its genus and its differentia. The response must be "
            "continuous text of one or two sentences.",
        ),
        terse=(
            "Define this disease in one or two sentences.",
            "Term given; write its medical definition, nothing else.",
            "Explain the entity briefly: class plus distinguishing features.",
        ),
    ),
    example=TaskExample(
        row={
            "record_id": "DOID:9000004",
            "concept_id": "DOID:9000004",
            "name": "glassblower's cheek",
            "definition": "A soft tissue disease that is characterized by slack cheeks after years of blowing.",
        },
        others=({"record_id": "DOID:9000005", "concept_id": "DOID:9000005", "name": "unnamed ache", "definition": None},),
        instances=(("glassblower's cheek", "A soft tissue disease that is characterized by slack cheeks after years of blowing."),),
    ),
)
