"""The output head on supervised positions, in parts, against the plain one over all positions, at Llama 3's vocabulary."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch.nn import functional

from medslake.train.loss import PackedLoss
from medslake.train.packs.feed import IGNORE

VOCABULARY, ROWS, LENGTH = 128_256, 2, 24
SUPERVISED = 12


@pytest.fixture(scope="module")
def net() -> Any:
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=VOCABULARY,
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=1,
        max_position_embeddings=LENGTH,
        tie_word_embeddings=False,
        initializer_range=0.2,
    )
    torch.manual_seed(0)
    return LlamaForCausalLM(config).train()


@pytest.fixture(scope="module")
def batch() -> dict[str, torch.Tensor]:
    draw = torch.Generator().manual_seed(1)
    targets = torch.full((ROWS * LENGTH,), IGNORE)
    where = torch.randperm(ROWS * LENGTH, generator=draw)[:SUPERVISED]
    targets[where] = torch.randint(VOCABULARY, (SUPERVISED,), generator=draw)
    return {
        "input_ids": torch.randint(VOCABULARY, (ROWS, LENGTH), generator=draw),
        "position_ids": torch.arange(LENGTH).repeat(ROWS, 1),
        "targets": targets.reshape(ROWS, LENGTH),
    }


@pytest.fixture(scope="module")
def plain(net: Any, batch: dict[str, torch.Tensor]) -> tuple[torch.Tensor, list[torch.Tensor]]:
    """Logits of all positions in fp32, and the cross entropy that passes over those without a target."""
    net.zero_grad()
    logits = net(input_ids=batch["input_ids"], position_ids=batch["position_ids"], use_cache=False).logits
    loss = functional.cross_entropy(logits.float().flatten(0, 1), batch["targets"].flatten(), ignore_index=IGNORE, reduction="sum")
    loss.backward()
    return loss.detach(), [p.grad.clone() for p in net.parameters()]


@pytest.mark.parametrize(
    ("size", "parts"), [(SUPERVISED + 1, 1), (SUPERVISED, 1), (SUPERVISED - 1, 2), (SUPERVISED // 2, 2), (1, SUPERVISED)]
)
def test_loss_and_gradients_are_the_plain_ones_on_either_side_of_a_part(
    net: Any, batch: dict[str, torch.Tensor], plain: tuple[torch.Tensor, list[torch.Tensor]], size: int, parts: int
) -> None:
    net.zero_grad()
    rows: list[int] = []
    hook = net.lm_head.register_forward_hook(lambda _module, given, _out: rows.append(given[0].shape[0]))
    loss = PackedLoss(net, logits_bytes=size * 4 * VOCABULARY)(**batch)
    hook.remove()
    assert (len(rows), sum(rows), max(rows)) == (parts, SUPERVISED, min(size, SUPERVISED))
    loss.backward()
    expected, gradients = plain
    assert torch.allclose(loss.detach(), expected, rtol=1e-6)
    for (name, p), gradient in zip(net.named_parameters(), gradients, strict=True):
        # Sums over the vocabulary are rounded in another order.
        assert float((p.grad - gradient).abs().max() / gradient.abs().max()) < 1e-4, name
