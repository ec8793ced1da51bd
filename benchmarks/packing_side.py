"""One side of benchmarks/packing.py in a process of its own: python packing_side.py SIDE JOB.json RESULT.json

bins: our bins for many lengths. rows, trl: token rows of tokenised instances, by us and by TRL's pack_dataset. bare, ours, ray: the
tokenizer alone, and our encoding of Arrow batches in this process or on a private Ray. pack: the whole verb on a lake.
RESULT: seconds, cpu (seconds of this process) and peak (MiB that it had in memory at most), and what the side adds.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

Job = dict[str, Any]
Told = dict[str, Any]


def bins(job: Job) -> Told:
    from medslake.train.packs.packing import bins_of, layout

    lengths = np.load(job["lengths"])
    begun = time.perf_counter()
    bin_of, count = bins_of(lengths, job["capacity"])
    layout(bin_of, count)
    return {"seconds": time.perf_counter() - begun, "rows": count, "fill": float(lengths.sum()) / (count * job["capacity"])}


def rows(job: Job) -> Told:
    from medslake.train.packs.packing import bins_of, layout
    from medslake.train.packs.token_pool import gather

    lengths, tokens = np.load(job["lengths"]), np.load(job["tokens"], mmap_mode="r")
    starts = np.cumsum(lengths) - lengths
    begun = time.perf_counter()
    bin_of, count = bins_of(lengths, job["capacity"])
    items, offsets = layout(bin_of, count)
    for first in range(0, count, 1024):
        chosen = items[offsets[first] : offsets[min(first + 1024, count)]]
        gather(tokens, starts[chosen], lengths[chosen])
    return {"seconds": time.perf_counter() - begun, "rows": count, "fill": float(lengths.sum()) / (count * job["capacity"])}


def trl(job: Job) -> Told:
    import pyarrow as pa
    from datasets import Dataset
    from trl.data_utils import pack_dataset

    lengths, tokens = np.load(job["lengths"]), np.load(job["tokens"])
    lists = pa.ListArray.from_arrays(np.r_[0, np.cumsum(lengths)].astype(np.int32), pa.array(tokens))
    given = Dataset(pa.table({"input_ids": lists}))
    begun = time.perf_counter()
    packed = pack_dataset(given, seq_length=job["capacity"], strategy="bfd")
    seconds = time.perf_counter() - begun
    return {"seconds": seconds, "rows": len(packed), "fill": float(lengths.sum()) / (len(packed) * job["capacity"])}


def bare(job: Job) -> Told:
    import pyarrow.parquet as pq
    from tokenizers import Tokenizer

    from medslake.lake.storage.arrow import BATCH_ROWS

    tokenizer = Tokenizer.from_file(str(Path(job["model"], "tokenizer.json")))
    texts = pq.read_table(job["texts"], columns=["input", "output"]).to_pydict()
    tokenizer.encode_batch_fast(texts["input"][:1000], add_special_tokens=False)
    begun, tokens = time.perf_counter(), 0
    for column in texts.values():
        for first in range(0, len(column), BATCH_ROWS):
            tokens += sum(map(len, tokenizer.encode_batch_fast(column[first : first + BATCH_ROWS], add_special_tokens=False)))
    return {"seconds": time.perf_counter() - begun, "tokens": tokens}


def ours(job: Job) -> Told:
    import pyarrow.dataset as ds

    from medslake.lake.storage.arrow import BATCH_ROWS
    from medslake.train.packs.encode import encoded_here

    encoder = _encoder(job)
    source = ds.dataset(job["texts"], format="parquet")
    encoder(source.head(1000))
    scanner = source.scanner(columns=["instance_id", "input", "output"], batch_size=BATCH_ROWS, batch_readahead=2, fragment_readahead=1)
    begun = time.perf_counter()
    return _pooled(encoded_here(encoder, scanner.to_batches()), job) | {"seconds": time.perf_counter() - begun}


def ray(job: Job) -> Told:
    from pyarrow.fs import LocalFileSystem

    from medslake.cluster import ray_connected
    from medslake.engines.parts.chat_template import TEMPLATE_DATE
    from medslake.train.packs.encode_ray import encoded_on_ray

    encoder = _encoder(job)
    begun = time.perf_counter()
    with ray_connected(1):
        told = _pooled(encoded_on_ray([job["texts"]], LocalFileSystem(), encoder, Path(job["model"]), TEMPLATE_DATE), job)
        return told | {"seconds": time.perf_counter() - begun}


def pack(job: Job) -> Told:
    from medslake.lake import open_lake
    from medslake.recipes import override
    from medslake.recipes.mmedins_llama3 import WHOLE
    from medslake.train.packs.pack import pack as verb

    begun = time.perf_counter()
    marks: dict[str, float] = {}

    def progress(what: str, done: int, total: int | None, about: Mapping[str, str] | None = None, /) -> None:
        marks[what] = time.perf_counter() - begun

    result = verb(open_lake(job["lake"]), override(WHOLE, [f"model={job['model']}", *job["settings"]]), progress=progress)
    return {"seconds": time.perf_counter() - begun, "marks": marks, "result": result}


def _encoder(job: Job) -> Any:
    import pyarrow.parquet as pq

    from medslake.train.models import load_tokenizer
    from medslake.train.packs.chat import chat_format
    from medslake.train.packs.encode import Encoder, id_bytes

    ids = np.sort(id_bytes(pq.read_table(job["texts"], columns=["instance_id"])["instance_id"]))
    return Encoder(chat_format(load_tokenizer(Path(job["model"]))), ids, answers=False)


def _pooled(encoded: Any, job: Job) -> Told:
    from medslake.train.packs.token_pool import TokenPool

    pool = TokenPool(Path(job["scratch"], "pool"))
    for batch in encoded:
        for pieces in batch.pieces.values():
            pool.add(pieces)
    return {"tokens": pool.size}


def watched(peak: list[int], stop: threading.Event) -> None:
    """Most memory of this process that is no page of a file."""
    while not stop.wait(0.2):
        anonymous = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("RssAnon"))
        peak[0] = max(peak[0], int(anonymous.split()[1]) // 1024)


SIDES: dict[str, Callable[[Job], Told]] = {f.__name__: f for f in (bins, rows, trl, bare, ours, ray, pack)}

if __name__ == "__main__":
    os.environ["TOKENIZERS_PARALLELISM"] = "true"
    side, job, result = sys.argv[1:]
    anonymous, stop = [0], threading.Event()
    thread = threading.Thread(target=watched, args=(anonymous, stop), daemon=True)
    thread.start()
    told = SIDES[side](json.loads(Path(job).read_text()))
    stop.set()
    thread.join()
    told |= {"cpu": time.process_time(), "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "anonymous": anonymous[0]}
    Path(result).write_text(json.dumps(told))
