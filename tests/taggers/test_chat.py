"""What the chat tagger makes of answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from medslake.engines import Generation, Prompt
from medslake.taggers import Conversation, Verdict
from medslake.taggers.chat import TAGGER

TALK = Conversation("c", (("user", "May I swim?"), ("assistant", "You may. " * 1000)))


def told(answer: Generation) -> Verdict:
    return next(iter(TAGGER.open(lambda prompts: [answer for _ in prompts])([TALK])))


@pytest.mark.parametrize(
    ("text", "score"), [("Yes.", 1.0), ("no", 0.0), (" **NO**, it is about dogs", 0.0), ("yesterday", None), ("", None)]
)
def test_the_first_word_decides(text: str, score: float | None) -> None:
    found = told(Generation("c", text, "stop", 1, 1))
    assert found.score == score and (found.error is None) == (score is not None)


def test_likelihoods_make_a_score() -> None:
    prompt = Prompt("c", [], choices=("yes", "no"))
    assert told(Generation.chosen(prompt, [-1.0, -1.0], [1, 1], 3)).score == 0.5
    assert told(Generation.chosen(prompt, [-0.1, -3.1], [1, 1], 3)).score == pytest.approx(0.9526, abs=1e-4)
    assert told(Generation.chosen(prompt, [-400.0, float("-inf")], [1, 1], 3)).score == 1.0


def test_a_failure_is_no_verdict() -> None:
    found = told(Generation.failed(Prompt("c", []), "too long"))
    assert (found.score, found.error) == (None, "too long")


def test_the_prompt_shows_the_beginning_and_both_choices() -> None:
    asked: list[Prompt] = []

    def answering(prompts: Iterable[Prompt]) -> Iterator[Generation]:
        for prompt in prompts:
            asked.append(prompt)
            yield Generation(prompt.id, "no", "stop", 1, 1)

    list(TAGGER.open(answering)([TALK]))
    text = asked[0].messages[0]["content"]
    assert "user: May I swim?" in text and len(text) < 4000 and asked[0].choices == ("yes", "no")
