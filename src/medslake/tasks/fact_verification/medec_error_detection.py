"""Which sentence of a clinical text is wrong, if any is."""

from medslake.tasks import Task, TaskExample, filled_sections, section, wordings

NONE = "CORRECT"
SENTENCES = "0 She coughs.\n1 Tea harms."
FINE = "0 He itches.\n1 Rest helps."

TASK = Task(
    id="medec_error_detection",
    name="medec_error_detection",
    category="Fact Verification",
    domain="Clinical Text",
    source="medec",
    kind="documents",
    requires={
        "no numbered sentences": filled_sections("sentences"),
        "the wrong sentence is not numbered": "attributes['error_flag'] = '0' or attributes['error_sentence_id'] rlike '^[0-9]+$'",
    },
    input_sql=f"trim(BOTH ' \\n' FROM replace({section('sentences')}, '\\r', ''))",
    output_sql=f"if(attributes['error_flag'] = '1', concat('Sentence ', attributes['error_sentence_id']), '{NONE}')",
    definitions=wordings(__file__, none=NONE),
    notes="Error detection, which MedS-Ins lacks.",
    example=TaskExample(
        {
            "record_id": "ms-1",
            "sections": [{"name": "sentences", "text": SENTENCES}],
            "attributes": {"error_flag": "1", "error_type": "treatment", "error_sentence_id": "1"},
        },
        ((SENTENCES, "Sentence 1"), (FINE, NONE)),
        others=({"record_id": "ms-2", "sections": [{"name": "sentences", "text": FINE}], "attributes": {"error_flag": "0"}},),
    ),
)
