"""Clinical reports of silver.documents in Spark SQL: sections as a reader takes them, and what the released scripts cut out of a report."""

__all__ = ["WRITTEN", "cut", "has_words", "stripped", "told"]

#: What Python's `strip` takes off, as far as reports have it.
_BLANKS = " \\t\\r\\n\\u000b\\u000c\\u0085\u00a0"

#: The report as it was written, put together from its sections and what stood before each.
WRITTEN = "array_join(zip_with(from_json(attributes['headings'], 'ARRAY<STRING>'), sections, (h, s) -> concat(h, s.text)), '')"


def stripped(text: str) -> str:
    """A text (SQL) without the blanks around it."""
    return f"trim(BOTH '{_BLANKS}' FROM {text})"


def told(name: str) -> str:
    """What the report says in its sections of that name, each stripped, one after the other on new lines; "" where it says nothing."""
    each = f"transform(filter(sections, s -> s.name = '{name}'), s -> {stripped('s.text')})"
    return f"array_join(filter({each}, t -> t <> ''), '\\n')"


def has_words(text: str, *words: str) -> str:
    """Whether a text (SQL) has all of the words, letter for letter."""
    return " and ".join(f"contains({text}, '{word}')" for word in words)


def cut(text: str, heading: str, end: str = "") -> str:
    """What the released scripts take for a section: the slice behind heading and one more character, up to the first `end`.

    It is "" where `end` stands before the heading, and the first letter is lost where no blank follows the heading.
    """
    start = f"locate('{heading}', {text}) + {len(heading) + 1}"
    if not end:
        return f"substring({text}, {start})"
    return f"substring({text}, {start}, locate('{end}', {text}) - locate('{heading}', {text}) - {len(heading) + 1})"
