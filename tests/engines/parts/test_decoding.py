"""The shared-prefix decoder against transformers' own generate and forward pass, fp32 on the CPU, in four families of models."""

from __future__ import annotations

import random
from typing import Any

import pytest

from medslake.engines.parts.decoding import Decoder, common_prefix
from medslake.engines.parts.packed_linear import pack_linears
from medslake.engines.parts.plain_decoding import PlainDecoder
from medslake.engines.parts.shared_attention import FAMILIES, NAME, register

pytestmark = pytest.mark.slow

SIZES: dict[str, Any] = {
    "vocab_size": 120,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
    "initializer_range": 0.4,
}
STOP = 7


def made(family: str, attention: str) -> Any:
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    register()
    sizes = SIZES | ({"sliding_window": None} if family == "mistral" else {})
    config = AutoConfig.for_model(family, **sizes, bos_token_id=0, eos_token_id=STOP, pad_token_id=1)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(5)
        return AutoModelForCausalLM.from_config(config, attn_implementation=attention).eval()


def prompts() -> list[list[int]]:
    """Nine rows with a head of 70 tokens, and tails of 1 to 40."""
    chance = random.Random(3)
    head = [chance.randrange(8, 120) for _ in range(70)]
    return [head + [chance.randrange(8, 120) for _ in range(chance.choice([1, 5, 17, 40]))] for _ in range(9)]


def until_stop(answer: list[int]) -> list[int]:
    return answer[: answer.index(STOP) + 1] if STOP in answer else answer


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_answers_are_those_of_generate(family: str) -> None:
    rows, limits = prompts(), [20, 3, 20, 20, 1, 20, 20, 12, 20]
    expected = [until_stop(a) for a in PlainDecoder(made(family, "sdpa"), [STOP], 1).greedy(rows, limits)]
    assert len({len(a) for a in expected}) > 2, "rows are to end at different steps"
    network = made(family, NAME)
    assert Decoder(network, [STOP]).greedy(rows, limits) == expected
    assert Decoder(network, [STOP], share=False).greedy(rows, limits) == expected
    assert [Decoder(network, [STOP]).greedy([row], [limit])[0] for row, limit in zip(rows, limits, strict=True)] == expected
    pack_linears(network)
    assert Decoder(network, [STOP]).greedy(rows, limits) == expected


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_log_likelihoods_are_those_of_a_forward_pass(family: str) -> None:
    import torch

    rows = prompts()[:4]
    choices = [[[9], [10, 11, 12]], [[20, 21], [20, 22], [23]], [[30] * 6], [[40], [41, 42]]]
    reference, network = made(family, "eager"), made(family, NAME)
    expected = []
    for row, options in zip(rows, choices, strict=True):
        for option in options:
            with torch.inference_mode():
                logits = reference(input_ids=torch.tensor([row + option])).logits[0].log_softmax(-1)
            expected.append(sum(float(logits[len(row) - 1 + k, token]) for k, token in enumerate(option)))
    for decoder in (Decoder(network, [STOP]), Decoder(network, [STOP], share=False), PlainDecoder(made(family, "sdpa"), [STOP], 1)):
        found = [value for row in decoder.score(rows, choices) for value in row]
        assert found == pytest.approx(expected, abs=1e-4)


def test_the_part_by_plain_operations_equals_the_cpu_kernel() -> None:
    import torch

    from medslake.engines.parts.shared_attention import _part, _plain_part

    torch.manual_seed(0)
    query, key, value = torch.randn(2, 3, 5, 8), torch.randn(2, 3, 11, 8), torch.randn(2, 3, 11, 8)
    mask = torch.zeros(2, 1, 5, 11).masked_fill(torch.rand(2, 1, 5, 11) > 0.7, torch.finfo(torch.float32).min)
    for given in (None, mask):
        for one, other in zip(_part(query, key, value, given, 0.3), _plain_part(query, key, value, given, 0.3), strict=True):
            torch.testing.assert_close(one, other)


def test_a_shared_prefix_is_read_once_and_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    decoder = Decoder(made("llama", NAME), [STOP])
    read: list[tuple[int, int]] = []
    step = decoder._step

    def counting(ids: Any, *rest: Any, **more: Any) -> Any:
        read.append(tuple(ids.shape))
        return step(ids, *rest, **more)

    monkeypatch.setattr(decoder, "_step", counting)
    rows = prompts()
    decoder.greedy(rows, [1] * 9)
    # 70 tokens are shared, 64 of them are the multiple of 32 that is computed once; tails have 6 + 1 to 40 tokens.
    assert read == [(1, 64), (9, 46)]
    decoder.greedy(rows[:4], [1] * 4)
    assert [shape[0] for shape in read[2:]] == [4]


def test_rows_that_ended_leave_the_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    decoder = Decoder(made("llama", NAME), [])
    widths: list[int] = []
    step = decoder._step

    def counting(ids: Any, *rest: Any, **more: Any) -> Any:
        widths.append(ids.shape[0])
        return step(ids, *rest, **more)

    monkeypatch.setattr(decoder, "_step", counting)
    decoder.greedy(prompts(), [2, 2, 2, 2, 2, 9, 9, 9, 9])
    assert widths[-7:] == [4] * 7


@pytest.mark.parametrize("share", [True, False])
@pytest.mark.parametrize("batch_tokens", [1, 200, 400])
def test_waiting_rows_take_the_places_of_those_that_ended(monkeypatch: pytest.MonkeyPatch, share: bool, batch_tokens: int) -> None:
    rows, limits = prompts() * 3, [20, 3, 20, 20, 1, 20, 20, 12, 20, 2, 2, 2, 9, 9, 9, 1, 1, 1, 20, 3, 20, 20, 1, 20, 20, 12, 20]
    expected = [until_stop(a) for a in PlainDecoder(made("llama", "sdpa"), [STOP], 1).greedy(rows, limits)]
    decoder = Decoder(made("llama", NAME), [STOP], share=share, batch_tokens=batch_tokens)
    steps: list[tuple[int, ...]] = []
    step = decoder._step

    def counting(ids: Any, *rest: Any, **more: Any) -> Any:
        steps.append(tuple(ids.shape))
        return step(ids, *rest, **more)

    monkeypatch.setattr(decoder, "_step", counting)
    assert decoder.greedy(rows, limits) == expected
    running = [rows for rows, width in steps if width == 1]
    room = max(map(len, rows)) + max(limits) - (64 if share else 0)
    assert max(running) == max(1, (batch_tokens - (64 if share else 0)) // room)
    # A place is never idle for long while rows wait: all steps together are few more than the tokens by the places.
    assert sum(running) < 1.6 * sum(map(len, expected))


def test_common_prefix() -> None:
    assert common_prefix([[1, 2, 3], [1, 2, 4], [1, 2]]) == 2
    assert common_prefix([[1], [2]]) == 0
    assert common_prefix([]) == 0
