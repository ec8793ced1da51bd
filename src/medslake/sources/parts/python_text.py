"""Lists that were written as text by Python, `['a', "b's"]`, as Spark SQL."""

from __future__ import annotations

from medslake.sources.parts.mapping import quoted

__all__ = ["python_strings"]

_STRING = r"'((?:[^'\\]|\\.)*)'" r'|"((?:[^"\\]|\\.)*)"'
_ESCAPED = r"""\\(['"\\])"""


def python_strings(column: str) -> str:
    """SQL for the strings of a Python list written as text, `['a', "b's"]`; quotes and escapes of the two signs are taken off."""
    found = f"regexp_extract_all({column}, {quoted(_STRING)}, 0)"
    bare = f"regexp_replace(substring(one, 2, length(one) - 2), {quoted(_ESCAPED)}, '$1')"
    return f"filter(transform({found}, one -> trim({bare})), one -> one != '')"
