"""Sex and age of the patient of a case report."""

from medslake.tasks import Bench, Task, TaskExample, filled_sections, section, wordings

TEXT = "A 41-year-old baker came with an itch. She had baked all night."
ROW = {"record_id": "900-1", "sections": [{"name": "patient", "text": TEXT}]}
AGE = "attributes['age']"

TASK = Task(
    id="task74",
    name="pmc_patient_case_report_basic_information_extraction",
    category="Information Extraction",
    domain="Academical Papers",
    source="pmc_patients",
    kind="documents",
    requires={
        "no text": filled_sections("patient"),
        "no sex": "attributes['gender'] in ('M', 'F')",
        "no age": f"{AGE} like '[[%'",
    },
    input_sql=section("patient"),
    output_sql=f"concat('Gender: ', attributes['gender'], '\\n\\nAge: ', {AGE})",
    paper={"output_sql": f"concat('Gender: ', attributes['gender'], ' \\n\\nAge: \"', {AGE}, '\"')"},
    definitions=wordings(__file__),
    bench=Bench("information_extraction", ("information_extraction",), "PMC-Patient", size=1500),
    notes="That the published output has a blank and quotation marks is read from the scorer and from a description; no file was at hand.",
    example=TaskExample(
        {**ROW, "attributes": {"gender": "F", "age": "[[41.0, 'year']]"}},
        ((TEXT, "Gender: F\n\nAge: [[41.0, 'year']]"),),
        others=({**ROW, "record_id": "901-1", "attributes": {"gender": "F"}},),
    ),
    version=2,
)
