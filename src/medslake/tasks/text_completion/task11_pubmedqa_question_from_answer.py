"""A question for a passage and the conclusion that answers it."""

from medslake.tasks.base import Task, TaskExample
from medslake.tasks.parts.pubmed_passages import HAS_CONCLUSION, NEAR_PAPER_SIZE, PASSAGE
from medslake.tasks.parts.wordings import definitions

TASK = Task(
    id="task11",
    name="pubmedqa_question_generation",
    category="Text Completion",
    domain="Academical Papers",
    source="pubmedqa",
    kind="questions",
    input_language="English",
    output_language="English",
    where=f"{NEAR_PAPER_SIZE} and {HAS_CONCLUSION}",
    input_sql=f"concat('Context: ', {PASSAGE}, '\\nAnswer: ', long_answer)",
    output_sql="question",
    definitions=definitions(
        plain=(
            "Below you find a passage from a biomedical article and an answer. Write the one question that the answer responds to. "
            "The passage must be enough to answer it. Output the question alone, as a single sentence ending in a question mark.",
            "A context and an answer are given. Work out which research question they belong to and write it down. Use your own "
            "wording where you can; return one interrogative sentence and nothing more.",
            "Write a question that fits the given answer and can be settled with the given context. It should have a single meaning "
            "and a single answer. Reply with the question only.",
        ),
        role=(
            "You are the author of the article excerpted here and need a title in the form of a question. The answer is your "
            "conclusion. Write the question, one sentence with a question mark, without quoting the passage at length.",
            "As an examiner in evidence-based medicine, turn the context and its answer into an examination question whose key is "
            "that answer. Give just the question; it must be clear to someone who reads the context.",
            "Imagine you edit a question-answering collection. For this context and answer, supply the missing question. It must be "
            "unambiguous and answerable from the context. Enter only the question text.",
        ),
        stepwise=(
            "First read the context, then the answer. Next, decide what a reader would have had to ask to receive that answer. "
            "Finally write this question as one sentence ending with a question mark; do not write the steps.",
            "Step 1: find the main claim of the answer. Step 2: find the population and the variables in the context. Step 3: "
            "combine them into one question that the answer settles. Output step 3 only.",
            "Look for what was studied, then for what was concluded, and then phrase the question that leads from one to the other. "
            "Print that single question without any introduction.",
        ),
        formal=(
            "Given a context and an answer derived from it, a question is to be formulated to which the answer is the unique "
            "response. The output shall be one interrogative sentence and shall contain no other material.",
            "The input comprises a passage of scientific text and the corresponding answer. The required output is the corresponding "
            "question, which shall be unambiguous, self-contained and decidable on the basis of the passage alone.",
            "Reconstruct the research question underlying the supplied context and answer. The reconstruction must be expressed as "
            "exactly one question and should not merely repeat phrases of the context.",
        ),
        terse=(
            "Context and answer given. Write the question. One sentence, question mark, nothing else.",
            "Generate the question that this answer resolves, based on the context. Output: question only.",
            "Infer the question from context + answer. It must be answerable from the context. Return just the question.",
        ),
    ),
    example=TaskExample(
        row={
            "record_id": "90000001",
            "question": "Does walking before breakfast lower fasting glucose?",
            "topic": "PQA-L",
            "context": [
                {"name": "OBJECTIVE", "text": "We asked whether a morning walk changes fasting glucose."},
                {"name": "RESULTS", "text": "Glucose fell by 0.4 mmol/L in walkers."},
            ],
            "long_answer": "A walk before breakfast lowers fasting glucose slightly.",
        },
        instances=(
            (
                "Context: We asked whether a morning walk changes fasting glucose.\nGlucose fell by 0.4 mmol/L in walkers.\n"
                "Answer: A walk before breakfast lowers fasting glucose slightly.",
                "Does walking before breakfast lower fasting glucose?",
            ),
        ),
    ),
)
