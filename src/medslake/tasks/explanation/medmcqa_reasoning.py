"""The explanation of an entrance exam's question, and the right option behind it."""

from medslake.tasks import HAS_KEYED_ANSWER, LAYOUTS, Task, TaskExample, wordings

WORDS = LAYOUTS["en"]
WHY = "Lipase splits triglycerides; pepsin splits proteins."

TASK = Task(
    id="task63",
    name="medmcqa_chain_of_thought",
    category="Explanation",
    domain="Exam",
    source="medmcqa",
    kind="questions",
    requires={"no answer among the options": HAS_KEYED_ANSWER, "no explanation": "trim(rationale) <> ''"},
    input_sql=WORDS.question_sql,
    output_sql=f"concat('Explanation: ', trim(rationale), '\\n', {WORDS.answer_sql})",
    definitions=wordings(__file__),
    notes="In which form the published answers tell explanation and option is not known; this one is ours.",
    example=TaskExample(
        {
            "record_id": "m2",
            "question": "Which enzyme splits fats?",
            "options": [{"key": "A", "text": "Pepsin"}, {"key": "B", "text": "Lipase"}],
            "answer_keys": ["B"],
            "rationale": WHY,
        },
        (
            (
                "Question: Which enzyme splits fats?\nOptions: A: Pepsin\tB: Lipase",
                f"Explanation: {WHY}\nThe right answer is B: Lipase",
            ),
        ),
    ),
)
