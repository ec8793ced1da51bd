"""The discharge instructions of a MIMIC-IV discharge summary, for the patient, from all that stands before them."""

from medslake.tasks import WRITTEN, Task, TaskExample, stripped, wordings

HEADING = "Discharge Instructions:\\n"
HEADINGS = "from_json(attributes['headings'], 'ARRAY<STRING>')"
PLACE = "array_position(transform(sections, s -> s.name), 'discharge instructions')"
AHEAD = f"int(greatest({PLACE} - 1, 0))"
BEFORE = f"array_join(zip_with(slice({HEADINGS}, 1, {AHEAD}), slice(sections, 1, {AHEAD}), (h, s) -> concat(h, s.text)), '')"
#: A heading may be there twice, once with nothing or with the mark of removed text behind it.
INSTRUCTIONS = (
    f"get(filter(transform(filter(sections, s -> s.name = 'discharge instructions'), s -> {stripped('s.text')}), "
    "t -> t rlike '[A-Za-z]{2}'), 0)"
)
#: As the released script joins lines, without a blank in most cases.
JOINED = f"replace({WRITTEN}, ':\\n', ':<COLON_NEWLINE>')"
for pattern, by in (("\\n([a-z,_])", "$1"), ("\\n\\\\s+([a-z])", " $1"), ("\\n([,;:\\'\"().])", "$1")):
    JOINED = f"regexp_replace({JOINED}, '{pattern}', '{by}')"
JOINED = f"replace({JOINED}, ':<COLON_NEWLINE>', ':\\n')"

TEXTS = {"chief complaint": "\nA cough,\nat night\n \n", "discharge instructions": "\nRest.\n \n", "followup instructions": "\n___\n"}

TASK = Task(
    id="task76",
    name="mimic_iv_note_discharge_instruction_completion",
    category="Text Completion",
    domain="Medical Knowledge",
    source="mimic_iv_note",
    kind="documents",
    where="attributes['note_type'] in ('DS', 'AD')",
    requires={
        "no heading of discharge instructions": f"{PLACE} > 0",
        "nothing before the instructions": f"{stripped(BEFORE)} <> ''",
        "no words in the instructions": f"{INSTRUCTIONS} is not null",
    },
    input_sql=stripped(BEFORE),
    output_sql=INSTRUCTIONS,
    definitions=wordings(__file__),
    paper={
        "requires": {},
        "items": f"filter(array({JOINED}), t -> contains(t, '{HEADING}'))",
        "input_sql": f"substring(item, 1, locate('{HEADING}', item) - 1)",
        "output_sql": f"substring(item, locate('{HEADING}', item))",
    },
    example=TaskExample(
        {
            "record_id": "1-DS-1",
            "sections": [{"name": name, "text": text} for name, text in TEXTS.items()],
            "attributes": {"note_type": "DS", "headings": '["Chief Complaint:","Discharge Instructions:","Followup Instructions:"]'},
        },
        (("Chief Complaint:\nA cough,\nat night", "Rest."),),
    ),
)
