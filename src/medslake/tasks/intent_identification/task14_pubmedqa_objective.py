"""Does a passage state an objective?"""

from medslake.tasks.base import Task, TaskExample
from medslake.tasks.parts.pubmed_passages import NEAR_PAPER_SIZE, PASSAGE
from medslake.tasks.parts.wordings import definitions

#: Section names and words with which authors of structured abstracts announce their aim.
_HEADED = "exists(context, c -> upper(c.name) rlike 'OBJECTIVE|AIM|PURPOSE|GOAL')"
_SAID = f"{PASSAGE} rlike '(?i)\\\\b(aims?|aimed|objectives?|purposes?|goals?)\\\\b'"

TASK = Task(
    id="task14",
    name="pubmedqa_classification",
    category="Intent Identification",
    domain="Academical Papers",
    source="pubmedqa",
    kind="questions",
    input_language="English",
    output_language="English",
    where=NEAR_PAPER_SIZE,
    input_sql=PASSAGE,
    output_sql=f"if({_HEADED} or {_SAID}, '1', '0')",
    labels=("1", "0"),
    notes=(
        "PubMedQA has no such label. It is read off the abstract: 1 where a section is headed as objective, aim, purpose or goal, or "
        "one of these words is used. The section names are not part of the input."
    ),
    definitions=definitions(
        plain=(
            "Does this passage say what the study wanted to achieve? Write 1 if it states a definite objective, aim, purpose or "
            "goal, and write 0 if it does not. Output the digit alone.",
            "Read the passage and look for a clear aim. When one is given, answer 1; when none is given, answer 0. No other "
            "characters are wanted.",
            "Tell passages with a stated goal from those without. Your answer is 1 for a passage that has an objective and 0 for one "
            "that has none.",
        ),
        role=(
            "You are a referee who checks abstracts for a stated objective. Enter 1 when the authors make their aim clear in the "
            "passage and 0 when they leave it out. Enter nothing else.",
            "As an indexer of structured abstracts, flag whether this one includes its purpose. The flag is 1 for present and 0 for "
            "absent; return only the flag.",
            "Imagine you teach scientific writing and mark whether students announced their goal. Give 1 to a passage that does and "
            "0 to a passage that does not, without comment.",
        ),
        stepwise=(
            "First read all sentences. Then ask of each whether it says what the work is for. If at least one does, print 1; if none "
            "does, print 0. Print the digit only.",
            "Step 1: search the passage for an aim, an objective, a purpose or a goal. Step 2: check that it is the aim of this very "
            "work. Step 3: answer 1 if you found one, otherwise 0.",
            "Find the sentence that tells why the study was done. If you can point to it, output 1. If you reach the end without it, "
            "output 0. Do not quote the sentence.",
        ),
        formal=(
            "Determine whether the passage contains a definite statement of objective. The output shall be 1 if such a statement is "
            "contained and 0 if it is not; any other output is invalid.",
            "Binary classification of abstracts: class 1 comprises passages in which the goal of the study is stated, class 0 "
            "comprises all remaining passages. Return the class as a single digit.",
            "The presence of an explicit aim in the input is to be assessed. Presence is denoted by 1 and absence by 0. The response "
            "consists of the respective digit.",
        ),
        terse=(
            "Objective stated? 1 = yes, 0 = no. Digit only.",
            "Output 1 if the passage has a definite aim, else 0.",
            "Detect a stated goal or purpose: 1 present, 0 absent.",
        ),
    ),
    example=TaskExample(
        row={
            "record_id": "90000007",
            "topic": "PQA-L",
            "context": [{"name": "AIMS", "text": "To compare two dressings."}, {"name": "RESULTS", "text": "Healing took ten days."}],
        },
        others=(
            {"record_id": "90000008", "topic": "PQA-L", "context": [{"name": "BACKGROUND", "text": "The goal was to reduce waiting."}]},
            {"record_id": "90000009", "topic": "PQA-L", "context": [{"name": "RESULTS", "text": "Patients claimed relief."}]},
        ),
        instances=(
            ("To compare two dressings.\nHealing took ten days.", "1"),
            ("The goal was to reduce waiting.", "1"),
            ("Patients claimed relief.", "0"),
        ),
    ),
)
