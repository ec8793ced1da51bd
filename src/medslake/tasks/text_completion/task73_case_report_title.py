"""The title of a case report."""

from medslake.tasks import Task, TaskExample, has_sections, holds, section, wordings

CASE = "A 52-year-old glassblower had noticed slack cheeks for two years. Imaging showed air in both parotid ducts."
TITLE = "Air in the salivary ducts of a glassblower: a case report"
PATIENT = [{"name": "patient", "text": CASE}]
GIVEN_AWAY = {"record_id": "901-1", "title": "Slack cheeks", "sections": PATIENT}

TASK = Task(
    id="task73",
    name="pmc_patient_case_report_title_generation",
    category="Text Completion",
    domain="Academical Papers",
    source="pmc_patients",
    kind="documents",
    requires={
        "no title or no patient": f"{has_sections('patient')} and trim(title) <> ''",
        "the text holds the title": f"not {holds(section('patient'), 'title')}",
    },
    input_sql=section("patient"),
    output_sql="title",
    definitions=wordings(__file__),
    notes="Patients of one article share its title.",
    example=TaskExample({"record_id": "900-1", "title": TITLE, "sections": PATIENT}, ((CASE, TITLE),), others=(GIVEN_AWAY,)),
)
