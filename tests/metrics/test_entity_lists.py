"""Entities: lists in every form, against annotated names and against prose."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from medslake import registry, settings
from medslake.metrics import Pair

NAMES = ("aspirin", "N,N-dimethylformamide", "2, 4-dinitrophenol", "poly(I, C)", "head and neck cancer")


def f1(prediction: str | None, reference: str, names: tuple[str, ...] | None = None) -> float:
    return registry.get("metric", "ner").strict([Pair(prediction, reference, names=names)]).values["f1"]


def written(names: tuple[str, ...]) -> str:
    return ", ".join(names) + "." if names else "There is no related entity."


@pytest.mark.parametrize("names", [NAMES, None])
def test_every_order_of_the_right_names_is_right(names: tuple[str, ...] | None) -> None:
    chance = random.Random(7)
    for _ in range(200):
        said = tuple(chance.sample(NAMES, len(NAMES)))
        assert f1(written(said), written(NAMES), names) == 100


@pytest.mark.parametrize(
    "text",
    [
        "aspirin, heparin",
        "heparin,aspirin",
        "aspirin; heparin",
        "aspirin\nheparin",
        "- aspirin\n- heparin",
        "* heparin\n* aspirin",
        "1. aspirin\n2. heparin",
        "1. aspirin 2. heparin",
        "1) heparin\n2) aspirin",
        "• aspirin\n• heparin",
        '["aspirin", "heparin"]',
        "['heparin', 'aspirin']",
        '{"entities": ["aspirin", "heparin"]}',
        '[{"name": "aspirin", "type": "Chemical"}, {"name": "heparin", "type": "Chemical"}]',
        '```json\n["aspirin", "heparin"]\n```',
        "aspirin and heparin",
        "Aspirin and heparin.",
        "aspirin, and heparin",
        "The entities are aspirin and heparin.",
        "Entities: aspirin, heparin",
        "The named entities in the text are:\n- aspirin\n- heparin",
        "**aspirin**, **heparin**",
        '"aspirin", "heparin"',
        "aspirin\u3001heparin",
        "aspirin\uff0cheparin",
        "aspirin, aspirin, heparin",
        "<think>fever?</think>aspirin, heparin</s>",
    ],
)
@pytest.mark.parametrize("names", [("aspirin", "heparin"), None])
def test_a_list_is_read_in_every_form(text: str, names: tuple[str, ...] | None) -> None:
    assert f1(text, "aspirin, heparin.", names) == 100


@pytest.mark.parametrize(
    "text", ["None", "none.", "[]", "{}", "N/A", "n/a", "", "There is no related entity.", "No entities were found.", "No", "Null", "-"]
)
def test_what_says_none_names_none(text: str) -> None:
    assert f1(text, "There is no related enetity.") == 0  # of nothing wanted and nothing found F1 is 0 over all rows
    scored = registry.get("metric", "ner").strict([Pair(text, "There is no related enetity.", names=()), Pair("aspirin", "aspirin.")])
    assert scored.rows["f1"] == [1.0, 1.0]
    assert f1(text, "aspirin.") == 0


def test_a_name_that_reads_like_none_is_one_where_it_is_annotated() -> None:
    assert f1("NO", "NO.", ("NO",)) == 100


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("4-dinitrophenol", ("2, 4-dinitrophenol",), 0),
        ("2, 4-dinitrophenol", ("4-dinitrophenol",), 200 / 3),
        ("poly(I, heparin", ("heparin", "poly(I, C)"), 50),
        ("head, neck cancer", ("head and neck cancer",), 0),
        ("a, b, a, b", ("a", "b", "a, b"), 100),
        ("aspirin", ("aspirin", "heparin"), 200 / 3),
        ("aspirin, fever", ("aspirin",), 200 / 3),
        ("bread and butter", ("aspirin",), 0),
        ("aspirin and butter", ("aspirin",), 200 / 3),
        ("ＣＴ contrast", ("CT contrast",), 100),
    ],
)
def test_neighbours_are_joined_to_annotated_names_alone(text: str, names: tuple[str, ...], expected: float) -> None:
    assert f1(text, written(names), names) == pytest.approx(expected)


def test_a_long_list_takes_no_long_time() -> None:
    assert f1("a, " * 3000, "a.", ("a", "a, b", "b, a")) == pytest.approx(50)


# Corpora ---------------------------------------------------------------------------------------------------------------------------------

DATA = settings.test_data_dir()


def iob_files() -> list[Path]:
    """Files of `token<TAB>tag` lines."""
    heads = [(path, path.read_text(encoding="utf-8", errors="replace")[:200_000]) for path in sorted(DATA.rglob("*.tsv")) if path.is_file()]
    return [
        path for path, head in heads if re.search(r"^\S+\tB(?:-\S+)?$", head, re.MULTILINE) and re.search(r"^\S+\tO$", head, re.MULTILINE)
    ]


def sentences(path: Path) -> Iterator[tuple[str, ...]]:
    """The names of each sentence, each once, in order."""
    names: list[list[str]] = []
    for line in (*path.read_text(encoding="utf-8").splitlines(), ""):
        token, _, tag = line.rpartition("\t")
        if not line.strip():
            yield tuple(dict.fromkeys(" ".join(name) for name in names))
            names = []
        elif tag.startswith("B"):
            names.append([token])
        elif tag.startswith("I") and names:
            names[-1].append(token)


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason=f"third-party data is not in {DATA} (set MEDSLAKE_TEST_DATA)")
def test_shuffled_gold_of_every_iob_set_scores_100() -> None:
    files = iob_files()
    if not files:
        pytest.skip(f"no IOB set is in {DATA}")
    chance = random.Random(2025)
    for path in files:
        pairs = []
        for names in sentences(path):
            if names:
                said = written(tuple(chance.sample(names, len(names))))
                pairs += [Pair(said, written(names), names=names), Pair(said, written(names))]
        value = registry.get("metric", "ner").strict(pairs).values["f1"]
        assert value == 100, (path.relative_to(DATA), value)
