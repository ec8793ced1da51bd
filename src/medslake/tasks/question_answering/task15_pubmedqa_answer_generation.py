"""The conclusion that answers a question from its passages."""

from medslake.tasks.base import Task, TaskExample
from medslake.tasks.parts.pubmed_passages import HAS_CONCLUSION, NEAR_PAPER_SIZE, PASSAGE
from medslake.tasks.parts.wordings import definitions

TASK = Task(
    id="task15",
    name="pubmedqa_answer_generation",
    category="Question Answering",
    domain="Academical Papers",
    source="pubmedqa",
    kind="questions",
    input_language="English",
    output_language="English",
    where=f"{NEAR_PAPER_SIZE} and {HAS_CONCLUSION}",
    input_sql=f"concat('Question: ', question, '\\nContext: ', {PASSAGE})",
    output_sql="long_answer",
    definitions=definitions(
        plain=(
            "Answer the question with the help of the context, which comes from a biomedical abstract. Write one to three full "
            "sentences that state the conclusion, and rest them on the context alone.",
            "Read the context and use it to answer the question. Give the conclusion in plain sentences; do not answer with a bare "
            "yes or no and do not repeat the question.",
            "A question and the passages of a study are given. Write the short concluding paragraph that answers the question from "
            "these passages. Add nothing that they do not support.",
        ),
        role=(
            "You are the author of the study described in the context. Write its conclusion as an answer to the question, in a few "
            "sentences and without listing the methods again.",
            "As a clinician who reads abstracts for colleagues, answer their question in one to three sentences from the context you "
            "are given. Say how far the findings go, and output only the answer.",
            "Imagine you write the bottom line of an evidence summary. Using the context, state what it means for the question. Keep "
            "to a short paragraph of running text.",
        ),
        stepwise=(
            "First read the question. Then pick the findings of the context that bear on it. Finally write a short answer in full "
            "sentences that follows from these findings; show the answer only.",
            "Step 1: understand what is asked. Step 2: weigh the results in the context. Step 3: write the conclusion, at most three "
            "sentences long. Return the text of step 3.",
            "Go through the context once for the design and once for the results, then draw the conclusion that answers the "
            "question. Put down just this conclusion as prose.",
        ),
        formal=(
            "Given a question and a context, an answer is to be generated on the basis of the context exclusively. The answer shall "
            "consist of one to three declarative sentences.",
            "The output shall be the conclusion warranted by the supplied context with regard to the supplied question, expressed in "
            "continuous text and free of information from other sources.",
            "Provide a concise, evidence-based response to the question. Only evidence contained in the context may be used. The "
            "response must be a short paragraph without headings or lists.",
        ),
        terse=(
            "Answer the question from the context. One to three sentences.",
            "Question + context: write the conclusion. Short prose, no list.",
            "State the answer the context supports, in full sentences, nothing else.",
        ),
    ),
    example=TaskExample(
        row={
            "record_id": "90000010",
            "question": "Does chilled saline shorten the procedure?",
            "topic": "PQA-L",
            "context": [{"name": "RESULTS", "text": "The procedure took 20 minutes with chilled and 21 with warm saline."}],
            "long_answer": "Chilling the saline made no useful difference.",
        },
        instances=(
            (
                "Question: Does chilled saline shorten the procedure?\n"
                "Context: The procedure took 20 minutes with chilled and 21 with warm saline.",
                "Chilling the saline made no useful difference.",
            ),
        ),
    ),
)
