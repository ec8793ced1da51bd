"""What a tagger promises, on its example: which of two conversations is medical, told alike each time and in whatever order."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from medslake.declared import wrong_types
from medslake.engines import Generation, Prompt
from medslake.plugins import reason
from medslake.taggers import Conversation, Tagger, Verdict

if TYPE_CHECKING:
    from medslake.conformance.scratch import Scratch

__all__ = ["findings"]

#: By what is odd about each; a tagger has a verdict on every one.
_ODD = (
    Conversation("blank", (("user", " \n"),)),
    Conversation("no letters", (("user", "12 + 30 = 42 \U0001f642"),)),
    Conversation("long", (("user", "It hurts. " * 5000), ("assistant", "Where?"))),
    Conversation("other scripts", (("user", "頭が痛い。"), ("assistant", "Когда началось?"), ("user", "أمس"))),
)


def findings(taggers: Mapping[str, Tagger], scratch: Scratch) -> dict[str, list[str]]:
    return {name: list(_of(tagger)) for name, tagger in taggers.items()}


def _of(tagger: Tagger) -> Iterator[str]:
    example = tagger.example
    asked = [example.medical, example.other, *_ODD]
    try:
        first = list(tagger.open(_given(tagger, example.given))(asked))
        again = list(tagger.open(_given(tagger, example.given))(asked[::-1]))
    except Exception as error:
        yield f"The example cannot be tagged. {reason(error)}"
        return
    wrong = [f"{verdict}: it is no Verdict." for verdict in first if not isinstance(verdict, Verdict)]
    wrong += [f"The verdict on {v.id!r}: {fault}" for v in first if isinstance(v, Verdict) for fault in _of_verdict(v)]
    yield from wrong
    if wrong:
        return
    if sorted(v.id for v in first) != sorted(one.id for one in asked):
        yield f"It gives {len(first)} verdicts on {len(asked)} conversations, or not one on each."
        return
    found = {v.id: v for v in first}
    if found != {v.id: v for v in again}:
        yield "Its verdicts depend on the order of the conversations, or change when it is opened again."
    for one, medical in ((example.medical, True), (example.other, False)):
        score = found[one.id].score
        if score is None or (score >= tagger.threshold) != medical:
            yield f"The example {one.id!r} scores {score}, and {'at least' if medical else 'less than'} {tagger.threshold} is expected."


def _of_verdict(verdict: Verdict) -> Iterator[str]:
    yield from wrong_types(verdict)
    if (verdict.score is None) == (verdict.error is None):
        yield "it has both a score and an error, or neither."
    elif verdict.score is not None and not (math.isfinite(verdict.score) and 0 <= verdict.score <= 1):
        yield f"its score is {verdict.score}, and must be from 0 to 1."


def _given(tagger: Tagger, given: Mapping[str, Any]) -> Any:
    """What the tagger is opened with: terms as they are, answers as a model would give them."""
    if tagger.needs == "terms":
        return given

    def answering(prompts: Iterable[Prompt]) -> Iterator[Generation]:
        for prompt in prompts:
            text = given.get(prompt.id)
            yield Generation.failed(prompt, "no answer") if text is None else Generation(prompt.id, text, "stop", 1, 1)

    return answering
