"""The batch plan is a pure function of the rows."""

from __future__ import annotations

import random

import pytest

from made_benchmark import benchmark_row
from medslake.bench.selection import planned_rows
from medslake.infer.batching import Size, batched
from medslake.lake.schema import ddl


def sizes(n: int = 60) -> list[Size]:
    chance = random.Random(1)
    return [Size(f"r{k:03d}", chance.randint(5, 400), chance.choice([10, 200])) for k in range(n)]


def test_the_order_of_rows_does_not_matter() -> None:
    given = sizes()
    shuffled = random.Random(2).sample(given, len(given))
    assert batched(given, 16) == batched(shuffled, 16)


def test_every_row_is_in_exactly_one_batch() -> None:
    shards = batched(sizes(), 16)
    rows = [row_id for shard in shards for row_id in shard.row_ids]
    assert sorted(rows) == [s.row_id for s in sizes()]
    assert [(shard.number, len(shard.row_ids)) for shard in shards] == [(0, 16), (1, 16), (2, 16), (3, 12)]


def test_rows_of_a_batch_write_equally_much_longest_prompt_first() -> None:
    known = {s.row_id: s for s in sizes()}
    batches = [[known[r] for r in batch] for shard in batched(sizes(), 16) for batch in shard.batches]
    assert all(len({s.max_new_tokens for s in batch}) == 1 for batch in batches)
    assert all(batch == sorted(batch, key=lambda s: -s.tokens) for batch in batches)
    # 60 rows of two limits in shards of 16: one batch more than there are shards.
    assert len(batches) == 5


def test_rows_with_a_shared_head_are_together() -> None:
    shared = [Size(f"{head}{k:02d}", 1100 + k, 50, head, 1000) for head in "ab" for k in range(20)]
    batches = [batch for shard in batched(shared, 16) for batch in shard.batches]
    assert [(len(batch), {row_id[0] for row_id in batch}) for batch in batches] == [(16, {"a"}), (4, {"a"}), (12, {"b"}), (8, {"b"})]


def test_heads_that_are_not_worth_it_are_mixed() -> None:
    few = [Size(f"{head}{k}", 100, 50, head, 60) for head in "abcdef" for k in range(3)]
    assert [len(shard.batches) for shard in batched(few, 16)] == [1, 1]


def test_nothing_to_do_is_no_shard() -> None:
    assert batched([], 10) == []


@pytest.mark.parametrize("limit", [None, 1, 2, 9])
def test_limit_is_per_task_prompt_and_variant(limit: int | None) -> None:
    import pyarrow as pa

    rows = [
        benchmark_row(task, k, "q", "A", prompt=prompt) for task in ("task57", "task106") for k in range(3) for prompt in ("paper", "chat")
    ]
    schema = ddl.spec("gold.benchmark").arrow_schema()
    table = pa.Table.from_pylist([{k: v for k, v in row.items() if k in schema.names} for row in rows], schema=schema)
    got = planned_rows(table, None, limit)
    assert got.num_rows == 4 * min(limit or 3, 3)
    assert set(planned_rows(table, ["task57"], limit)["task_id"].to_pylist()) == {"task57"}
    backwards = table.take(list(reversed(range(table.num_rows))))
    assert planned_rows(backwards, None, limit)["row_id"].to_pylist() == got["row_id"].to_pylist()
