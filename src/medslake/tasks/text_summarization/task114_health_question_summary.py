"""The short form of a consumer's long health question."""

from medslake.tasks.base import Bench, Task, TaskExample
from medslake.tasks.parts.wordings import definitions

_SECTION = "element_at(filter(sections, s -> s.name = '{}'), 1).text"

TASK = Task(
    id="task114",
    name="medqsum_text_summurization",
    category="Text Summarization",
    domain="Medical Knowledge",
    source="meqsum",
    kind="documents",
    input_language="English",
    output_language="English",
    where="exists(sections, s -> s.name = 'question') and exists(sections, s -> s.name = 'summary')",
    input_sql=_SECTION.format("question"),
    output_sql=_SECTION.format("summary"),
    bench=Bench(group="summarization", metrics=("text_similarity",), dataset="MedQSum (MeQSum)", size=100),
    notes="The spelling of the name is that of MedS-Ins.",
    definitions=definitions(
        plain=(
            "A person has sent a long question about health. Write the same question in short form, as one or two sentences with a "
            "question mark. Keep the disease, drug or test it is about and drop the story around it.",
            "Sum up the health question below in a single short question. It should ask for all that the person wants to know and "
            "for nothing more. Output the question only.",
            "Shorten this message to the question at its core. Use medical terms where the writer describes something clumsily, and "
            "return just the short question.",
        ),
        role=(
            "You are a librarian at a medical library who passes letters from the public on to experts. Condense the letter into the "
            "question that the expert has to answer. Write that question alone.",
            "As an editor of a health information site, rewrite the visitor's long enquiry as a brief question fit for a search. "
            "Leave out names, thanks and personal history, and give the question only.",
            "Imagine that a doctor has ten seconds to see what this person wants. Put it into one concise question, ending in a "
            "question mark, without any introduction.",
        ),
        stepwise=(
            "First find the topic of the message. Then find what is asked about it. Finally write a short question that has both. "
            "Output the short question and not the steps.",
            "Step 1: strike out greetings and background. Step 2: keep what the person wants to learn. Step 3: put it as a brief "
            "question. Print the result of step 3.",
            "Read the enquiry, name the condition or drug in question, name the kind of information sought, and then combine the two "
            "in one short interrogative sentence.",
        ),
        formal=(
            "Given a consumer health question, generate a summary in the form of a concise question. The summary shall preserve the "
            "information need and shall be answerable in its place. No other text is admitted.",
            "The input is a lengthy enquiry by a layperson. The output shall be the shortest question that retains its medical focus "
            "and intent.",
            "An abbreviated formulation of the following health question is required. It must be interrogative, self-contained and "
            "limited to one or two sentences.",
        ),
        terse=(
            "Summarise the health question as one short question.",
            "Long enquiry in, short question out. Question only.",
            "Condense to the essential question, with a question mark.",
        ),
    ),
    example=TaskExample(
        row={
            "record_id": "000001",
            "sections": [
                {
                    "name": "question",
                    "text": (
                        "Good day, my aunt of 71 has had hiccups for a week after an operation on her stomach. She hardly sleeps. Thank "
                        "you."
                    ),
                },
                {"name": "summary", "text": "What are the treatments for persistent hiccups after gastric surgery?"},
            ],
        },
        instances=(
            (
                "Good day, my aunt of 71 has had hiccups for a week after an operation on her stomach. She hardly sleeps. Thank you.",
                "What are the treatments for persistent hiccups after gastric surgery?",
            ),
        ),
    ),
)
