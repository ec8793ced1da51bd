"""Sections of silver.documents in Spark SQL."""

__all__ = ["filled_sections", "has_sections", "section"]


def section(name: str) -> str:
    """Text of the first section of that name; null where there is none."""
    return f"get(filter(sections, s -> s.name = '{name}'), 0).text"


def has_sections(*names: str) -> str:
    """Whether the document has a section of each name."""
    return " and ".join(f"exists(sections, s -> s.name = '{name}')" for name in names)


def filled_sections(*names: str) -> str:
    """Whether the document has a section of each name that holds more than blanks."""
    return " and ".join(f"exists(sections, s -> s.name = '{name}' and s.text rlike '\\\\S')" for name in names)
