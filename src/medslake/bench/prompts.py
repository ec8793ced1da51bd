"""Final chat messages of a benchmark row, as Spark columns: `paper` (as published) and `chat` (the model's own turns).

`paper` follows the released evaluation code: one system turn with the shots as `Input:\\n{x}\\n\\nOutput:\\n{y}\\n` blocks, the blocks and the
definition joined by blank lines, and the few-shot sentence right behind the definition without a space; the user turn ends with "Output:".
Without shots the system turn is the definition alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from medslake.errors import UnknownName

if TYPE_CHECKING:
    from pyspark.sql import Column

__all__ = ["FEW_SHOT_SENTENCE", "PROMPTS", "messages"]

FEW_SHOT_SENTENCE = "Please learn from the few-shot cases to see what content you have to output."
PROMPTS = ("paper", "chat")


def messages(prompt: str, definition: str, text: Column, shots: Column) -> Column:
    """array<struct<role, content>> of one row.

    definition: the task's definition; text: the input asked; shots: array<struct<input, output>> in the order of the prompt, may be empty.
    Raises UnknownName for another prompt.
    """
    if prompt not in PROMPTS:
        raise UnknownName("prompt", prompt, list(PROMPTS))
    return _paper(definition, text, shots) if prompt == "paper" else _chat(definition, text, shots)


def _paper(definition: str, text: Column, shots: Column) -> Column:
    from pyspark.sql import functions as F

    def block(shot: Column) -> Column:
        return F.concat(F.lit("Input:\n"), shot["input"], F.lit("\n\nOutput:\n"), shot["output"], F.lit("\n"))

    cases = F.concat(F.array_join(F.transform(shots, block), "\n\n"), F.lit(f"\n\n{definition}{FEW_SHOT_SENTENCE}"))
    system = F.when(F.size(shots) > 0, cases).otherwise(F.lit(definition))
    return F.array(_turn("system", system), _turn("user", F.concat(F.lit("Input:\n"), text, F.lit("\nOutput:\n"))))


def _chat(definition: str, text: Column, shots: Column) -> Column:
    from pyspark.sql import functions as F

    examples = F.flatten(F.transform(shots, lambda shot: F.array(_turn("user", shot["input"]), _turn("assistant", shot["output"]))))
    return F.concat(F.array(_turn("system", F.lit(definition))), examples, F.array(_turn("user", text)))


def _turn(role: str, content: Column) -> Column:
    from pyspark.sql import functions as F

    return F.struct(F.lit(role).alias("role"), content.alias("content"))
