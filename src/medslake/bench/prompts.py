"""Final chat messages of a benchmark row, as Spark columns: `paper` (as published) and `chat` (the model's own turns).

`paper` follows the released evaluation code. The system turn holds the shots as blocks of "Input:", the input, an empty line, "Output:" and
the output; blocks and definition are joined by blank lines, and the few-shot sentence follows the definition without a space, as released.
The user turn is "Input:", the input and "Output:". Without shots the system turn is the definition alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from medslake.errors import UnknownName

if TYPE_CHECKING:
    from pyspark.sql import Column

__all__ = ["FEW_SHOT_SENTENCE", "PROMPTS", "PROMPT_BUDGET", "estimated_tokens", "fewer_shots", "messages"]

FEW_SHOT_SENTENCE = "Please learn from the few-shot cases to see what content you have to output."
PROMPTS = ("paper", "chat")
#: Tokens of a prompt, as `estimated_tokens` counts them: what the released evaluation code lets a model read.
PROMPT_BUDGET = 2048
Message = dict[str, str]


def messages(prompt: str, definition: Column, text: Column, shots: Column) -> Column:
    """array<struct<role, content>> of one row.

    definition: text of the task's definition; text: the input asked; shots: array<struct<input, output>> in the order of the prompt, may be
    empty. Raises UnknownName for another prompt.
    """
    if prompt not in PROMPTS:
        raise UnknownName("prompt", prompt, list(PROMPTS))
    return _paper(definition, text, shots) if prompt == "paper" else _chat(definition, text, shots)


def fewer_shots(prompt: str, turns: Sequence[Message], shots: Sequence[Mapping[str, str]]) -> list[list[Message]]:
    """The messages of a finished row without its last shot, without its last two, and so on; the last list has none.

    shots: {input, output} in the order of the prompt; without any the answer is empty.
    """
    counts = range(len(shots) - 1, -1, -1)
    if prompt == "chat":
        return [[*turns[: 1 + 2 * count], turns[-1]] for count in counts]
    blocks = [f"Input:\n{shot['input']}\n\nOutput:\n{shot['output']}\n" for shot in shots]
    task = turns[0]["content"].removeprefix("\n\n".join([*blocks, ""]))
    bare = task.removesuffix(FEW_SHOT_SENTENCE)
    return [[{"role": "system", "content": "\n\n".join([*blocks[:count], task]) if count else bare}, *turns[1:]] for count in counts]


def estimated_tokens(turns: Column) -> Column:
    """Tokens of messages without a tokenizer: one for every four bytes of UTF-8, rounded up, and four for each turn.

    Four bytes are about one token of the Llama 3 and SmolLM2 vocabularies in English prose, and about one and a third Chinese characters.
    """
    from pyspark.sql import functions as F

    sizes = F.transform(turns, lambda turn: F.ceil(F.octet_length(turn["content"]) / 4).cast("int") + 4)
    return F.aggregate(sizes, F.lit(0), lambda total, one: total + one)


def _paper(definition: Column, text: Column, shots: Column) -> Column:
    from pyspark.sql import functions as F

    def block(shot: Column) -> Column:
        return F.concat(F.lit("Input:\n"), shot["input"], F.lit("\n\nOutput:\n"), shot["output"], F.lit("\n"))

    cases = F.concat(F.array_join(F.transform(shots, block), "\n\n"), F.lit("\n\n"), definition, F.lit(FEW_SHOT_SENTENCE))
    system = F.when(F.size(shots) > 0, cases).otherwise(definition)
    return F.array(_turn("system", system), _turn("user", F.concat(F.lit("Input:\n"), text, F.lit("\nOutput:\n"))))


def _chat(definition: Column, text: Column, shots: Column) -> Column:
    from pyspark.sql import functions as F

    examples = F.flatten(F.transform(shots, lambda shot: F.array(_turn("user", shot["input"]), _turn("assistant", shot["output"]))))
    return F.concat(F.array(_turn("system", definition)), examples, F.array(_turn("user", text)))


def _turn(role: str, content: Column) -> Column:
    from pyspark.sql import functions as F

    return F.struct(F.lit(role).alias("role"), content.alias("content"))
