"""What one rank sees while it builds and reads a model: run by test_sharding on two processes."""

from __future__ import annotations

import ctypes
import gc
import json
import math
import re
import threading
import time
from pathlib import Path
from typing import Any


def load_and_tell(models: list[str], out: str) -> None:
    """Writes `<out>/<rank>.json`: for each model what was read, held and resident; and for the first one loaded whole, for comparison."""
    import torch.distributed as dist

    # The first one pays for what torch and transformers keep for themselves.
    load(models[0])
    told: dict[str, Any] = {Path(model).name: load(model) for model in models}
    told["whole"] = grown(lambda: load_whole(models[-1]))
    (Path(out) / f"{dist.get_rank()}.json").write_text(json.dumps(told))


def load(folder: str) -> dict[str, Any]:
    import torch.distributed as dist
    from safetensors import safe_open
    from torch.distributed.checkpoint import HuggingFaceStorageReader

    from medslake import registry
    from medslake.recipes import override
    from medslake.recipes.tiny import RECIPE as TINY
    from medslake.train.sharding import load_weights, sharded, weights

    read: list[int] = []

    class Reader(HuggingFaceStorageReader):
        def _process_read_request(self, file: Any, request: Any, planner: Any) -> None:
            read.append(math.prod(request.lengths))
            super()._process_read_request(file, request, planner)

    import torch.distributed.checkpoint as dcp

    held: dict[str, Any] = {}

    def build() -> None:
        model = sharded(Path(folder), override(TINY, ["length=64"]), registry.get("accelerator", "cpu"))
        dcp.HuggingFaceStorageReader = Reader  # type: ignore[misc]
        load_weights(model, Path(folder), dist.group.WORLD)
        dcp.HuggingFaceStorageReader = HuggingFaceStorageReader  # type: ignore[misc]
        held.update(weights(model))

    resident = grown(build)
    wrong = []
    for path in Path(folder).glob("*.safetensors"):
        with safe_open(path, framework="pt") as file:
            for name in file.keys():  # noqa: SIM118
                mine = held[name].to_local()
                offset = mine.shape[0] * dist.get_rank()
                if not mine.equal(file.get_slice(name)[offset : offset + mine.shape[0]].to(mine.dtype)):
                    wrong.append(name)
    return {
        "read": sum(read),
        "held": sum(v.to_local().numel() for v in held.values()),
        "all": sum(v.numel() for v in held.values()),
        "types": sorted({str(v.dtype) for v in held.values()}),
        "names": sorted(held),
        "wrong": wrong,
        "resident": resident,
    }


def load_whole(folder: str) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)


def grown(work: Any) -> int:
    """Bytes by which this process's own memory (pages that are no file's) grew at most while `work` ran."""
    gc.collect()
    # Memory that was freed but kept by the allocator would be used again without showing.
    ctypes.CDLL(None).malloc_trim(0)
    before, most, done = anonymous(), 0, threading.Event()

    def watch() -> None:
        nonlocal most
        while not done.is_set():
            most = max(most, anonymous())
            time.sleep(0.001)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        work()
    finally:
        done.set()
        watcher.join()
    return max(most, anonymous()) - before


def anonymous() -> int:
    found = re.search(r"RssAnon:\s+(\d+)", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) * 1024
