"""Packing must not change what is learned: the packed loss is that of the instances alone, and the calls that break this are known."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from training_corpus import Packed

from medslake.train.loss import PackedLoss
from medslake.train.packs.feed import IGNORE, collate

pytestmark = pytest.mark.slow

PAD = 5


@pytest.fixture(scope="module")
def model(packed: Packed) -> Any:
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(packed.plan.model, dtype=torch.float32, attn_implementation="sdpa").train()


def apart(packed: Packed, rows: list[int]) -> list[tuple[torch.Tensor, int]]:
    """Every instance of the rows by itself: ids and prompt length."""
    found = []
    for index in rows:
        tokens, segments = packed.feed.row(index)
        found += [(torch.tensor(tokens[a : a + n].astype("int64"))[None], p) for a, n, p in segments.tolist()]
    return found


def test_packed_loss_and_gradients_equal_those_of_the_instances_alone(packed: Packed, model: Any) -> None:
    rows = [0, 1, 2]
    model.zero_grad()
    loss = PackedLoss(model)(**collate(packed.feed, rows, PAD))
    loss.backward()
    gradient = model.model.layers[0].self_attn.q_proj.weight.grad.clone()
    model.zero_grad()
    total = torch.zeros(())
    for ids, prompt in apart(packed, rows):
        labels = ids.clone()
        labels[:, :prompt] = IGNORE
        # The plain call, as a textbook has it; its loss is a mean over the instance's supervised tokens.
        alone = model(input_ids=ids, labels=labels).loss * (ids.shape[1] - prompt)
        alone.backward()
        total += alone.detach()
    supervised = int(packed.feed.rows[rows, 3].sum())
    assert loss.item() / supervised == pytest.approx(total.item() / supervised, abs=1e-4)
    assert torch.allclose(gradient, model.model.layers[0].self_attn.q_proj.weight.grad, atol=1e-4)
    assert gradient.abs().max() > 1e-2


def test_the_head_in_parts_gives_the_same_loss_and_gradients(packed: Packed, model: Any) -> None:
    batch = collate(packed.feed, [0, 1, 2], PAD)
    supervised = int(batch["targets"].ne(IGNORE).sum())
    one_position = 4 * model.config.vocab_size
    seen: list[int] = []
    hook = model.get_output_embeddings().register_forward_hook(lambda _m, given, _o: seen.append(given[0].shape[0]))
    found = {}
    for positions in (supervised, 7, 1):
        model.zero_grad()
        seen.clear()
        loss = PackedLoss(model, logits_bytes=positions * one_position)(**batch)
        assert (max(seen), sum(seen)) == (positions, supervised)
        loss.backward()
        found[positions] = loss.item(), [p.grad.clone() for p in model.parameters()]
    hook.remove()
    whole, gradients = found.pop(supervised)
    for loss_in_parts, in_parts in found.values():
        assert loss_in_parts == pytest.approx(whole, rel=1e-6)
        assert all(torch.allclose(a, b, atol=1e-4) for a, b in zip(in_parts, gradients, strict=True))


@pytest.mark.parametrize("layout", ["rows", "flat"])
def test_packed_logits_equal_alone_and_the_silent_mistakes_do_not(packed: Packed, model: Any, layout: str) -> None:
    batch = collate(packed.feed, [0, 1], PAD, layout=layout)
    ids, positions = batch["input_ids"], batch["position_ids"]
    bounds = {k: v for k, v in batch.items() if k.startswith(("cu_", "max_"))}
    with torch.no_grad():
        alone = torch.cat([model(input_ids=x, use_cache=False).logits[0] for x, _ in apart(packed, [0, 1])])
        used = [packed.feed.row(i)[0].size for i in (0, 1)]

        def worst(**call: Any) -> float:
            logits = model(input_ids=ids, position_ids=positions, **call).logits.reshape(2, packed.feed.length, -1)
            return float((torch.cat([logits[0, : used[0]], logits[1, : used[1]]]) - alone).abs().max())

        assert worst(use_cache=False, **bounds) < 1e-4
        assert worst(use_cache=False, attention_mask=torch.ones_like(ids)) > 1e-2
        assert worst(use_cache=True) > 1e-2


def test_our_loss_never_makes_those_calls(packed: Packed, model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[dict[str, Any]] = []
    forward = model.model.forward

    def spy(*args: Any, **call: Any) -> Any:
        calls.append(call)
        return forward(*args, **call)

    monkeypatch.setattr(model.model, "forward", spy)
    PackedLoss(model)(**collate(packed.feed, [0], PAD))
    assert calls[0]["use_cache"] is False
    assert calls[0].get("attention_mask") is None
    assert calls[0]["position_ids"] is not None


def test_a_rank_without_rows_adds_nothing_but_takes_part(packed: Packed, model: Any) -> None:
    model.zero_grad()
    loss = PackedLoss(model)(**collate(packed.feed, [], PAD))
    loss.backward()
    assert loss.item() == 0
    assert all(p.grad is None or not p.grad.any() for p in model.parameters())
    assert model.model.embed_tokens.weight.grad is not None
