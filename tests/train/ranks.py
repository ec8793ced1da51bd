"""Functions on several processes of this host, each a rank of a gloo group, for what one process cannot show."""

from __future__ import annotations

import datetime
import multiprocessing
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ray import cloudpickle


@contextmanager
def one_rank() -> Iterator[None]:
    """A process group of this process alone, on one thread."""
    import torch
    import torch.distributed as dist

    sys.audit("tests.ranks", 1)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    dist.init_process_group("gloo", store=dist.HashStore(), rank=0, world_size=1)
    yield
    dist.destroy_process_group()
    torch.set_num_threads(threads)


def on_ranks(world: int, folder: Path, function: Callable[..., None], *args: Any) -> None:
    """Run function(*args) on `world` ranks until all are done; AssertionError when one fails, with what it printed above."""
    sys.audit("tests.ranks", world)
    folder.mkdir(parents=True, exist_ok=True)
    spawn = multiprocessing.get_context("spawn")
    # As Ray hands work to its workers: the functions of an accelerator may be lambdas.
    work = cloudpickle.dumps((function, args))
    ranks = [spawn.Process(target=_rank, args=(rank, world, str(folder / "store"), work)) for rank in range(world)]
    for process in ranks:
        process.start()
    for process in ranks:
        process.join()
    assert [process.exitcode for process in ranks] == [0] * world


def _rank(rank: int, world: int, store: str, work: bytes) -> None:
    import torch
    import torch.distributed as dist

    function, args = cloudpickle.loads(work)
    torch.set_num_threads(1)
    meeting = dist.FileStore(store, world)
    dist.init_process_group("gloo", store=meeting, rank=rank, world_size=world, timeout=datetime.timedelta(minutes=5))
    try:
        function(*args)
    finally:
        dist.destroy_process_group()
