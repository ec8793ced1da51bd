from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from training_corpus import fill, instances

from medslake.lake import open_lake
from medslake.planning.lengths import Lengths
from medslake.recipes import override
from medslake.recipes.tiny import RECIPE as TINY
from medslake.train.packs.pack import pack


@pytest.fixture
def mix() -> Lengths:
    """Two kinds of instances: three of 100 tokens for each of 500."""
    counts = np.zeros(501, np.int64)
    counts[[100, 500]] = 750, 250
    return Lengths(counts, "made for the test")


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Threads that wait for each other on a busy host take many times as long as one."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def packed_lake(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A lake with two pack plans, of 90 and of 20 instances."""
    root: Path = tmp_path_factory.mktemp("lake")
    lake = fill(open_lake(str(root / "lake")), instances(100))
    for setting in ("limit=none", "limit=20"):
        pack(lake, override(TINY, [setting]))
    return lake
