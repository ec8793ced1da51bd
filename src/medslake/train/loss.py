"""The training loss: the sum of -log p over supervised positions, with the output head run on those positions only, a part at a time.

With a vocabulary of 128,256 the logits of four rows of 2048 tokens are 4.2 GB in fp32. Most of them belong to prompt tokens, which bear no
loss; of the others only one part exists at a time, and is computed again in the backward pass.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional
from torch.utils.checkpoint import checkpoint

from medslake.train.packs.feed import IGNORE

__all__ = ["LOGITS_BYTES", "PackedLoss"]

#: Memory that the fp32 logits of one part may take.
LOGITS_BYTES = 256 * 1024 * 1024


class PackedLoss(nn.Module):
    """Wraps a causal language model so that FSDP gathers its root parameters once for body, head and loss."""

    def __init__(self, net: Any, logits_bytes: int = LOGITS_BYTES) -> None:
        super().__init__()
        self.net, self.logits_bytes = net, logits_bytes

    def forward(
        self, input_ids: torch.Tensor, position_ids: torch.Tensor, targets: torch.Tensor, *, reduction: str = "sum", **bounds: Any
    ) -> torch.Tensor:
        """Sum of the loss (fp32 scalar) over positions whose target is not IGNORE; 0 with a gradient when there is none.

        reduction `none`: the loss of each of them [n], in order, without a gradient.
        """
        body = self.net.base_model
        hidden = body(input_ids=input_ids, position_ids=position_ids, use_cache=False, **bounds).last_hidden_state
        supervised = targets.ne(IGNORE)
        if reduction == "none":
            return self.head_losses(hidden[supervised], targets[supervised])
        return self.head_loss(hidden[supervised], targets[supervised])

    def head_loss(self, hidden: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Output head and loss of supervised positions alone: hidden [n, width], targets [n] -> scalar."""
        size = self._part_size()
        if targets.numel() <= size:
            return self._cross_entropy(hidden, targets)
        parts = zip(hidden.split(size), targets.split(size), strict=True)
        return torch.stack([checkpoint(self._cross_entropy, *part, use_reentrant=False) for part in parts]).sum()

    def head_losses(self, hidden: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """The same of each position: hidden [n, width], targets [n] -> [n]."""
        size = self._part_size()
        return torch.cat([self._cross_entropy(*part, "none") for part in zip(hidden.split(size), targets.split(size), strict=True)])

    def _part_size(self) -> int:
        return max(1, self.logits_bytes // (4 * self.net.config.vocab_size))

    def _cross_entropy(self, hidden: torch.Tensor, targets: torch.Tensor, reduction: str = "sum") -> torch.Tensor:
        """hidden [n, width], targets [n] -> scalar or [n], fp32."""
        logits = self.net.get_output_embeddings()(hidden)
        return functional.cross_entropy(logits.float(), targets, reduction=reduction)
