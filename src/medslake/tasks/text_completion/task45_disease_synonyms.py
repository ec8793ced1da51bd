"""Further synonyms of a disease whose name and some synonyms are given."""

from medslake.tasks.base import Task, TaskExample
from medslake.tasks.parts.wordings import definitions

#: Distinct synonyms that differ from the name and can stand in a list separated by semicolons.
_SYNONYMS = "filter(array_distinct(synonyms), s -> lower(s) <> lower(name) and instr(s, ';') = 0)"

TASK = Task(
    id="task45",
    name="do_synonym_generation",
    category="Text Completion",
    domain="Medical Knowledge",
    source="disease_ontology",
    kind="concepts",
    input_language="English",
    output_language="English",
    # The list is bound once as `item`: the first half (rounded down) is told, the rest is asked for.
    items=f"filter(array({_SYNONYMS}), l -> size(l) > 0)",
    input_sql="concat_ws('; ', concat('Entity: ', name), nullif(array_join(slice(item, 1, size(item) div 2), '; '), ''))",
    output_sql="array_join(slice(item, size(item) div 2 + 1, size(item)), '; ')",
    definitions=definitions(
        plain=(
            "A medical entity is given by its name, sometimes with synonyms after it, separated by semicolons. Write further "
            "synonyms that mean the same. Separate them by a semicolon and a space and do not repeat what is given.",
            "Diseases often go by several names. For the names listed below, all of one disease, supply other names of it as a list "
            "with '; ' between the entries. At least one is expected.",
            "Think of other terms for the medical entity shown. Output the terms alone, each different from those given, joined by a "
            "semicolon and a space.",
        ),
        role=(
            "You are a terminologist who maintains a disease vocabulary. Add the exact synonyms that are missing from the entry "
            "below. Enter one or more, separated by semicolons, and nothing else.",
            "As a physician who knows old and new names of diseases, say how else this entity is called. Answer with a "
            "semicolon-separated list that leaves out the names already there.",
            "Imagine you write the index of a medical handbook. For the headword and variants below, list the other headwords that "
            "should point to the same place, divided by '; '.",
        ),
        stepwise=(
            "First identify the entity from the names given. Then recall other names, spellings and abbreviations with the same "
            "meaning. Finally write the new ones in one line, separated by '; '.",
            "Step 1: read the names. Step 2: gather terms that are interchangeable with them. Step 3: remove those that were given. "
            "Step 4: print the rest with a semicolon and a space between them.",
            "Work out which disease is meant, list its synonyms in your mind, cross out the ones you were shown, and output what is "
            "left as 'synonym1; synonym2'.",
        ),
        formal=(
            "Given the designation of a medical entity and, where available, some of its synonyms, generate additional exact "
            "synonyms. The output shall be a list delimited by a semicolon and a space and shall be disjoint from the input.",
            "The input is an incomplete set of synonymous medical terms. The output shall complete the set: one or more equivalent "
            "terms, separated by semicolons, without definitions or related but broader terms.",
            "Equivalent designations of the entity named are to be supplied. Each designation must have the same meaning as the name "
            "given. The format is 'term; term', without any other text.",
        ),
        terse=(
            "More synonyms for this entity. Format: a; b; c.",
            "Give exact synonyms not listed here, separated by '; '.",
            "Other names of the same disease, semicolon separated, none repeated.",
        ),
    ),
    notes="The first half of the synonyms, rounded down, is told with the name; the rest is the output.",
    example=TaskExample(
        row={
            "record_id": "DOID:9000001",
            "concept_id": "DOID:9000001",
            "name": "reed fever",
            "synonyms": ["Reed fever", "marsh chill", "fen ague", "harvest shakes"],
        },
        others=(
            {"record_id": "DOID:9000002", "concept_id": "DOID:9000002", "name": "weaver's cough", "synonyms": ["loom lung"]},
            {"record_id": "DOID:9000003", "concept_id": "DOID:9000003", "name": "plain rash", "synonyms": []},
        ),
        instances=(("Entity: reed fever; marsh chill", "fen ague; harvest shakes"), ("Entity: weaver's cough", "loom lung")),
    ),
)
