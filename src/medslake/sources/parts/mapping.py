"""What rules are written with: columns as Spark SQL over bronze, joins of its tables, and where rows fall."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from medslake.formats.parts.typed import grammar
from medslake.lake.schema.types import parse_type
from medslake.sources.base import ASIDE, Bronze, Join, Mapped, Rule, Split, broken, quoted

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = [
    "attributes",
    "by_file",
    "by_hash",
    "by_rule",
    "candidate",
    "chosen",
    "hash_split",
    "joined_on",
    "mapped",
    "quoted",
    "row_number",
    "sections",
    "typed",
]

_SPLITS = ("train", "validation", "test")


def mapped(table: str | Rule, /, where: str = "true", aside: Mapping[str, str] | None = None, **columns: str) -> Mapped:
    """Rows of a bronze table where `where` holds, their silver columns as Spark SQL over its columns.

    table: its name, or a function bronze -> DataFrame (None where the files at hand make none) that prepares the rows. A frame that joins
    tables brings `origin` and `joined` itself. aside: `rule: message` -> SQL over the same columns, true for rows to be set aside.
    """
    return Mapped(table, columns, where, aside or {})


def typed(text: str, kind: str) -> str:
    """SQL for a text (SQL) as a value of a type: null where it is not wholly one. kind: INT, BIGINT, DOUBLE, BOOLEAN, DATE or TIMESTAMP."""
    whole = quoted(rf"^({grammar(parse_type(kind))})\z")
    return f"IF({text} RLIKE {whole}, try_cast({text} AS {kind}), NULL)"


def joined_on(
    left: DataFrame,
    right: DataFrame,
    key: str | tuple[str, ...],
    same: str | tuple[str, ...] = (),
    *,
    told: tuple[Bronze, str] | None = None,
    keep: Literal["all", "matched", "unmatched"] = "all",
    required: bool = False,
    sought: bool = False,
) -> DataFrame:
    """Rows of `left` with the further columns of `right`, which holds a key once: the one way to bring tables together.

    key: columns of both. same: columns of both that the key implies; a left row that differs in one of them is set aside. keep: which left
    rows stay; those without a right one bear nulls. required: left rows without a right one are set aside. sought: rows of `right` ask for
    rows of `left`; where none is found the source is refused, where some are missing it is warned of. told: the bronze that the rule was
    given, and `left, right` as the tables are called in ops.quality_results and ops.quarantine, where unmatched rows of both sides are
    counted and left rows set aside. Only a `right` that was made of the left's own rows, and what is not looked up by an id, needs none.
    """
    from pyspark.sql import functions as F

    keys, alike = _several(key), _several(same)
    if told is None and (alike or required or sought):
        raise ValueError("joined_on sets rows aside or counts them, so it must be told of which bronze")
    other = right.select(*keys, *(F.col(c).alias(f"_other_{c}") for c in right.columns if c not in keys), F.lit(True).alias("_found"))
    found = left.join(other, list(keys), "left")
    kept = [c for c in right.columns if c not in (*keys, *alike)]
    rows = found.select(*left.columns, "_found", *(F.col(f"_other_{c}").alias(c) for c in kept))
    if told is not None:
        bronze, name = told
        if name.count(", ") != 1:
            raise ValueError(f"a join is told as `left, right`, not as {name!r}")
        rules = {f"join({name}): {column} differs": f"_found AND NOT ({column} <=> _other_{column})" for column in alike}
        if required:
            rules[f"join({name}): no row with this {', '.join(keys)}"] = "_found IS NULL"
        judged = found.withColumn(ASIDE, F.expr(broken(rules)) if rules else F.array().cast("array<string>"))
        aside = judged.where(f"size({ASIDE}) > 0").select(*left.columns, ASIDE)
        bronze.joins[name] = Join(name, _sides(name, left, right, keys, alike), aside, required, sought)
        if rules:
            rows = judged.where(f"size({ASIDE}) = 0").select(*left.columns, "_found", *(F.col(f"_other_{c}").alias(c) for c in kept))
    wanted = {"all": "true", "matched": "_found", "unmatched": "_found IS NULL"}[keep]
    return rows.where(wanted).drop("_found")


def _several(names: str | tuple[str, ...]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else names


def _sides(name: str, left: DataFrame, right: DataFrame, keys: tuple[str, ...], same: tuple[str, ...]) -> DataFrame:
    """See `Join.sides`. A null key finds nothing, a null in `same` is a value like any other."""
    null = " OR ".join(f"{key} IS NULL" for key in keys)
    texts = {"key": f"IF({null}, NULL, {_text(keys)})", "same": _text(same), "join": quoted(name)}
    columns = [f"{sql} AS {column}" for column, sql in texts.items()]
    here, there = left.selectExpr(*columns, "1L AS here", "0L AS there"), right.selectExpr(*columns, "0L AS here", "1L AS there")
    return here.unionByName(there)


def _text(columns: tuple[str, ...]) -> str:
    """SQL for several columns as one text, in which a null is not the empty text."""
    texts = ", ".join(f"coalesce(concat('=', CAST({column} AS STRING)), '')" for column in columns)
    return f"concat_ws(' ', {texts})" if texts else "''"


def row_number(prefix: str = "''", digits: int = 6) -> str:
    """SQL for a record id: `prefix` (SQL), a slash where there is one, and the number of the record in its file with leading zeros."""
    number = f"lpad(CAST(_row AS STRING), {digits}, '0')"
    return number if prefix == "''" else f"concat_ws('/', {prefix}, {number})"


def sections(*columns: str, **named: str) -> str:
    """SQL for `sections` of silver.documents: columns under their own names, then name=SQL; those without text are left out."""
    every = {**{column: f"`{column}`" for column in columns}, **named}
    made = ", ".join(f"named_struct('name', {quoted(name)}, 'text', CAST({sql} AS STRING))" for name, sql in every.items())
    return f"filter(array({made}), s -> s.text IS NOT NULL)"


def attributes(*columns: str, **named: str) -> str:
    """SQL for `attributes` of silver.documents: columns under their own names, then name=SQL; those without a value are left out."""
    every = {**{column: f"`{column}`" for column in columns}, **named}
    told = ", ".join(f"{quoted(name)}, CAST({sql} AS STRING)" for name, sql in every.items())
    return f"map_filter(map({told}), (name, value) -> value IS NOT NULL)"


def candidate(text: str, label: str, *, key: str = "NULL", explanation: str = "NULL") -> str:
    """SQL for one of the `candidates` of silver.pairs, of what is SQL itself. key: its id."""
    told = {"id": key, "text": text, "label": label, "explanation": explanation}
    fields = ", ".join(f"'{name}', CAST({sql} AS STRING)" for name, sql in told.items())
    return f"named_struct({fields})"


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
    return Split(f"CASE {' '.join(whens)} END", f"By the file's name ({text}).", tuple(told))


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
