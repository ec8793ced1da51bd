"""Entities and relations of the eligibility criteria of a trial, line by line, as JSON."""

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from medslake.tasks import Derived, Task, TaskExample, shuffled, wordings

#: Of the Leaf Clinical Trials corpus, in the groups of its annotation guide.
ENTITIES = (
    *("Allergy", "Allergy-Name", "Condition", "Condition-Name", "Condition-Type", "Code", "Contraindication", "Drug", "Drug-Name"),
    *("Encounter", "Encounter-Type", "Indication", "Immunization", "Immunization-Name", "Observation", "Observation-Name", "Organism"),
    *("Organism-Name", "Specimen", "Procedure", "Procedure-Name", "Provider"),
    *("Age", "Birth", "Death", "Ethnicity", "Family-Member", "Language", "Life-Stage-And-Gender", "Exception", "Negation"),
    *("Acuteness", "Assertion", "Modifier", "Polarity", "Risk", "Severity", "Stability", "Criteria-Count", "Eq-Comparison", "Eq-Operator"),
    *("Eq-Temporal-Period", "Eq-Temporal-Recency", "Eq-Temporal-Unit", "Eq-Unit", "Eq-Value"),
    *("Coreference", "Insurance", "Location", "Other", "Study"),
)
RELATIONS = (
    *("Abbrev-Of", "Equivalent-To", "Example-Of", "Code", "Contraindicates", "Indication-For", "Name", "Provider", "Specimen", "Stage"),
    *("Type", "Caused-By", "Found-By", "Treatment-For", "Using", "And", "If-Then", "Negates", "Or", "Acuteness", "Asserted", "Dose"),
    *("Modifies", "Polarity", "Risk-For", "Severity", "Stability", "After", "Before", "Criteria", "Duration", "During", "Max-Value"),
    *("Min-Value", "Minimum-Count", "Numeric-Filter", "Operator", "Per", "Temporal-Period", "Temporal-Recency", "Temporal-Unit"),
    *("Temporality", "Unit", "Value", "From", "Except", "Has", "Is-Other", "Location", "Refers-To", "Study-Of"),
)
#: What is to be written, as a noun.
SHAPE = (
    'a JSON object with a member for each line of the text ("Line0", "Line1" and so on), in which "Entities" lists objects of one text '
    'and its type and "Relations" lists arrays of two such objects and the type of their relation, both in order and empty where a '
    "line has none"
)
CRITERIA = "get(filter(sections, s -> s.name = 'criteria'), 0).text"


def answer(lines: list[dict[str, Any]], published: bool) -> str:
    """Lines up to the last annotated one, those without an annotation empty.

    The published answers have the value of an attribute behind the type (`Acuteness___chronic`), and blanks between all tokens.
    """

    def entity(one: Mapping[str, str]) -> dict[str, str]:
        return {one["tokens"]: one["type"]} if published else {one["text"].strip(): one["type"].partition("___")[0]}

    # Lines that bear no number are none of the text.
    told: dict[int, dict[str, list[Any]]] = {}
    for line in (one for one in lines if "line" in one):
        entities = [entity(one) for one in line["entities"]]
        relations = [[entities[one["head"]], entities[one["tail"]], one["type"]] for one in line["relations"]]
        told[line["line"]] = {"Entities": entities, "Relations": relations}
    every = {f"Line{n}": told.get(n, {"Entities": [], "Relations": []}) for n in range(max(told, default=-1) + 1)}
    return json.dumps(every, ensure_ascii=False, indent=4)


def answers(batch: pa.RecordBatch) -> list[pa.Array]:
    annotated = [json.loads(dict(one or ())["annotations"]) for one in batch["attributes"].to_pylist()]
    return [pa.array([answer(lines, published) for lines in annotated], pa.string()) for published in (False, True)]


LINES = [
    {
        "line": 1,
        "entities": [
            {"type": "Condition", "text": "stage 3a cough", "tokens": "stage 3 a cough"},
            {"type": "Acuteness___chronic", "text": "old", "tokens": "old"},
        ],
        "relations": [{"type": "Acuteness", "head": 0, "tail": 1}],
    }
]
TEXT = "Inclusion:\n- old stage 3a cough"

TASK = Task(
    id="task77",
    name="clinical_trials_gov_data_named_entity_recognition",
    category="Named Entity Recognition",
    domain="Medical Knowledge",
    source="clinical_trials_gov",
    kind="documents",
    requires={"no text": f"trim(coalesce({CRITERIA}, '')) <> ''"},
    derived=Derived("answer STRING, published STRING", answers),
    input_sql=f"trim(TRAILING '\\n' FROM {CRITERIA})",
    output_sql="answer",
    definitions=wordings(__file__, entities=shuffled(ENTITIES), relations=shuffled(RELATIONS), shape=SHAPE),
    paper={"requires": {}, "input_sql": f"coalesce({CRITERIA}, '')", "output_sql": "published"},
    notes="What is extracted stands in the input by design.",
    example=TaskExample(
        {
            "record_id": "NCT90000001",
            "sections": [{"name": "criteria", "text": f"{TEXT}\n"}],
            "attributes": {"annotations": json.dumps(LINES)},
        },
        ((TEXT, answer(LINES, published=False)),),
        others=({"record_id": "NCT90000002", "sections": [], "attributes": {"annotations": json.dumps(LINES)}},),
    ),
)
