"""Phrases on participants, interventions or outcomes in a sentence of a trial report."""

from medslake.tasks import Bench, Task, TaskExample, entities_in, wordings

NONE = "not found"
TEXT = "Forty men , all smokers , took velatrine tea ."
ENTITIES = entities_in(TEXT, ("participant", "Forty men , all smokers"), ("intervention", "velatrine tea ."))


def pico(number: int, kind: str, scope: str, output: str) -> Task:
    """kind: of the phrases. scope: a sentence on what counts. output: expected of the example."""
    # A full stop at the end of the sentence that the vote takes in is no part of a phrase.
    phrases = f"array_distinct(transform(filter(entities, e -> e.type = '{kind}'), e -> regexp_replace(e.text, ' [.,;:]$', '')))"
    written = f"coalesce(nullif(array_join({phrases}, ', '), ''), '{NONE}')"
    row = {"record_id": "900:1", "text": TEXT, "unit": "sentence", "entity_types": ["participant", "intervention", "outcome"]}
    return Task(
        id=f"task{number}",
        name=f"{kind}_extraction",
        category="Information Extraction",
        domain="Academical Papers",
        source="pico_annotation",
        kind="annotated_texts",
        where=f"array_contains(entity_types, '{kind}')",
        input_sql="text",
        output_sql=written,
        paper={"output_sql": f"regexp_replace({written}, ' ([.,;:])', '$1')"},
        definitions=wordings(__file__, kind=kind, scope=scope, none=NONE),
        bench=Bench("information_extraction", ("information_extraction",), "PICO"),
        notes="Phrases are copied by design. They follow the majority of the experts, which the published answers do not always.",
        example=TaskExample({**row, "entities": ENTITIES}, ((TEXT, output),)),
    )


TASKS = (
    pico(1, "participant", "Sex, age, illness, place and number of the people studied count.", "Forty men , all smokers"),
    pico(2, "intervention", "Drugs, operations, therapies, changes of habit and control or placebo treatment count.", "velatrine tea"),
    pico(3, "outcome", "What was measured counts, such as values, scores, costs, benefits and harms, without its results.", NONE),
)
