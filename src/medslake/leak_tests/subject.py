"""Subject: both sides are made of the same record, the same row of a native file, or the same person or document."""

from medslake.leak_tests import LeakExample, LeakTest

_ONE = {"input": "Mrs A. has fever", "source": "clinic", "subject_id": "7", "record_ids": ["a"]}
_OTHER = {"input": "The scan shows a cyst", "source": "clinic", "subject_id": "7", "record_ids": ["b"]}

LEAK_TEST = LeakTest(
    name="subject",
    about="same record, native row, person or document",
    says="is of the same subject or record as",
    threshold=1.0,
    policy={"train": "tag", "shot": "tag", "encounter": "tag", "bench": "note"},
    hashes="transform(records, m -> xxhash64(m))",
    score="if(arrays_overlap(l.records, r.records), 1.0d, 0.0d)",
    by_text=False,
    examples=(
        LeakExample(_ONE, _OTHER, 1.0),
        LeakExample(_ONE, _OTHER | {"subject_id": None, "record_ids": ["a"]}, 1.0),
        LeakExample(_ONE, _OTHER | {"source": "ward"}, None),
        LeakExample(_ONE | {"subject_id": None}, _OTHER | {"subject_id": None}, None),
    ),
)
