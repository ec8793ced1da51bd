"""The Ascend accelerator with its tensors in host memory; each worker notes what it was given in CARD_FACTS."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path
from typing import Any

from medslake.accelerators.npu import ACCELERATOR as NPU


def _setup(device: Any) -> None:
    import torch.distributed as dist
    import torch_npu

    NPU.setup(device)
    facts = {
        "device": str(device),
        "backend": dist.get_backend(),
        "visible": os.environ.get(NPU.visible_devices),
        "allocator": torch_npu.ALLOCATOR,
    }
    Path(os.environ["CARD_FACTS"], f"{dist.get_rank()}.json").write_text(json.dumps(facts))


ACCELERATOR = dataclasses.replace(NPU, name="npu_in_host_memory", torch_type="cpu", setup=_setup)
