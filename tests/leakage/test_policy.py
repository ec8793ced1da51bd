"""What happens on a hit: defaults, and what a user says instead."""

from __future__ import annotations

import pytest

from medslake.errors import UnknownName, UsageError
from medslake.leakage.policy import Policy


def test_defaults_drop_copies_and_tag_what_is_less_certain() -> None:
    actions = Policy.of().actions
    assert {test: actions[test, "train"] for test in ("exact", "minhash", "ngram", "subject")} == {
        "exact": "drop",
        "minhash": "drop",
        "ngram": "tag",
        "subject": "tag",
    }
    # A template makes patients look alike, so that only equal ones go.
    assert {test: actions[test, "encounter"] for test in ("exact", "minhash", "ngram", "subject")} == {
        "exact": "drop",
        "minhash": "off",
        "ngram": "off",
        "subject": "tag",
    }
    assert {actions[test, "bench"] for test in ("exact", "minhash", "ngram", "subject")} == {"note"}
    assert (actions["exact", "shot"], actions["minhash", "shot"]) == ("block", "block")


def test_a_user_changes_one_pair_at_a_time() -> None:
    policy = Policy.of(["ngram=block", "shot:exact=tag"])
    changed = {k: v for k, v in policy.actions.items() if Policy.of().actions[k] != v}
    assert changed == {("ngram", "train"): "block", ("exact", "shot"): "tag"}
    assert [t.name for t in policy.tests("block")] == ["ngram"]
    assert policy.parts() != Policy.of().parts()
    assert {t.name for t in Policy.of(["encounter:minhash=drop"]).tests("drop")} == {"exact", "minhash"}


def test_what_a_user_changed_can_be_told_again() -> None:
    policy = Policy.of(["ngram=drop", "encounter:minhash=drop"])
    told = policy.options({("ngram", "train"), ("minhash", "encounter"), ("exact", "train")})
    assert told == " --policy encounter:minhash=drop --policy ngram=drop"
    assert Policy.of([text.strip() for text in told.split("--policy") if text.strip()]) == policy


@pytest.mark.parametrize(
    ("told", "error", "message"),
    [
        ("ngram", UsageError, "is not test=action"),
        ("ngrams=tag", UnknownName, "No leak test is named 'ngrams'. Did you mean 'ngram'"),
        ("ngram=tags", UnknownName, "No action is named 'tags'"),
        ("shots:ngram=tag", UnknownName, "No side is named 'shots'"),
        ("shot:ngram=drop", UsageError, "only training rows can be dropped"),
    ],
)
def test_what_is_no_policy_is_said(told: str, error: type[UsageError], message: str) -> None:
    with pytest.raises(error, match=message):
        Policy.of([told])
