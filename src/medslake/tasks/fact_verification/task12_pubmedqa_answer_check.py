"""Does an answer belong to a question?"""

from medslake.tasks.base import Bench, Pairing, Task, TaskExample
from medslake.tasks.parts.choices import one_of
from medslake.tasks.parts.pubmed_passages import HAS_CONCLUSION, NEAR_PAPER_SIZE
from medslake.tasks.parts.wordings import definitions

#: Half of the rows, by hash of the record, keep their own answer; so does a row that has no partner.
_OWN = "(partner is null or pmod(xxhash64(record_id, 12), 2) = 0)"

TASK = Task(
    id="task12",
    name="pubmedqa_classification",
    category="Fact Verification",
    domain="Academical Papers",
    source="pubmedqa",
    kind="questions",
    input_language="English",
    output_language="English",
    where=f"{NEAR_PAPER_SIZE} and {HAS_CONCLUSION}",
    pairing=Pairing(columns=("long_answer",), used=f"not {_OWN}"),
    input_sql=f"concat('Question: ', question, '\\nAnswer: ', if({_OWN}, long_answer, partner.long_answer))",
    output_sql=f"if({_OWN}, 'yes', 'no')",
    choices_sql=one_of(("yes", "no")),
    labels=("yes", "no"),
    bench=Bench(group="fact_verification", metrics=("fact_verification",), dataset="PubMedQA", size=650),
    notes=(
        "In MedS-Bench all 650 golds of this task are 'no', so that a constant answer scores 100. Here both labels occur: about half "
        "of the questions keep their own conclusion, the others get that of another record of the same split, the next in a seeded "
        "hash order."
    ),
    definitions=definitions(
        plain=(
            "You get a question and an answer. Say whether the answer actually answers the question: write yes if it does and no if "
            "it does not, in lower case and without anything else.",
            "Decide if the answer below belongs to the question above it. Reply with the single word yes when it responds to what is "
            "asked, or the single word no when it speaks of something else.",
            "Check the pair of question and answer. If the answer addresses the question, output yes; if it misses the point, output "
            "no. One word only.",
        ),
        role=(
            "You are a moderator of a medical question site. A reply has been posted under a question. Approve it with yes if it "
            "answers that question or reject it with no if it does not; use just that word.",
            "As a reviewer of a question-answering data set, verify this pair. Mark it yes when the answer resolves the question and "
            "no when it does not. Your mark is the whole output.",
            "Imagine you check students' answers for relevance, not for truth. Write yes if the student answers the question that "
            "was put, no if the student answers another one. Add no remark.",
        ),
        stepwise=(
            "First find out what the question asks. Then find out what the answer states. If the statement settles what is asked, "
            "write yes; otherwise write no. Write this one word only.",
            "Step 1: name the topic of the question to yourself. Step 2: name the topic of the answer. Step 3: compare them and "
            "print yes if the answer answers the question, or no if it does not.",
            "Read the question, then the answer, then ask yourself whether someone who put this question would be served by it. "
            "Finish with yes or no, in lower case, and nothing more.",
        ),
        formal=(
            "Given a question and a candidate answer, determine whether the candidate answers the question. The output shall be yes "
            "in the affirmative case and no in the negative case; no further text is admitted.",
            "The task is a binary classification of question and answer pairs. The admissible outputs are yes (the answer is "
            "responsive to the question) and no (the answer is not responsive). Exactly one of them is to be returned.",
            "It is to be verified that the answer corresponds to the question stated. Where it corresponds, return yes. Where it "
            "does not, return no. The response must consist of that token alone.",
        ),
        terse=(
            "Does the answer fit the question? yes or no.",
            "Classify the pair: yes = answers the question, no = does not. One word.",
            "Answer relevant to the question: yes / no. Output the word only.",
        ),
    ),
    example=TaskExample(
        row={
            "record_id": "90000003",
            "question": "Does the device warm premature infants?",
            "topic": "PQA-L",
            "context": [{"name": "RESULTS", "text": "Temperatures rose."}],
            "long_answer": "The device keeps premature infants warm.",
        },
        others=(
            {
                "record_id": "90000004",
                "question": "Do older surgeons operate faster?",
                "topic": "PQA-L",
                "context": [{"name": "RESULTS", "text": "Times did not differ."}],
                "long_answer": "Age of the surgeon does not affect operating time.",
            },
            {
                "record_id": "90000006",
                "question": "Is there a role for tea in wound care?",
                "topic": "PQA-L",
                "context": [{"name": "RESULTS", "text": "Nothing changed."}],
                "long_answer": "",
            },
        ),
        instances=(
            (
                "Question: Does the device warm premature infants?\nAnswer: Age of the surgeon does not affect operating time.",
                "no",
            ),
            (
                "Question: Do older surgeons operate faster?\nAnswer: Age of the surgeon does not affect operating time.",
                "yes",
            ),
        ),
    ),
)
