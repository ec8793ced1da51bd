"""Answers of a shard to rows of gold.predictions."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from medslake.engines.base import Generation
from medslake.infer.batching import Shard
from medslake.lake.access import highest

__all__ = ["answer_rows"]


def answer_rows(shard: Shard, answers: Sequence[Generation], rows: pa.Table, facts: Mapping[str, Any], schema: pa.Schema) -> pa.Table:
    """One row per answer. rows: gold.benchmark with row_id, instance_id, task_id, access; facts: columns equal in the whole set, of which
    `access` is the model's: an answer may give away what either holds.
    """
    own = rows.filter(pc.is_in(rows["row_id"], value_set=pa.array(shard.row_ids, pa.string())))
    asked = {row["row_id"]: row for row in own.select(["row_id", "instance_id", "task_id", "access"]).to_pylist()}
    table = []
    for answer in answers:
        identity = f"{facts['run_set']}\n{answer.id}"
        table.append(
            {
                **facts,
                **asked[answer.id],
                "access": highest(facts["access"], asked[answer.id]["access"]),
                "prediction_id": hashlib.md5(identity.encode(), usedforsecurity=False).hexdigest(),
                "shard": shard.number,
                "prediction": answer.text,
                "error": answer.error,
                "finish_reason": answer.finish_reason,
                "prompt_tokens": answer.prompt_tokens,
                "new_tokens": answer.new_tokens,
                "choice_logprobs": list(answer.choices) or None,
                "served_model": answer.served_model,
                "system_fingerprint": answer.fingerprint,
            }
        )
    return pa.Table.from_pylist(table, schema=schema)
