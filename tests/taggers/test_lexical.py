"""The lexical tagger without a lake: its lists, how it finds words, and the sample that it is measured on."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from medslake.errors import UsageError
from medslake.taggers import Conversation, word_lists
from medslake.taggers.lexical import TAGGER, lexicon
from medslake.taggers.parts.lexicon import Lexicon, counted_words, words_of

SAMPLES = Path(__file__).parents[2] / "examples" / "conversations"
TERMS = {"disease": ("marlow palsy", "reed fever"), "drug": ("corimol", "WATER"), "anatomy": ("lung",), "icd": ("Old cholera, left",) * 3}


def sample(name: str) -> list[dict[str, Any]]:
    return json.loads((SAMPLES / name).read_text(encoding="utf-8"))


def verdict(*turns: str) -> Any:
    said = tuple(("user" if n % 2 == 0 else "assistant", text) for n, text in enumerate(turns))
    return next(iter(TAGGER.open(TERMS)([Conversation("c", said)])))


def test_words_are_compared_without_case_accents_and_plural() -> None:
    assert words_of("Médecins, DOSES: the lungs' x-ray") == ["medecin", "dose", "the", "lung", "x", "ray"]
    assert words_of("diagnosis virus stress arthritis") == ["diagnosis", "virus", "stress", "arthritis"]


def test_the_longest_entry_wins_and_counts_once() -> None:
    made = Lexicon({"a": 1.0}, 0.0)
    made.add("a", ["blood", "blood test", "рак*", "血圧"])
    assert made.found("A blood test, a Blood Test and blood.") == {"a": {"blood test", "blood"}}
    assert made.found("раковая опухоль; 血圧が高い") == {"a": {"раковая", "血圧"}}
    assert made.found("bloodhound") == {}


def test_lists_outrank_terms_and_everyday_words_are_none() -> None:
    made = lexicon({**TERMS, "disease": (*TERMS["disease"], "fever", "cold")})
    assert made.entries["fever"] == "complaint" and made.entries["marlow palsy"] == "disease"
    assert "cold" not in made.entries and "water" not in made.entries


def test_of_titles_the_words_count_that_stand_in_several() -> None:
    assert counted_words(["Cholera, left", "Cholera again", "old cholera", "typhoid"]) == ["cholera"]


def test_evidence_says_what_spoke_for_and_against() -> None:
    found = verdict("My marlow palsy hurts, may I take corimol?", "Ask your doctor about the dose.")
    assert found.score > 0.9 and found.error is None
    assert "disease: marlow palsy" in found.evidence and "drug: corimol" in found.evidence
    other = verdict("Write a scene of my novel in which a wizard has marlow palsy.")
    assert other.score < 0.1 and any(one.startswith("fiction: ") for one in other.evidence)


def test_nothing_said_is_not_medical() -> None:
    assert verdict("   ").score < 0.5 and verdict("12 + 30").evidence == ()


def test_a_wrong_list_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"t\.md"):
        word_lists(str(tmp_path / "t.py"))
    (tmp_path / "t.md").write_text("for its reader\n# one 1.5\nfever, cough\n# one\npain\n")
    with pytest.raises(UsageError, match="line 4"):
        word_lists(str(tmp_path / "t.py"))


def test_the_sample_is_marked_balanced_and_varied() -> None:
    rows = sample("synthetic_conversations.json") + sample("synthetic_held_out.json")
    assert len(rows) >= 300 and all(row["synthetic"] is True for row in rows)
    labels = Counter(row["label"] for row in rows)
    assert set(labels) == {"medical", "other"} and 0.45 <= labels["medical"] / len(rows) <= 0.55
    first = Counter(row["conversations"][0]["value"] for row in rows)
    assert max(first.values()) == 1 and len({row["id"] for row in rows}) == len(rows)
    # No two share their first words, as texts of one template would.
    assert max(Counter(" ".join(text.split()[:5]) for text in first).values()) <= 3
    halves = Counter(hashlib.sha256(row["id"].encode()).digest()[0] % 2 for row in rows if row["id"].startswith("synthetic"))
    assert halves == {0: 141, 1: 161}
