"""Encoding by the actors of a Ray cluster: Ray Data reads the table's files, and what comes back are pieces in any order."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from medslake.cluster import ray_connected
from medslake.lake.storage.arrow import BATCH_ROWS
from medslake.train.models import load_tokenizer
from medslake.train.packs.chat import chat_format
from medslake.train.packs.encode import Encoded, Encoder

__all__ = ["encoded_on_ray", "on_ray"]

#: With fewer instances the start of the actors is taken to cost more than they save: an estimate, see benchmarks/packing.py.
LEAST_INSTANCES = 50_000


def on_ray(instances: int) -> bool:
    """Whether a Ray cluster is at hand and so many instances are worth its actors' start.

    On one machine alone the tokenizer's own threads use all cores and start at once, so no cluster is started for it.
    """
    import ray

    return instances >= LEAST_INSTANCES and (ray.is_initialized() or bool(os.environ.get("RAY_ADDRESS")))


def encoded_on_ray(files: Sequence[str], filesystem: Any, encoder: Encoder, model: Path, day: str) -> Iterator[Encoded]:
    """What `encoder` makes of the rows of Parquet files. model: the folder of its tokenizer, which all nodes see. day: of its template."""
    with ray_connected(1):
        import ray
        import ray.data

        _quiet()
        actors: Any = _Worker  # a class of callables, which Ray Data's annotations do not know
        # A file would be one block, however large, and a block goes to one actor.
        blocks = max(len(files), math.ceil(encoder.ids.size / BATCH_ROWS))
        pieces = ray.data.read_parquet(
            list(files),
            filesystem=filesystem,
            columns=["instance_id", "input", "output"],
            partitioning=None,
            override_num_blocks=blocks,
        ).map_batches(
            actors,
            batch_size=BATCH_ROWS,
            batch_format="pyarrow",
            fn_constructor_args=(str(model), day, ray.put(encoder.ids), encoder.answers),
            compute=ray.data.ActorPoolStrategy(size=max(1, int(ray.cluster_resources().get("CPU", 1)))),
            # One actor per core keeps it busy. A claim on the whole core would leave none for the tasks that read, and all would wait.
            num_cpus=0.5,
        )
        table: Any
        for table in pieces.iter_batches(batch_size=None, batch_format="pyarrow"):
            yield Encoded.from_arrow(table)


class _Worker:
    """An actor with a tokenizer of its own."""

    def __init__(self, model: str, day: str, ids: Any, answers: bool) -> None:
        import ray

        # There is an actor for every core: threads of the tokenizer would only be in each other's way.
        os.environ["TOKENIZERS_PARALLELISM"] = "false"
        wanted: np.ndarray = ray.get(ids)
        self.encoder = Encoder(chat_format(load_tokenizer(Path(model)), day), wanted, answers)

    def __call__(self, batch: pa.Table) -> pa.Table:
        return self.encoder(batch).to_arrow()


def _quiet() -> None:
    from ray.data import DataContext

    DataContext.get_current().enable_progress_bars = False
