"""What tasks 51 to 56 share: why the right option of a multiple-choice question is right, in six languages."""

from __future__ import annotations

from medslake.tasks.base import Bench, Definition, Task, TaskExample
from medslake.tasks.parts.multiple_choice import HAS_KEYED_ANSWER, LAYOUTS
from medslake.tasks.parts.wordings import definitions

__all__ = ["rationale_task"]


def rationale_task(task_id: str, code: str, example: TaskExample) -> Task:
    """code: ISO 639-1 code of question and rationale, a key of LAYOUTS."""
    layout = LAYOUTS[code]
    return Task(
        id=task_id,
        name=f"mmedbench_explanation_{layout.language.lower()}",
        category="Explanation",
        domain="Medical Knowledge",
        source="mmedbench",
        kind="questions",
        input_language=layout.language,
        output_language=layout.language,
        where=f"language = '{code}' and {HAS_KEYED_ANSWER} and trim(rationale) <> ''",
        input_sql=layout.question_and_answer_sql,
        output_sql="rationale",
        definitions=_definitions(layout.language),
        bench=Bench(group="rationale", metrics=("rationale",), dataset="MMedBench", max_new_tokens=1000),
        example=example,
    )


def _definitions(language: str) -> tuple[Definition, ...]:
    return definitions(
        plain=(
            f"An exam question, its options and the right answer are given. Explain in {language} why that answer is right and, in "
            "short, why the others are not. Write one paragraph of running text.",
            f"The correct option is already known. Write the reasons for it in {language}, referring to the facts in the question. Do "
            "not choose another option and do not copy the question.",
            f"Tell a reader in {language} how one gets from the question to the answer stated. Keep to a paragraph and output nothing "
            "but the explanation.",
        ),
        role=(
            f"You are a lecturer in medicine who goes over an exam with students. Justify the marked answer in {language} in a short "
            "paragraph, and say what speaks against the remaining options.",
            f"As the author of a question bank, write the explanation that is printed under the key. It must be in {language}, defend "
            "the given answer and take no more than one paragraph.",
            f"Imagine you are a specialist whom a student asks 'why this one?'. Reply in {language} with the medical reasoning behind "
            "the stated answer, as plain text without a list.",
        ),
        stepwise=(
            f"First read the question and the answer given. Then recall the knowledge that links them. Finally write, in {language}, "
            "a paragraph that leads from the facts to the answer and sets the other options aside.",
            f"Step 1: note what the question asks. Step 2: note which option is right. Step 3: explain in {language} why it is right. "
            "Step 4: add why the rest is wrong. Output the text of steps 3 and 4 as one paragraph.",
            "Find the key facts of the case, connect them with the right option, weigh the distractors, and then put the argument "
            f"down in {language}. Show only the finished argument.",
        ),
        formal=(
            "Given a multiple-choice question with its keyed answer, generate a rationale. The rationale shall be written in "
            f"{language}, shall support the keyed answer and shall be confined to one paragraph.",
            f"The output shall be an explanatory statement in {language} that derives the stated answer from medical knowledge and "
            "the information in the stem. No other answer may be proposed.",
            f"A justification of the correct option is required. Language: {language}. Form: continuous text. Content: reasons for "
            "the correct option and against the incorrect ones.",
        ),
        terse=(
            f"Explain the given answer in {language}. One paragraph.",
            f"Why is this option right? Answer in {language}, text only.",
            f"Rationale for the keyed answer, {language}, short prose.",
        ),
    )
