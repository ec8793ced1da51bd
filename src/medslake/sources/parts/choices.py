"""Exam records with lettered options, as several question sets deliver them, on their way to silver.questions."""

from __future__ import annotations

from medslake.sources.base import Mapped
from medslake.sources.parts.mapping import mapped

__all__ = ["CHOICE_SCHEMA", "exam_questions"]

#: answer_idx is one letter, or a JSON list of letters where several options are right.
CHOICE_SCHEMA = "question STRING, answer STRING, options MAP<STRING, STRING>, meta_info STRING, answer_idx STRING"
_KEYS = "array_sort(array_distinct(regexp_extract_all(answer_idx, '([A-Z])', 1)))"
_OPTIONS = "transform(map_entries(options), o -> named_struct('key', o.key, 'text', o.value))"
_RIGHT = f"filter(map_entries(options), o -> array_contains({_KEYS}, o.key))"
_ANSWER = f"IF(size({_RIGHT}) > 0, array_join(transform({_RIGHT}, o -> o.value), ', '), answer)"


def exam_questions(table: str, /, **columns: str) -> Mapped:
    """The rule of a table of CHOICE_SCHEMA: options in printed order, keys and text of the right ones; other columns as in `mapped`."""
    return mapped(
        table,
        **{"question": "question", "options": _OPTIONS, "answer_keys": _KEYS, "answer": _ANSWER, "topic": "meta_info", **columns},
    )
