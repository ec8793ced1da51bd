"""Do two questions of patients ask the same?"""

from medslake.tasks import Task, TaskExample, wordings

LABELS = ("Similar", "Dissimilar")
ASKED = "May I swim with this rash?"


def row(number: int, other: str, label: str) -> dict[str, object]:
    return {
        "record_id": f"{number:06d}",
        "text": ASKED,
        "candidates": [{"id": None, "text": other, "label": label, "explanation": None}],
        "label_set": "question_similarity",
    }


TASK = Task(
    id="task38",
    name="medical_question_pair_dataset_text_classification",
    category="Text Retrieval",
    domain="Daily Conversation",
    source="medical_question_pairs",
    kind="pairs",
    where="label_set = 'question_similarity'",
    requires={"no verdict": "candidates[0].label in ('similar', 'dissimilar')"},
    # As published, blanks around the line break included.
    input_sql="concat('Sentence1: ', text, ' \\n Sentence2: ', candidates[0].text)",
    output_sql="initcap(candidates[0].label)",
    labels=LABELS,
    definitions=wordings(__file__),
    example=TaskExample(
        row(1, "Is swimming safe while my skin is red?", "similar"),
        (
            (f"Sentence1: {ASKED} \n Sentence2: Is swimming safe while my skin is red?", "Similar"),
            (f"Sentence1: {ASKED} \n Sentence2: What is a rash?", "Dissimilar"),
        ),
        others=(row(2, "What is a rash?", "dissimilar"),),
    ),
)
