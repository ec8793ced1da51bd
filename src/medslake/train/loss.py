"""The training loss: the sum of -log p over supervised positions, with the output head run on those positions only."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional

from medslake.train.feed import IGNORE

__all__ = ["PackedLoss"]


class PackedLoss(nn.Module):
    """Wraps a causal language model so that FSDP gathers its root parameters once for body, head and loss."""

    def __init__(self, net: Any) -> None:
        super().__init__()
        self.net = net

    def forward(self, input_ids: torch.Tensor, position_ids: torch.Tensor, targets: torch.Tensor, **bounds: Any) -> torch.Tensor:
        """Sum of the loss (fp32 scalar) over positions whose target is not IGNORE; 0 with a gradient when there is none."""
        body = self.net.base_model
        hidden = body(input_ids=input_ids, position_ids=position_ids, use_cache=False, **bounds).last_hidden_state
        supervised = targets.ne(IGNORE)
        logits = self.net.get_output_embeddings()(hidden[supervised])
        return functional.cross_entropy(logits.float(), targets[supervised], reduction="sum")
