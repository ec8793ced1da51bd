"""What tasks 123 and 124 share: yes, no or maybe to a research question, read from the passages of its abstract."""

from medslake.tasks.parts.pubmed_passages import PASSAGE
from medslake.tasks.parts.wordings import definitions

__all__ = ["INPUT", "LABELS", "VERDICT_DEFINITIONS"]

LABELS = ("yes", "no", "maybe")
INPUT = f"concat('Context: ', {PASSAGE}, '\\nQuestion: ', question)"

VERDICT_DEFINITIONS = definitions(
    plain=(
        "The context comes from a biomedical paper. Use it to answer the closed question that follows. Write yes, no or maybe, "
        "whichever the context supports, and no other word.",
        "Read the context and reply to the question with one word: yes if the findings affirm it, no if they deny it, maybe if they "
        "leave it open.",
        "Answer the question from the context. There are three possible answers, namely yes, no and maybe; output exactly one of "
        "them in lower case.",
    ),
    role=(
        "You are a researcher who sums up abstracts for a busy clinic. For the question and context below, give your verdict as yes, "
        "no or maybe. The verdict is the entire reply.",
        "As a reviewer of clinical evidence, judge whether the context settles the question. Enter yes for a positive finding, no "
        "for a negative finding and maybe for an undecided one; write nothing besides.",
        "Imagine a colleague asks you this question and you have only the abstract at hand. Respond with yes, no or maybe according "
        "to what it reports, without explanation.",
    ),
    stepwise=(
        "First read the question. Then look up in the context what was found. If it speaks for the statement in the question, write "
        "yes; if against, no; if it cannot be told, maybe. Output the word only.",
        "Step 1: turn the question into a claim. Step 2: hold the claim against the results in the context. Step 3: print yes when "
        "it holds, no when it fails and maybe when the results are mixed.",
        "Find the result that bears on the question, weigh how certain it is, and then settle for yes, no or maybe. Give that single "
        "word after you have finished thinking.",
    ),
    formal=(
        "Given a context from the biomedical literature and a closed question, the answer is to be selected from the set {yes, no, "
        "maybe}. The output shall be the selected element alone.",
        "The question shall be answered on the basis of the context exclusively. Admissible answers are yes, no and maybe, the last "
        "being reserved for inconclusive evidence. Exactly one answer is required.",
        "Classify the response of the evidence to the question as yes (affirmed), no (refuted) or maybe (not determined). The "
        "classification must be given in lower case and unaccompanied by other text.",
    ),
    terse=(
        "Context, then question. Answer yes, no or maybe.",
        "Closed biomedical question: reply with yes / no / maybe only.",
        "One word from the context's evidence: yes, no or maybe.",
    ),
)
