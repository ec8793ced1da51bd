"""Linear layers with weights in the blocked order that oneDNN computes in, for a CPU: its matrix products are faster so."""

from __future__ import annotations

from typing import Any

__all__ = ["pack_linears"]


def pack_linears(network: Any) -> None:
    """Replace every nn.Linear of a network on the CPU in place, for inference only; the weights stay where others share them."""
    import torch
    from torch import nn

    if network.device.type != "cpu" or not torch.backends.mkldnn.is_available():
        return

    class Packed(nn.Module):
        def __init__(self, linear: nn.Linear) -> None:
            super().__init__()
            self.weight = torch.ops.mkldnn._reorder_linear_weight(linear.weight.detach(), None)
            self.bias = linear.bias

        def forward(self, rows: Any) -> Any:
            return torch.ops.mkldnn._linear_pointwise(rows, self.weight, self.bias, "none", [], "")

    for module in list(network.modules()):
        for name, child in list(module.named_children()):
            if type(child) is nn.Linear:
                setattr(module, name, Packed(child))
