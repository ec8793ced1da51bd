from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from medslake.errors import UsageError

Alone = Callable[..., list[dict[str, Any]]]


@pytest.mark.long
@pytest.mark.skipif(shutil.which(os.environ.get("CXX", "g++")) is None, reason="torch.compile needs a C++ compiler")
def test_compiled_layers_give_the_same_losses(alone: Alone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", str(tmp_path / "inductor"))
    torch._dynamo.reset()
    torch._dynamo.utils.counters.clear()
    compiled = alone(tmp_path / "compiled", steps=2, compile=True, checkpointing=True)
    # One program for all layers and one number of rows: five rows are two, two and one.
    assert torch._dynamo.utils.counters["stats"]["unique_graphs"] == 2
    plain = alone(tmp_path / "plain", steps=2, checkpointing=True)
    for key in ("loss", "grad_norm"):
        assert [line[key] for line in compiled] == pytest.approx([line[key] for line in plain], rel=1e-4)


def test_a_host_without_a_compiler_is_told(alone: Alone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXX", "no-such-compiler")
    with pytest.raises(UsageError, match="no C\\+\\+ compiler no-such-compiler"):
        alone(tmp_path / "run", steps=1, compile=True)
