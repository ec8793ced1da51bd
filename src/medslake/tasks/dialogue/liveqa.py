"""What the National Library of Medicine answers to a consumer's message."""

from medslake.tasks import Task, TaskExample, wordings

ASKED, REPLY = "My skin peels since I take drops for acne. Is that normal?", "Peeling is common in the first weeks of treatment."

TASK = Task(
    id="task62",
    name="liveqa_medical_filtered_conversation",
    category="Dialogue",
    domain="Daily Conversation",
    source="liveqa",
    kind="questions",
    requires={"no message": "trim(question) <> ''", "no answer": "trim(answer) <> ''"},
    input_sql="question",
    output_sql="answer",
    # The subject of a message stands in for it here where there is none.
    paper={"requires": {}, "input_sql": "if(array_contains(context.text, question), '', question)"},
    definitions=wordings(__file__),
    notes="A message with several questions has an answer for each; MedS-Ins filtered the pairs by a rule that is not published.",
    example=TaskExample(
        {
            "record_id": "Train-1/Q9/1-1",
            "question": ASKED,
            "context": [{"name": "subject", "text": "acne"}],
            "answer": REPLY,
        },
        ((ASKED, REPLY),),
        others=({"record_id": "Train-1/Q9/1-2", "question": ASKED, "answer": " "},),
    ),
)
