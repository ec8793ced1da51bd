"""The area of the exam that asks a question of HEAD-QA, in the form of Super-NaturalInstructions."""

from medslake.tasks import Task, TaskExample, as_spelled, is_one_of, wordings

LABELS = ("medicine", "nursery", "psychology", "chemistry", "pharmacology", "biology")
#: Counted from 0 here.
OPTIONS = "array_join(transform(options, o -> concat('<', cast(o.key as int) - 1, '> ', o.text)), ' ')"
NAMED = {"unknown label": is_one_of("topic", LABELS)}

TASK = Task(
    id="task25",
    name="head_qa_classification",
    category="Text Classification",
    domain="Exam",
    source="headqa",
    kind="questions",
    # The test exams are asked by task129.
    where="language = 'en' and split <> 'test'",
    requires={**NAMED, "it asks about a picture": "context is null"},
    input_sql=f"concat('Question: ', question, ' \\n Options:  ', {OPTIONS})",
    output_sql=as_spelled("topic", LABELS),
    paper={"where": "language = 'en'", "requires": NAMED},
    labels=LABELS,
    definitions=wordings(__file__),
    notes="HEAD-QA calls nursing nursery, as do the labels.",
    example=TaskExample(
        {
            "record_id": "en/Cuaderno_2013_1_E/1",
            "language": "en",
            "question": "Before giving insulin one checks:",
            "options": [{"key": "1", "text": "The glucose."}, {"key": "2", "text": "The height."}],
            "answer_keys": ["1"],
            "topic": "nursery",
        },
        (("Question: Before giving insulin one checks: \n Options:  <0> The glucose. <1> The height.", "nursery"),),
    ),
)
