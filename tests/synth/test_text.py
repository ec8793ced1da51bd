"""Invented text: of the lengths asked for, in every language, varied, and fast enough."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from itertools import pairwise

import pytest

from medslake.synth import Draw, Length
from medslake.synth.parts.annotated import document, tagged
from medslake.synth.text import LANGUAGES, UNSPACED, filled, slots, templates


def count(text: str, language: str) -> int:
    return len(text) if language in UNSPACED else len(text.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_lengths_are_those_asked_for(language: str) -> None:
    draw = Draw(7, language)
    for asked in (Length(20, 60), Length(150, 320)):
        found = sorted(count(draw.words(asked, language), language) for _ in range(1500))
        assert abs(statistics.median(found) / asked.median - 1) < 0.1
        assert abs(found[int(0.95 * len(found))] / asked.p95 - 1) < 0.15


@pytest.mark.parametrize("language", LANGUAGES)
def test_few_runs_of_words_come_twice(language: str) -> None:
    """Of 13 words (or 26 signs): what the leak gate looks at."""
    draw = Draw(7, language)
    size = 26 if language in UNSPACED else 13
    runs: Counter[object] = Counter()
    for _ in range(400):
        text = draw.words(120, language)
        tokens = text if language in UNSPACED else text.split()
        runs.update({tuple(tokens[at : at + size]) for at in range(len(tokens) - size + 1)})
    assert sum(n for n in runs.values() if n > 1) / sum(runs.values()) < 0.002


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one not in UNSPACED])
def test_no_template_gives_itself_away(language: str) -> None:
    """However often a template is filled, runs of 13 words are its own: of all its slots, not of the few fillers of some."""
    draw = Draw(7, language)
    for template in templates(language):
        runs: Counter[tuple[str, ...]] = Counter()
        for _ in range(800):
            words = re.findall(r"\w+", filled(draw, (template,), language))
            runs.update({tuple(words[at : at + 13]) for at in range(len(words) - 12)})
        assert sum(count > 1 for count in runs.values()) < 8, template


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_slot_has_fillers(language: str) -> None:
    for template in templates(language):
        assert template.format(**{name: values[0] for name, values in slots(language).items()})
    assert all(len(values) == len(set(values)) for name, values in slots(language).items() if name not in ("value", "code", "gene"))


def test_verbs_draw_what_they_say() -> None:
    draw = Draw(7, "verbs")
    found = Counter(draw.weighted({"yes": 0.55, "no": 0.35, "maybe": 0.1}) for _ in range(4000))
    assert abs(found["yes"] / 4000 - 0.55) < 0.03 and abs(found["maybe"] / 4000 - 0.1) < 0.02
    assert {draw.whole(1, 3) for _ in range(100)} == {1, 2, 3}
    assert abs(sum(draw.chance(0.25) for _ in range(4000)) / 4000 - 0.25) < 0.03
    assert Draw(7, "a").about("person", 3).random() == Draw(7, "b").about("person", 3).random() != Draw(8).about("person", 3).random()
    assert draw.words(9, ended=False)[-1] not in ".?!"
    assert 90 <= sum(len(part.split()) for part in draw.parts(100, 4)) <= 110


def test_tagged_sentences_keep_share_and_length() -> None:
    draw = Draw(7, "tags")
    made = [tagged(draw, {"disease": "Disease"}, Length(23, 48), 0.54) for _ in range(2000)]
    assert abs(statistics.median(map(len, made)) / 23 - 1) < 0.1
    assert abs(sum(any(tag != "O" for _, tag in one) for one in made) / 2000 - 0.54) < 0.05
    for one in made:
        assert all(tag[0] != "I" or before[0] in "BI" for (_, before), (_, tag) in pairwise(one))


def test_mentions_stand_where_they_say() -> None:
    draw = Draw(7, "documents")
    made = [document(draw, str(number), relation="CID", claims={0: 0.5, 2: 0.5}) for number in range(200)]
    for one in made:
        assert one.mentions and all(one.whole[start:end].strip() for start, end, _, _ in one.mentions)
        known = {concept for _, _, _, concept in one.mentions}
        assert all({head, tail} <= known for _, head, tail in one.relations)
    assert {len(one.relations) for one in made} >= {0, 2}
    assert {text for one in made for start, end, kind, _ in one.mentions if kind == "Disease" and (text := one.whole[start:end])} <= set(
        slots("en")["disease"]
    )
