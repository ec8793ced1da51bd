"""Stands in for torch_npu where there is no Ascend card: its names, with the arithmetic of the public operator descriptions on the CPU.

`import torch` loads it by the same entry point as the real package. The device type `npu` is torch's PrivateUse1 under a new name, and the
collectives of `hccl` are gloo's. Kernels refuse arguments that the real ones have no place for. CALLS counts what was called.
"""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from types import ModuleType
from typing import Any

import torch
import torch.distributed as dist
from torch.nn import functional
from torch.utils.backend_registration import _setup_privateuseone_for_python_backend

CALLS: Counter[str] = Counter()


def _autoload() -> None:
    """The entry point; importing this module was all there is to do."""


class _Stream:
    """A queue of work that is done at once."""

    def __init__(self, device: Any = None, priority: int = 0) -> None:
        self.device_index = 0

    def wait_stream(self, other: Any) -> None:
        pass

    def synchronize(self) -> None:
        pass


def _device_module() -> ModuleType:
    module: Any = ModuleType("torch.npu")
    module.is_available = lambda: True
    module.is_initialized = lambda: True
    module.is_bf16_supported = lambda: True
    module.get_amp_supported_dtype = lambda: [torch.float16, torch.bfloat16]
    module.device_count = lambda: 1
    module.current_device = lambda: 0
    module._is_in_bad_fork = lambda: False
    module.manual_seed_all = lambda seed: None
    generator = torch.Generator()
    module.get_rng_state = lambda device=None: generator.get_state()
    module.set_rng_state = lambda state, device=None: generator.set_state(state)
    module.empty_cache = lambda: None
    module.Stream = _Stream
    module.current_stream = lambda device=None: _Stream()
    module.stream = lambda stream: contextlib.nullcontext()
    module.set_device = _set_device
    module.synchronize = lambda device=None: CALLS.update(["synchronize"])
    module.max_memory_allocated = lambda device=None: 3 << 30
    module.get_device_name = lambda device=None: "Ascend910B3"
    return module


def _set_device(device: Any) -> None:
    if torch.device(device) != torch.device("npu", 0):
        raise RuntimeError(f"a worker sees one card, index 0, and was asked for {device}")
    CALLS["set_device"] += 1


def _hccl(store: Any, rank: int, size: int, timeout: Any) -> Any:
    return dist.ProcessGroupGloo(store, rank, size, timeout)


def npu_fusion_attention(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    head_num: int,
    input_layout: str,
    *,
    atten_mask: torch.Tensor,
    scale: float,
    actual_seq_qlen: list[int],
    actual_seq_kvlen: list[int],
    sparse_mode: int,
) -> tuple[torch.Tensor, ...]:
    """Layout TND with the compressed causal mask: [tokens, heads, width], each sequence for itself."""
    CALLS["npu_fusion_attention"] += 1
    if input_layout != "TND" or sparse_mode != 3 or actual_seq_qlen != actual_seq_kvlen or actual_seq_qlen[-1] != query.shape[0]:
        raise RuntimeError("aclnnFlashAttentionVarLenScore: lengths and layout do not fit")
    causal = torch.ones(2048, 2048, dtype=torch.bool).triu(1)
    if head_num != query.shape[1] or not torch.equal(atten_mask.cpu(), causal):
        raise RuntimeError("aclnnFlashAttentionVarLenScore: head_num or atten_mask do not fit")
    parts, start = [], 0
    for end in actual_seq_qlen:
        q, k, v = (x[start:end].transpose(0, 1)[None] for x in (query, key, value))
        parts.append(functional.scaled_dot_product_attention(q, k, v, is_causal=True, scale=scale, enable_gqa=True)[0].transpose(0, 1))
        start = end
    return (torch.cat(parts),)


def npu_rms_norm(input: torch.Tensor, gamma: torch.Tensor, epsilon: float = 1e-6) -> tuple[torch.Tensor, torch.Tensor]:
    CALLS["npu_rms_norm"] += 1
    if input.dtype != gamma.dtype:
        raise RuntimeError("aclnnRmsNorm: gamma has another type than the input")
    wide = input.float()
    inverse = torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + epsilon)
    return gamma * (wide * inverse).to(input.dtype), inverse


def npu_rotary_mul(input: torch.Tensor, r1: torch.Tensor, r2: torch.Tensor, rotary_mode: str = "half") -> torch.Tensor:
    CALLS["npu_rotary_mul"] += 1
    if input.ndim != 4 or r1.shape != r2.shape or r1.shape[1] != 1 or rotary_mode != "half":
        raise RuntimeError("aclnnRotaryPositionEmbedding: not layout BNSD with B1SD")
    first, second = input.chunk(2, -1)
    return r1 * input + r2 * torch.cat((-second, first), -1)


def npu_swiglu(input: torch.Tensor, dim: int = -1) -> torch.Tensor:
    CALLS["npu_swiglu"] += 1
    gate, up = input.chunk(2, dim)
    return functional.silu(gate) * up


npu = _device_module()
_setup_privateuseone_for_python_backend("npu", backend_module=npu)
dist.Backend.register_backend("hccl", _hccl, devices=["cpu", "npu"])
#: What the loading process had set before the first tensor.
ALLOCATOR = os.environ.get("PYTORCH_NPU_ALLOC_CONF")
