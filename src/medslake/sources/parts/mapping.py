"""What rules are written with: columns as Spark SQL over bronze, and where rows fall."""

from __future__ import annotations

from collections.abc import Mapping

from medslake.sources.base import Mapped, Rule, Split

__all__ = ["by_file", "by_hash", "by_rule", "chosen", "hash_split", "mapped", "quoted", "row_number", "sections"]

_SPLITS = ("train", "validation", "test")


def mapped(table: str | Rule, /, where: str = "true", **columns: str) -> Mapped:
    """Rows of a bronze table where `where` holds, their silver columns as Spark SQL over its columns.

    table: its name, or a function bronze -> DataFrame (None where the files at hand make none) that prepares the rows. A frame that joins
    tables brings `origin` and `joined` itself.
    """
    return Mapped(table, columns, where)


def quoted(text: str) -> str:
    """A text as a literal of Spark SQL."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def row_number(prefix: str = "''", digits: int = 6) -> str:
    """SQL for a record id: `prefix` (SQL), a slash where there is one, and the number of the record in its file with leading zeros."""
    number = f"lpad(CAST(_row AS STRING), {digits}, '0')"
    return number if prefix == "''" else f"concat_ws('/', {prefix}, {number})"


def sections(*columns: str, **named: str) -> str:
    """SQL for `sections` of silver.documents: columns under their own names, then name=SQL; those without text are left out."""
    every = {**{column: f"`{column}`" for column in columns}, **named}
    made = ", ".join(f"named_struct('name', {quoted(name)}, 'text', CAST({sql} AS STRING))" for name, sql in every.items())
    return f"filter(array({made}), s -> s.text IS NOT NULL)"


def chosen(value: str, choices: Mapping[str, str], otherwise: str = "NULL") -> str:
    """SQL for the choice whose name equals `value` (SQL); both sides of `choices` are texts."""
    whens = " ".join(f"WHEN {quoted(name)} THEN {quoted(choice)}" for name, choice in choices.items())
    return f"CASE {value} {whens} ELSE {otherwise} END"


def by_file(**words: str | tuple[str, ...]) -> Split:
    """Split by the name of the row's file: `by_file(train="train", validation="dev", test="test")`.

    A word is a regular expression, looked for in the file's own name first, then in its whole path, small and capital letters alike. A row
    whose file answers to none has no split and is set aside.
    """
    told = [(split, (found,) if isinstance(found, str) else found) for split, found in words.items()]
    odd = sorted(set(words) - set(_SPLITS))
    if odd:
        raise ValueError(f"by_file knows {', '.join(_SPLITS)}, not {', '.join(odd)}")
    places = ("element_at(split({file}, '/'), -1)", "{file}")
    whens = [f"WHEN rlike({at}, {quoted('(?i)' + '|'.join(found))}) THEN '{split}'" for at in places for split, found in told]
    text = "; ".join(f"{split}: {' or '.join(found)}" for split, found in told)
    return Split(f"CASE {' '.join(whens)} END", f"By the file's name ({text}).")


def by_hash(column: str, seed: int = 2025, train: float = 0.9, validation: float = 0.0) -> Split:
    """Split by a seeded hash of a silver column, so that equal values fall into the same split; see `hash_split`."""
    shares = f"{train:.0%} train, {validation:.0%} validation" if validation else f"{train:.0%} train"
    return Split(hash_split(column, seed, train, validation), f"By a seeded hash of {column}: {shares}, the rest test.")


def by_rule(text: str) -> Split:
    """The rules make the column `split`; the sentence says how."""
    return Split("CAST(NULL AS STRING)", text)


def hash_split(value: str, seed: int = 2025, train: float = 0.9, validation: float = 0.0) -> str:
    """SQL: 'train', 'validation' or 'test' by the first 32 bits of SHA-256 of `<seed>:<value>`, so that any language can recompute it.

    train, validation: shares in [0, 1]; the rest is test. Null falls into train.
    """
    share = f"CAST(conv(substring(sha2(concat('{seed}:', CAST({value} AS STRING)), 256), 1, 8), 16, 10) AS BIGINT) / {float(2**32)!r}D"
    return (
        f"CASE WHEN {value} IS NULL OR {share} < {train!r}D THEN 'train' WHEN {share} < {train + validation!r}D THEN 'validation' "
        "ELSE 'test' END"
    )
