"""The right sentence in place of the wrong one of a clinical text."""

from medslake.tasks import Task, TaskExample, filled_sections, section, wordings

TEXT, WRONG, RIGHT = (section(name) for name in ("text", "error_sentence", "corrected_sentence"))
SECTIONS = [
    {"name": "text", "text": "She coughs. Tea harms."},
    {"name": "error_sentence", "text": "Tea harms."},
    {"name": "corrected_sentence", "text": "Tea helps."},
]

TASK = Task(
    id="medec_error_correction",
    name="medec_error_correction",
    category="Sentence Composition Analysis",
    domain="Clinical Text",
    source="medec",
    kind="documents",
    where="attributes['error_flag'] = '1'",
    requires={
        "no wrong or no right sentence": filled_sections("text", "error_sentence", "corrected_sentence"),
        "the text holds the right sentence too": f"instr({TEXT}, trim({RIGHT})) = 0",
    },
    input_sql=f"concat('Text: ', trim({TEXT}), '\\nWrong sentence: ', trim({WRONG}))",
    output_sql=f"trim({RIGHT})",
    definitions=wordings(__file__),
    notes="Error correction, which MedS-Ins lacks. Much of the right sentence is the wrong one by nature.",
    example=TaskExample(
        {"record_id": "ms-1", "sections": SECTIONS, "attributes": {"error_flag": "1", "error_type": "treatment", "error_sentence_id": "1"}},
        (("Text: She coughs. Tea harms.\nWrong sentence: Tea harms.", "Tea helps."),),
        others=({"record_id": "ms-2", "sections": SECTIONS[:1], "attributes": {"error_flag": "0"}},),
    ),
)
