"""What a code of ICD-10 stands for."""

from medslake.tasks import Task, TaskExample, wordings


def _told(name: str) -> str:
    return f"get(filter(attributes, a -> a.name = '{name}'), 0).value"


IS_DIAGNOSIS = f"{_told('system')} = 'ICD-10-CM'"
#: Titles of a tree of ICD-10-PCS, and the last code of each table; not those of an order file.
IN_TREE = f"{_told('billable')} is null and ({_told('table')} is null or {_told('last_of')} is not null)"


def _code(concept: str, name: str, **attributes: str) -> dict[str, object]:
    told = [{"name": key, "value": value} for key, value in attributes.items()]
    return {"record_id": concept, "concept_id": concept, "name": name, "attributes": told}


TASK = Task(
    id="task115",
    name="icd10_code_explanation",
    category="Explanation",
    domain="Medical Knowledge",
    source="icd10_order",
    kind="concepts",
    # All of ICD-10-CM, and of the codes of ICD-10-PCS a seeded eighth: about as many as MedS-Ins has.
    where=f"{IS_DIAGNOSIS} or pmod(xxhash64(record_id, 2025), 8) = 0",
    input_sql=_told("code"),
    output_sql="name",
    # The released converter gives the name of a table of ICD-10-PCS the title of its last code, and leaves out the codes.
    paper={"where": f"{IS_DIAGNOSIS} or {IN_TREE}", "input_sql": f"coalesce({_told('last_of')}, {_told('code')})"},
    definitions=wordings(__file__),
    example=TaskExample(
        _code("ICD10CM:U90.01XA", "Ember fever, first visit", code="U9001XA", system="ICD-10-CM"),
        (("U9001XA", "Ember fever, first visit"),),
    ),
)
