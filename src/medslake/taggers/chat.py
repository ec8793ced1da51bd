"""Medical by the word of a model: any engine is asked whether a conversation is, yes or no.

An engine that gives likelihoods says how much likelier yes is; of one that only writes, the first word counts.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator

from medslake.engines import Generation, Prompt
from medslake.taggers import Answering, Conversation, Tag, Tagger, TaggerExample, Verdict

__all__ = ["TAGGER"]

#: Characters of a conversation that are shown, and how many where a model's context is too short for these; what it is about is said early.
_SHOWN, *_LESS = 3000, 1000, 300
_ASK = (
    "Is the conversation below about human medicine: health, illness, treatment, medicines, care, or the science of these for its own sake?"
    " Animals, software, law, sport, fiction, homework in biology and marketing do not count, whatever words they use."
    " Answer with one word, yes or no."
)
_YES, _NO = "yes", "no"
_FIRST = re.compile(rf"\W*({_YES}|{_NO})\b", re.I)


def _prompt(one: Conversation) -> Prompt:
    told = "\n".join(f"{speaker}: {text}" for speaker, text in one.turns)

    def asked(shown: int) -> list[dict[str, str]]:
        return [{"role": "user", "content": f"{_ASK}\n\n<conversation>\n{told[:shown]}\n</conversation>"}]

    return Prompt(one.id, asked(_SHOWN), 8, (_YES, _NO), [asked(shown) for shown in _LESS if shown < len(told)])


def _verdict(answer: Generation) -> Verdict:
    if answer.text is None:
        return Verdict(answer.id, None, error=answer.error)
    if answer.choices:
        yes, no = (float(one["logprob"]) for one in answer.choices)
        return Verdict(answer.id, round(1 / (1 + math.exp(max(-60.0, min(60.0, no - yes)))), 4), (f"answer: {answer.text}",))
    said = _FIRST.match(answer.text)
    if said is None:
        return Verdict(answer.id, None, error="the answer begins with neither yes nor no")
    return Verdict(answer.id, float(said[1].lower() == _YES), (f"answer: {said[1].lower()}",))


def opened(answering: Answering) -> Tag:
    def tag(conversations: Iterable[Conversation]) -> Iterator[Verdict]:
        yield from map(_verdict, answering(map(_prompt, conversations)))

    return tag


TAGGER = Tagger(
    name="chat",
    about="A model of any engine, asked for yes or no.",
    needs="engine",
    open=opened,
    threshold=0.5,
    example=TaggerExample(
        medical=Conversation("m", (("user", "May I take it with tea?"), ("assistant", "With water, please."))),
        other=Conversation("o", (("user", "Which tea goes with cake?"),)),
        given={"m": "Yes.", "o": "no"},
    ),
)
