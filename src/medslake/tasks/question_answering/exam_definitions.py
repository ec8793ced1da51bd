"""Wordings shared by the multiple-choice exam tasks, which ask the same thing in different languages."""

from __future__ import annotations

from medslake.tasks.base import Definition
from medslake.tasks.parts.wordings import definitions

__all__ = ["exam_definitions"]


def exam_definitions(prefix: str) -> tuple[Definition, ...]:
    """prefix: the words that open the answer in the language of the task, such as `The right answer is`."""
    shape = f'"{prefix} <letter>: <text of that option>"'
    return definitions(
        plain=(
            f"Read the medical exam question and its lettered options, then choose the option that answers it. Write only {shape}, "
            "copying the option as it is printed.",
            "A question from a medical licensing exam is followed by several options, one of which is right. Reply with one line: "
            f"{shape}.",
            f"Pick the best answer to the question from the options given. Your whole reply must read {shape}, with nothing before or "
            "after it.",
        ),
        role=(
            f"You are a physician sitting a licensing examination. Decide which option is right and hand in your answer as {shape}, "
            "without giving reasons.",
            f"As an experienced examiner in medicine, mark the correct option of the question below. State it in the form {shape} and add "
            "no comment.",
            f"Imagine that you tutor medical students and are asked for the key to this item. Give it as {shape}; the letter must be "
            "that of a listed option.",
        ),
        stepwise=(
            "First read the case and the question. Next, compare each option with what is asked and rule out the wrong ones. Finally "
            f"write the one that remains as {shape}; leave your reasoning out.",
            "Step 1: find what the question asks for. Step 2: test every option against the findings. Step 3: output a single line "
            f"of the form {shape}.",
            f"Work through the options one by one in your head, keep the one that fits best, and then answer with {shape} and nothing "
            "else.",
        ),
        formal=(
            "The input consists of an examination question and a list of lettered options. The output shall consist of the correct "
            f"option only, expressed as {shape}.",
            "Given a multiple-choice item in medicine, the correct alternative is to be identified. The response must follow the pattern "
            f"{shape} and reproduce the wording of the alternative.",
            "For the item below, determine the keyed response among the listed alternatives. Exactly one line is required, in the format "
            f"{shape}; explanations are not permitted.",
        ),
        terse=(
            f"Medical multiple choice. Output: {shape}.",
            f"Choose the correct option. Format: {shape}. No explanation.",
            f"Answer the exam question with {shape} only.",
        ),
    )
