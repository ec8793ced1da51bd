"""A question that a passage answers."""

from medslake.tasks.base import Task, TaskExample
from medslake.tasks.parts.pubmed_passages import NEAR_PAPER_SIZE, PASSAGE
from medslake.tasks.parts.wordings import definitions

TASK = Task(
    id="task13",
    name="pubmedqa_question_generation",
    category="Text Completion",
    domain="Academical Papers",
    source="pubmedqa",
    kind="questions",
    input_language="English",
    output_language="English",
    where=NEAR_PAPER_SIZE,
    input_sql=PASSAGE,
    output_sql="question",
    definitions=definitions(
        plain=(
            "Read the passage from a biomedical abstract and write the question that the study set out to answer. Output one "
            "sentence that ends in a question mark and no further text.",
            "Here is a passage. Think of a question that can be answered with the information in it and that has only one right "
            "answer. Write that question, and only that.",
            "What does this passage let us decide? Put it as a question in a single sentence. The question should not need anything "
            "that the passage leaves out. Return just the question.",
        ),
        role=(
            "You are preparing a journal club. For the passage below, write the question that the group should be able to answer "
            "after reading it. Give one clear question, without hints to the answer.",
            "As a teacher of research methods, compose a question to test whether a student has understood this passage. It needs to "
            "be answerable from the text and free of ambiguity. Reply with the question alone.",
            "Imagine that you are the investigator who ran the study described here. State your research question in one sentence "
            "ending with a question mark. Leave out methods and results.",
        ),
        stepwise=(
            "First find out who was studied and what was measured. Then find out what was compared. Finally turn this into one "
            "question that the passage answers, and output the question only.",
            "Step 1: read the passage. Step 2: sum up in your mind what it shows. Step 3: ask for exactly that in one sentence with "
            "a question mark. Print the sentence of step 3 and nothing else.",
            "Identify the subject, then the finding, then the uncertainty that the study removes. Write the uncertainty as one "
            "question; do not show the intermediate steps.",
        ),
        formal=(
            "Given a passage of biomedical literature, formulate one question whose answer is contained in the passage. The question "
            "shall be unambiguous and shall admit of a single answer. No other output is permitted.",
            "The research question addressed by the input passage is to be stated as one interrogative sentence. The sentence shall "
            "be comprehensible without the passage and decidable by means of it.",
            "From the supplied abstract text, derive the question under investigation. The output must consist of this question "
            "exclusively and should avoid verbatim reuse of longer phrases.",
        ),
        terse=(
            "Write one question that this passage answers. Question only.",
            "Passage in, research question out. One sentence with a question mark.",
            "Generate an unambiguous question answerable from the text. Nothing but the question.",
        ),
    ),
    example=TaskExample(
        row={
            "record_id": "90000002",
            "question": "Is a second dose needed after a mild reaction?",
            "topic": "PQA-L",
            "context": [
                {"name": "METHODS", "text": "Sixty adults with a mild reaction were observed for a day."},
                {"name": "RESULTS", "text": "Two of them needed a second dose."},
            ],
        },
        instances=(
            (
                "Sixty adults with a mild reaction were observed for a day.\nTwo of them needed a second dose.",
                "Is a second dose needed after a mild reaction?",
            ),
        ),
    ),
)
