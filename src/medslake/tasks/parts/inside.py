"""Does a text hold another, word for word? In Spark SQL; case, punctuation and blanks make no difference."""

__all__ = ["holds", "plain"]


def plain(text: str) -> str:
    """Letters and digits of an SQL expression in lower case, one blank between two words, one before the first and behind the last."""
    return rf"concat(' ', trim(regexp_replace(lower({text}), '[^\\p{{L}}\\p{{M}}\\p{{N}}]+', ' ')), ' ')"


def holds(text: str, part: str) -> str:
    """Whether the text holds the part as whole words; a part without a word is in none, and of nulls nothing is held."""
    return f"coalesce(instr({plain(text)}, {plain(part)}) > 0 and {plain(part)} <> '  ', false)"
