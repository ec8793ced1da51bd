"""The number of the right option of a question of HEAD-QA, in the form of Super-NaturalInstructions."""

from medslake.tasks import HAS_KEYED_ANSWER, Task, TaskExample, wordings

OPTIONS = "array_join(transform(options, o -> concat('<', o.key, '> ', o.text)), ' ')"
KEYED = {"no answer among the options": HAS_KEYED_ANSWER}
TEXTS = ("Sodium.", "Calcium.", "Potassium.", "Zinc.")

TASK = Task(
    id="task22",
    name="head_qa_answer_generation",
    category="Question Answering",
    domain="Exam",
    source="headqa",
    kind="questions",
    # The test exams are asked by task129.
    where="language = 'en' and split <> 'test'",
    requires={**KEYED, "it asks about a picture": "context is null"},
    input_sql=f"concat('Question: ', question, ' \\n Options:  ', {OPTIONS})",
    output_sql="answer_keys[0]",
    paper={"where": "language = 'en'", "requires": KEYED},
    labels=("1", "2", "3", "4", "5"),
    definitions=wordings(__file__),
    notes="The published definition names the numbers 1 to 4; in older exams there are five options.",
    example=TaskExample(
        {
            "record_id": "en/Cuaderno_2013_1_B/1",
            "language": "en",
            "question": "The ion that repolarises the axon is:",
            "options": [{"key": str(at), "text": text} for at, text in enumerate(TEXTS, start=1)],
            "answer_keys": ["3"],
        },
        (("Question: The ion that repolarises the axon is: \n Options:  <1> Sodium. <2> Calcium. <3> Potassium. <4> Zinc.", "3"),),
    ),
)
