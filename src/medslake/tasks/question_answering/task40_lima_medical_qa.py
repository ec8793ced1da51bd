"""What an assistant says to people who ask about health, of LIMA's conversations on any matter."""

from medslake.tasks import Task, TaskExample, wordings

ASKED, TOLD = (
    "why do my ears pop on a plane lol",
    "The pressure in the cabin changes faster than that behind your eardrum. Yawning evens it out.",
)

TASK = Task(
    id="task40",
    name="lima_medical_qa",
    category="Question Answering",
    domain="Medical Knowledge",
    source="lima",
    kind="dialogues",
    judged_by="lexical",
    requires={"no reply": "size(turns) >= 2 and element_at(turns, -1).speaker = 'assistant'"},
    input_sql="array_join(transform(slice(turns, 1, size(turns) - 1), t -> t.text), '\\n')",
    output_sql="element_at(turns, -1).text",
    definitions=wordings(__file__),
    notes="MedS-Ins has 23 instances, chosen by tags of a model; here the lexical tagger does: run medslake tag silver.dialogues first.",
    example=TaskExample(
        {
            "record_id": "train/000007",
            "turns": [{"speaker": "user", "text": ASKED}, {"speaker": "assistant", "text": TOLD}],
        },
        ((ASKED, TOLD),),
        others=({"record_id": "test/000001", "turns": [{"speaker": "user", "text": "Is a fever useful?"}]},),
    ),
)
