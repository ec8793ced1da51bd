"""Instances of one task there and here, paired in DuckDB: each takes part in one pair at most.

Pairs are sought in this order, among what the step before left over: same input and output; same input; same words of the input; inputs
whose word trigrams are alike. The last uses the prefix filter of set joins (Chaudhuri et al., ICDE 2006): two sets with a Jaccard of t or
more share one of the first n - ceil(t n) + 1 trigrams of either, in an order that both have, the rarest first. So no pair is missed by
chance, as MinHash would; only trigrams that more than COMMON instances share lead to none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from medslake.lake.access import sql_highest
from medslake.published_set.alike import Sets, alike

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

__all__ = ["COMMON", "NEAR_ROWS", "match"]

#: Instances that may share a trigram which leads to a pair.
COMMON = 100
#: Instances of each side, of one task, among which near ones are looked for; the first in their order.
NEAR_ROWS = 50_000
#: Runs of letters and digits, and signs of scripts that have no spaces one by one.
_WORDS = r"regexp_extract_all(lower({}), '[\p{{Han}}\p{{Hiragana}}\p{{Katakana}}]|[\p{{L}}\p{{N}}]+')"
_ROWS = 10_000
#: Pairs that are looked at together.
_CANDIDATES = 1_000_000


def match(
    connection: duckdb.DuckDBPyConnection,
    task: str,
    there: pa.RecordBatchReader,
    here: pa.RecordBatchReader,
    *,
    split: str,
    near: float,
    access: str,
) -> tuple[Iterator[pa.RecordBatch], int]:
    """Rows of gold.set_matches without `rendering`, and instances there that were left over and not compared with near ones.

    there: file, number, input, output, more. here: columns of gold.instructions. split: of which the instances are told that are only
    here, or all; pairs go to it first. near: Jaccard from which on. access: lowest class of a row.
    """
    connection.register("rows_there", there)
    connection.execute("CREATE OR REPLACE TABLE there AS SELECT row_number() OVER (ORDER BY file, number) pos, * FROM rows_there")
    connection.unregister("rows_there")
    connection.register("rows_here", here)
    connection.execute(
        "CREATE OR REPLACE TABLE here AS SELECT row_number() OVER (ORDER BY split <> $1, instance_id) id, instance_id, split, access,"
        " input, output, list_append(coalesce(alternatives, []), output) outputs FROM rows_here",
        [split],
    )
    connection.unregister("rows_here")
    connection.execute("CREATE OR REPLACE TABLE pairs (pos BIGINT, id BIGINT, outcome VARCHAR, similarity DOUBLE)")
    _pair(connection, "exact", "md5(input) || md5(output)", "list_has_all(h.outputs, t.more)")
    _pair(connection, "other_output", "md5(input)", "true")
    _pair(connection, "near", f"nullif(array_to_string({_WORDS.format('input')}, ' '), '')", "true")
    left = _near(connection, near)
    return _told(connection, task, split, access), left


def _left(table: str, key: str) -> str:
    return f"SELECT * FROM {table} ANTI JOIN pairs USING ({key})"


def _pair(connection: duckdb.DuckDBPyConnection, outcome: str, key: str, condition: str) -> None:
    """The nth instance there with the nth one here that has an equal key."""

    def numbered(table: str, id: str, columns: str) -> str:
        return f"SELECT {id}, {columns}, {key} k, row_number() OVER (PARTITION BY {key} ORDER BY {id}) n FROM ({_left(table, id)})"

    connection.execute(
        f"INSERT INTO pairs SELECT pos, id, '{outcome}', 1 FROM ({numbered('there', 'pos', 'more')}) t"
        f" JOIN ({numbered('here', 'id', 'outputs')}) h USING (k, n) WHERE {condition}"
    )


def _near(connection: duckdb.DuckDBPyConnection, near: float) -> int:
    """Add pairs of like inputs, the most alike first; returns instances there that were not looked at."""
    for side, table, id in (("t", "there", "pos"), ("h", "here", "id")):
        words = f"SELECT {id} id, {_WORDS.format('input')} w FROM ({_left(table, id)}) ORDER BY {id} LIMIT {NEAR_ROWS}"
        grams = (
            "CASE WHEN len(w) < 3 THEN [hash(w)] ELSE list_distinct(list_transform(range(1, len(w) - 1), lambda k: hash(w[k:k + 2]))) END"
        )
        connection.execute(f"CREATE OR REPLACE TABLE {side}_sets AS SELECT id, {grams} s FROM ({words}) WHERE len(w) > 0")
    connection.execute(
        "CREATE OR REPLACE TABLE rare AS SELECT g, row_number() OVER () - 1 code, count(*) FILTER (h) h, count(*) n FROM"
        " (SELECT unnest(s) g, false h FROM t_sets UNION ALL SELECT unnest(s), true FROM h_sets) GROUP BY g"
    )
    for side in "th":
        connection.execute(
            f"CREATE OR REPLACE TABLE {side}_first AS SELECT id, g FROM (SELECT id, g, h, len(s) c, row_number() OVER (PARTITION BY id"
            f" ORDER BY n, g) r FROM (SELECT id, s, unnest(s) g FROM {side}_sets) JOIN rare USING (g))"
            f" WHERE r <= c - ceil(c * $1 - 1e-9) + 1 AND h BETWEEN 1 AND {COMMON}",
            [near],
        )
    there, here = (
        Sets(
            connection.sql(
                f"SELECT id, list(code) codes FROM (SELECT id, unnest(s) g FROM {side}_sets) JOIN rare USING (g) GROUP BY id ORDER BY id"
            ).to_arrow_table()
        )
        for side in "th"
    )
    candidates = connection.sql("SELECT DISTINCT t_first.id pos, h_first.id id FROM t_first JOIN h_first USING (g) ORDER BY pos, id")
    size = connection.execute("SELECT count(*) FROM rare").fetchall()[0][0]
    pairs = _once(alike(there, here, candidates.to_arrow_reader(_CANDIDATES), int(size), near))
    for start in range(0, len(pairs), _ROWS):
        columns = [list(one) for one in zip(*pairs[start : start + _ROWS], strict=True)]
        connection.execute("INSERT INTO pairs SELECT unnest($1), unnest($2), 'near', unnest($3)", columns)
    counted = connection.execute(f"SELECT count(*) FROM ({_left('there', 'pos')})").fetchall()
    return max(0, int(counted[0][0]) + len(pairs) - NEAR_ROWS)


def _once(found: Iterator[tuple[Any, Any, Any]]) -> list[tuple[int, int, float]]:
    """Each instance in one pair, the most alike first."""
    import numpy as np

    every = list(found)
    pos, ids, scores = (np.concatenate([one[n] for one in every] or [np.empty(0)]) for n in range(3))
    used_there, used_here, pairs = set(), set(), []
    for at in np.lexsort((ids, pos, -scores)):
        if pos[at] not in used_there and ids[at] not in used_here:
            used_there.add(pos[at])
            used_here.add(ids[at])
            pairs.append((int(pos[at]), int(ids[at]), float(scores[at])))
    return pairs


def _told(connection: duckdb.DuckDBPyConnection, task: str, split: str, access: str) -> Iterator[pa.RecordBatch]:
    """The pairs and what is left over, first in the order of the files, then of the instances here."""
    lowest = f"'{access}'"
    highest = sql_highest("h.access", lowest)
    both = "CASE WHEN h.id IS NULL THEN NULL ELSE t.output = h.output AND list_has_all(h.outputs, t.more) END"
    found = connection.sql(
        f"SELECT $1 task_id, coalesce(outcome, 'only_there') outcome, file, number, instance_id, split, {both} same_output, similarity,"
        f" NULL::VARCHAR AS rule, CASE WHEN h.id IS NULL THEN {lowest} ELSE {highest} END access"
        " FROM there t LEFT JOIN pairs p USING (pos) LEFT JOIN here h ON h.id = p.id ORDER BY pos",
        params=[task],
    )
    yield from _batches(found)
    found = connection.sql(
        "SELECT $1 task_id, 'only_here' outcome, NULL::VARCHAR AS file, NULL::BIGINT AS number, instance_id, split,"
        f" NULL::BOOLEAN same_output, NULL::DOUBLE similarity, NULL::VARCHAR AS rule, {highest} access"
        f" FROM ({_left('here', 'id')}) h WHERE $2 IN (split, 'all') ORDER BY id",
        params=[task, split],
    )
    yield from _batches(found)


def _batches(found: Any) -> Iterator[pa.RecordBatch]:
    yield from found.to_arrow_reader(_ROWS)
