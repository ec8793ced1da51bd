"""Ascend NPUs: torch_npu, HCCL. The only file that imports torch_npu; every name of it that stands here is in the 2.13.0 wheel (tested).

Ray Train never picks hccl by itself (it falls back to gloo) and registers it only when the backend is exactly `hccl`, so that name is what
goes into TorchConfig. Every worker sees only its own card: Ray's get_device() is index 0 of what it sees, LOCAL_RANK would be wrong.
`import torch` loads torch_npu by itself when the package is installed and fails on a host without CANN. TORCH_DEVICE_BACKEND_AUTOLOAD=0
stops that; the workers then load it here and through Ray. transformers and Ray import a torch_npu that is merely present: a host without
CANN (a cluster's head) gets an image without the package.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import sys
from pathlib import Path
from types import MethodType
from typing import Any

from medslake.accelerators.base import Accelerator
from medslake.errors import MissingDependency

__all__ = ["ACCELERATOR"]

DEVICE_FILES = Path("/dev")
INSTALL = 'pip install "medslake[ascend]"'
#: Name under which transformers knows the attention of packed rows.
ATTENTION = "medslake_npu_varlen"
#: The kernel's own form of a causal mask: it tiles these entries, whatever the lengths (`sparse_mode` 3, aligned at the lower right).
MASK_SIDE, LOWER_RIGHT_CAUSAL = 2048, 3


def _probe() -> int:
    """Cards on this host by their device files; 0 where torch_npu is not installed."""
    if importlib.util.find_spec("torch_npu") is None:
        return 0
    present = _plugged_in()
    visible = os.environ.get("ASCEND_RT_VISIBLE_DEVICES")
    return present if visible is None else min(present, len([d for d in visible.split(",") if d.strip()]))


def _plugged_in() -> int:
    return len(list(DEVICE_FILES.glob("davinci[0-9]*")))


def _missing() -> str | None:
    return INSTALL if _plugged_in() and importlib.util.find_spec("torch_npu") is None else None


def _setup(device: Any) -> None:
    if importlib.util.find_spec("torch_npu") is None:
        raise MissingDependency("Training on Ascend", f"{INSTALL} (on a host with CANN)")
    import torch_npu
    from transformers import AttentionInterface

    torch_npu.npu.set_device(device)
    AttentionInterface.register(ATTENTION, _attention)


def _attention(
    module: Any, query: Any, key: Any, value: Any, attention_mask: Any, *, scaling: float, cu_seq_lens_q: Any, **_: Any
) -> tuple[Any, None]:
    """Causal attention inside each sequence of one flat row.

    query: [1, heads, tokens, width]; key, value: [1, key heads, tokens, width]; cu_seq_lens_q: bounds of the
    sequences, from 0, on the host.
    Returns [1, tokens, heads, width] and no weights.
    """
    import torch_npu

    flat = [x[0].transpose(0, 1) for x in (query, key, value)]
    ends = cu_seq_lens_q[1:].tolist()
    out = torch_npu.npu_fusion_attention(
        *flat,
        head_num=query.shape[1],
        input_layout="TND",
        atten_mask=_mask(query.device),
        scale=scaling,
        actual_seq_qlen=ends,
        actual_seq_kvlen=ends,
        sparse_mode=LOWER_RIGHT_CAUSAL,
    )
    return out[0].unsqueeze(0), None


@functools.cache
def _mask(device: Any) -> Any:
    import torch

    return torch.ones(MASK_SIDE, MASK_SIDE, dtype=torch.bool, device=device).triu(1)


def _fuse(net: Any) -> None:
    """RMSNorm, SwiGLU and rotary embedding of the Llama family as one kernel each; other modules stay as they are."""
    for module in net.modules():
        if type(module).__name__.endswith("RMSNorm") and hasattr(module, "variance_epsilon"):
            module.forward = MethodType(_rms_norm, module)
        elif all(hasattr(module, part) for part in ("gate_proj", "up_proj", "down_proj")) and net.config.hidden_act == "silu":
            module.forward = MethodType(_swiglu, module)
    family: Any = sys.modules[type(net).__module__]
    if hasattr(family, "apply_rotary_pos_emb"):
        # The model's attention looks this up in its own module at every call.
        family.apply_rotary_pos_emb = _rotary


def _rms_norm(self: Any, hidden_states: Any) -> Any:
    import torch_npu

    return torch_npu.npu_rms_norm(hidden_states, self.weight, epsilon=self.variance_epsilon)[0]


def _swiglu(self: Any, x: Any) -> Any:
    import torch
    import torch_npu

    return self.down_proj(torch_npu.npu_swiglu(torch.cat([self.gate_proj(x), self.up_proj(x)], dim=-1), dim=-1))


def _rotary(q: Any, k: Any, cos: Any, sin: Any, unsqueeze_dim: int = 1) -> tuple[Any, Any]:
    import torch_npu

    cos, sin = cos.unsqueeze(unsqueeze_dim), sin.unsqueeze(unsqueeze_dim)
    return torch_npu.npu_rotary_mul(q, cos, sin, rotary_mode="half"), torch_npu.npu_rotary_mul(k, cos, sin, rotary_mode="half")


def _synchronize() -> None:
    import torch_npu

    torch_npu.npu.synchronize()


def _peak_memory() -> int:
    import torch_npu

    return int(torch_npu.npu.max_memory_allocated())


def _device_name() -> str:
    import torch_npu

    return str(torch_npu.npu.get_device_name())


ACCELERATOR = Accelerator(
    name="npu",
    about="Ascend NPUs, one worker each; needs torch_npu and CANN.",
    resource="NPU",
    torch_type="npu",
    backend="hccl",
    visible_devices="ASCEND_RT_VISIBLE_DEVICES",
    attention=ATTENTION,
    bf16=True,
    probe=_probe,
    missing=_missing,
    setup=_setup,
    fuse=_fuse,
    synchronize=_synchronize,
    peak_memory=_peak_memory,
    device_name=_device_name,
    layout="flat",
    environment={"PYTORCH_NPU_ALLOC_CONF": "expandable_segments:True", "HCCL_CONNECT_TIMEOUT": "600"},
    # As verl counts; the steppings B1 to B4 differ and public figures for them contradict each other: `medslake plan --peak` sets one.
    peak_flops={"Ascend910B": 354e12},
    memory={"Ascend910B": 64 << 30},
)
