"""Exact: the same text after normalisation."""

from medslake.leak_tests import LeakExample, LeakTest

LEAK_TEST = LeakTest(
    name="exact",
    about="same text after normalisation",
    says="equals",
    threshold=1.0,
    policy={"train": "drop", "shot": "block", "encounter": "drop", "bench": "note"},
    hashes="array(xxhash64(key))",
    score="if(l.key = r.key, 1.0d, 0.0d)",
    examples=(
        LeakExample({"input": "Which drug, if any?"}, {"input": "  WHICH drug -- if any "}, 1.0),
        LeakExample({"input": "pH < 7"}, {"input": "pH > 7"}, None),
    ),
)
