"""A planted mistake: one sentence is false, the rest stands, and the same text always gives the same."""

from __future__ import annotations

import pytest

from medslake.tasks.parts.mistakes import KINDS, planted, sentences

MALARIA = (
    "Malaria is a serious disease caused by a parasite. You get it when a mosquito bites you. There are four types of it.\n"
    "In 2015, 88% of cases were in Africa. A blood test can diagnose it.\nWear long sleeves\nThe risk is higher for children at night."
)


def wrong(kind: str, sentence: str, name: str = "Malaria", other: str = "Asthma") -> list[str]:
    """What becomes of a sentence, beside one that allows no mistake."""
    found = planted(f"Nobody knows why this is. {sentence}", name, other, "seed", 50)
    return [one.sentence for one in found if one.kind == kind and not one.sentence.startswith("Nobody")]


@pytest.mark.parametrize(
    ("kind", "sentence", "expected"),
    [
        ("negation", "A blood test can diagnose it.", "A blood test cannot diagnose it."),
        ("negation", "It is a serious disease.", "It is not a serious disease."),
        ("negation", "Children should not take aspirin.", "Children should take aspirin."),
        ("negation", "It cannot be treated at home.", "It can be treated at home."),
        ("number", "There are four types of it.", "There are eight types of it."),
        ("number", "It was found in 1998 by chance.", "It was found in 1968 by chance."),
        ("number", "It affects 88% of all people.", "It affects 29% of all people."),
        ("number", "Take 0.5 mg each morning.", "Take 1.5 mg each morning."),
        ("degree", "Smoking increases the risk of it.", "Smoking decreases the risk of it."),
        ("degree", "Often the cause is found.", "Seldom the cause is found."),
        ("term", "It is caused by a virus.", "It is caused by a bacterium."),
        ("term", "Women get it far too.", "Men get it far too."),
        ("subject", "Malaria comes with a high fever.", "Asthma comes with a high fever."),
        ("subject", "One can die of malaria today.", "One can die of asthma today."),
    ],
)
def test_each_kind_changes_what_it_is_named_for(kind: str, sentence: str, expected: str) -> None:
    assert expected in wrong(kind, sentence)


@pytest.mark.parametrize(
    ("kind", "sentence", "name", "other"),
    [
        ("negation", "If you are pregnant, ask first.", "Malaria", "Asthma"),
        ("negation", "Ask which kind of it is yours.", "Malaria", "Asthma"),
        ("negation", "It is common, but it was rare.", "Malaria", "Asthma"),
        ("number", "It is a sign of type 2 diabetes.", "Malaria", "Asthma"),
        ("number", "Meat holds B12 and COVID-19 does.", "Malaria", "Asthma"),
        ("subject", "Diabetes comes with a thirst.", "Diabetes", "Type 2 diabetes"),
        ("subject", "Malaria comes with a fever.", "Malaria", ""),
        ("term", "Is it caused by a virus?", "Malaria", "Asthma"),
    ],
)
def test_what_would_not_be_false_stays(kind: str, sentence: str, name: str, other: str) -> None:
    assert wrong(kind, sentence, name, other) == []


def test_one_sentence_changes_and_nothing_else() -> None:
    found = planted(MALARIA, "Malaria", "Asthma", "315", 99)
    assert {one.kind for one in found} == set(KINDS)
    assert len({one.passage for one in found}) == len(found) > 9
    for one in found:
        assert one.passage.count(one.sentence) == 1 and one.sentence not in MALARIA
        before, after = one.passage.split(one.sentence)
        assert MALARIA.startswith(before) and MALARIA.endswith(after)
        assert MALARIA[len(before) : len(MALARIA) - len(after)] in sentences(MALARIA)


def test_the_first_mistakes_are_of_different_kinds_and_the_seed_decides_which() -> None:
    orders = {tuple(one.kind for one in planted(MALARIA, "Malaria", "Asthma", str(seed), 5)) for seed in range(20)}
    assert len(orders) > 10 and all(set(order) == set(KINDS) for order in orders)
    assert planted(MALARIA, "Malaria", "Asthma", "7", 5) == planted(MALARIA, "Malaria", "Asthma", "7", 5)


def test_a_text_without_sentences_has_none() -> None:
    assert planted("Wear long sleeves\nRest", "Malaria", "Asthma", "1", 5) == []
