"""Exam records with lettered options, as several question sets deliver them, on their way to silver.questions."""

from __future__ import annotations

from collections.abc import Mapping

from medslake.sources.base import Mapped, Rule
from medslake.sources.parts.mapping import mapped, quoted

__all__ = ["CHOICE_SCHEMA", "exam_questions"]

#: answer_idx is one letter, or a JSON list of letters where several options are right.
CHOICE_SCHEMA = "question STRING, answer STRING, options MAP<STRING, STRING>, meta_info STRING, answer_idx STRING"
_ONE, _SEVERAL = r"^\s*[A-Za-z]\.?\s*\z", r"^\s*\[(\s*\"[A-Za-z]\.?\"\s*,?)+\]\s*\z"
_LETTERS = (
    f"IF(answer_idx RLIKE {quoted(_ONE)} OR answer_idx RLIKE {quoted(_SEVERAL)}, regexp_extract_all(answer_idx, '([A-Za-z])', 1), NULL)"
)
#: As the options spell them; a letter that no option bears stays, for the rule `answer_keys` to find.
_SPELLED = "filter(map_keys(options), k -> upper(k) = upper(letter))"
_KEYS = (
    f"array_sort(array_distinct(transform({_LETTERS}, letter -> IF(array_contains(map_keys(options), letter), letter, "
    f"coalesce(get({_SPELLED}, 0), letter)))))"
)
_OPTIONS = "transform(map_entries(options), o -> named_struct('key', o.key, 'text', o.value))"
_RIGHT = f"filter(map_entries(options), o -> array_contains({_KEYS}, o.key))"
_ANSWER = f"coalesce(IF(trim(answer) = '', NULL, answer), array_join(transform({_RIGHT}, o -> o.value), ', '))"


def _plain(text: str) -> str:
    """SQL: a text to be compared, in any Unicode form, any case and any blanks."""
    return f"collate(trim(regexp_replace({text}, '\\\\s+', ' ')), 'UNICODE_CI')"


#: A published answer is the text of the right option, or names it by its key; of several right ones it holds each.
_NAMED = ("o.value", "o.key", "concat(o.key, '. ', o.value)", "concat(o.key, ': ', o.value)")
_AGREES = (
    f"IF(size({_RIGHT}) = 1, {_plain('answer')} IN ({', '.join(map(_plain, _NAMED))}), contains({_plain('answer')}, {_plain('o.value')}))"
)
_ASIDE = {
    "answer_key: answer_idx is neither a letter nor a list of letters": f"{_LETTERS} IS NULL",
    "answer_contradicted: the published answer is not the text of the right option": (
        f"trim(answer) <> '' AND exists({_RIGHT}, o -> NOT ({_AGREES}))"
    ),
}


def exam_questions(table: str | Rule, /, aside: Mapping[str, str] | None = None, **columns: str) -> Mapped:
    """The rule of rows of CHOICE_SCHEMA: options in printed order, keys and text of the right ones; the rest as in `mapped`.

    A key is a letter, small or capital, with or without a full stop. Rows with another one, and rows whose published answer is another
    option's text, are set aside. The answer is as published; where none is, it is the text of the right options.
    """
    return mapped(
        table,
        aside={**_ASIDE, **(aside or {})},
        **{"question": "question", "options": _OPTIONS, "answer_keys": _KEYS, "answer": _ANSWER, "topic": "meta_info", **columns},
    )
