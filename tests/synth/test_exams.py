"""Twins of exams: laid out as their owners do, and given away at the rate that they tell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from medslake.ingest.synthetic import generate_all
from medslake.sources.medqa import GIVEN_AWAY


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_few_questions_of_the_test_file_stand_in_train(tmp_path: Path) -> None:
    folder = generate_all(tmp_path, n=6_000, sources=["medqa"])["medqa"] / "questions" / "US" / "4_options"
    train, dev, test = (lines(folder / f"phrases_no_exclude_{split}.jsonl") for split in ("train", "dev", "test"))
    given = {at: one for at, one in enumerate(train) if one in test}
    assert len(train) >= 5 * GIVEN_AWAY and list(given) == list(range(3, len(train), GIVEN_AWAY))
    assert [test.index(one) for one in given.values()] == list(range(len(given)))
    assert not [one for one in dev if one in train or one in test]


def test_keys_and_options_differ_by_language(tmp_path: Path) -> None:
    folder = generate_all(tmp_path, n=400, sources=["mmedbench"])["mmedbench"]
    made = {name: lines(folder / "Train" / f"{name}.jsonl") for name in ("Chinese", "English", "French", "Japanese", "Russian", "Spanish")}
    extra = {name: set(rows[0]) - set(made["Spanish"][0]) for name, rows in made.items()}
    assert extra == {
        "Chinese": {"answer", "meta_info"},
        "English": {"answer", "meta_info", "metamap_phrases"},
        "Japanese": {"problem_id"},
        **{name: set() for name in ("French", "Russian", "Spanish")},
    }
    assert {len(one["options"]) for one in made["Russian"]} == {2} and {len(one["options"]) for one in made["Spanish"]} == {5}
    assert max(len(one["answer_idx"]) for one in made["French"]) > 1
    for name in ("French", "Japanese"):
        assert all(isinstance(one["answer_idx"], list) and set(one["answer_idx"]) <= set(one["options"]) for one in made[name])
    phrases = made["English"][0]["metamap_phrases"]
    assert len(phrases) > 10 and all(one in made["English"][0]["question"] for one in phrases)
