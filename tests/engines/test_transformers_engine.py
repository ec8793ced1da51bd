"""Generation with transformers on a tiny random model: fp32 on the CPU, where batches must change nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from medslake import registry
from medslake.accelerators.cpu import ACCELERATOR as CPU
from medslake.engines.base import Prompt
from medslake.engines.parts.model_folder import model_digest, model_name
from medslake.errors import UsageError

ENGINE = registry.get("engine", "transformers")


def ask(id: str, question: str, limit: int = 12, system: str = "Answer.") -> Prompt:
    return Prompt(id, [{"role": "system", "content": system}, {"role": "user", "content": question}], limit)


@pytest.fixture(scope="module")
def generator(tiny: Path) -> Any:
    return ENGINE.open(str(tiny), dtype="float32", device=CPU)


PROMPTS = [ask("a", "What is the point?"), ask("b", "x"), ask("c", "Why " * 20, 5), ask("d", "The patient has pain.", 30)]


@pytest.mark.slow
def test_batches_change_nothing_in_fp32(generator: Any) -> None:
    together = generator.generate(PROMPTS)
    alone = [generator.generate([prompt])[0] for prompt in PROMPTS]
    backwards = generator.generate(PROMPTS[::-1])[::-1]
    assert together == alone == backwards
    assert [g.id for g in together] == ["a", "b", "c", "d"]
    assert any(g.text for g in together)


@pytest.mark.slow
def test_greedy_equals_transformers_by_itself(generator: Any, tiny: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model, tokenizer = AutoModelForCausalLM.from_pretrained(tiny), AutoTokenizer.from_pretrained(tiny)
    for prompt in PROMPTS:
        inputs = tokenizer.apply_chat_template(list(prompt.messages), add_generation_prompt=True, return_tensors="pt", return_dict=True)
        with torch.inference_mode():
            out = model.generate(**inputs, do_sample=False, max_new_tokens=prompt.max_new_tokens)
        expected = tokenizer.decode(out[0, inputs["input_ids"].shape[1] :], skip_special_tokens=True)
        assert generator.generate([prompt])[0].text == expected


def test_each_row_has_its_own_limit(generator: Any) -> None:
    for prompt, answer in zip(PROMPTS, generator.generate(PROMPTS), strict=True):
        assert answer.new_tokens <= prompt.max_new_tokens
        assert answer.finish_reason == "stop" or answer.new_tokens == prompt.max_new_tokens


def test_a_stop_token_ends_the_answer(generator: Any) -> None:
    stop = generator.stops[0]
    answer = generator._generation(PROMPTS[0], 7, [10, 11, stop, 12])
    assert (answer.finish_reason, answer.new_tokens, answer.prompt_tokens) == ("stop", 3, 7)
    assert answer.text == generator.tokenizer.decode([10, 11])
    late = generator._generation(ask("z", "q", 2), 7, [10, 11, stop])
    assert (late.finish_reason, late.new_tokens) == ("length", 2)


def test_stops_hold_the_end_of_turn(generator: Any) -> None:
    assert generator.tokenizer.convert_tokens_to_ids("<|eot_id|>") in generator.stops


def test_measured_is_what_the_model_reads(generator: Any) -> None:
    assert [one.tokens for one in generator.measure(PROMPTS)] == [g.prompt_tokens for g in generator.generate(PROMPTS)]


def test_measuring_needs_no_weights(tiny: Path) -> None:
    bare = ENGINE.open(str(tiny), weights=False, dtype="float32", device=CPU)
    assert bare.measure(PROMPTS)[0].tokens > 10
    assert "network" not in bare.__dict__


def test_shots_that_the_context_does_not_hold_are_left_out(generator: Any) -> None:
    question = {"role": "user", "content": "What is it?"}
    long, short = {"role": "system", "content": "word " * 600}, {"role": "system", "content": "word " * 20}
    whole = Prompt("whole", [short, question], 8)
    cut = Prompt("cut", [long, question], 8, fewer=[[long, question], [short, question], [question]])
    assert generator.fitted(cut) == generator.fitted(whole) and generator.fitted(whole)[1] is None


def test_a_question_longer_than_the_context_is_a_recorded_error(generator: Any) -> None:
    bad, good = generator.generate([ask("long", "y" * 900), ask("short", "y")])
    assert bad.text is None and bad.finish_reason == "error" and "context of 512" in bad.error
    assert good.error is None


def test_memory_that_does_not_suffice_halves_the_batch(generator: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    whole, batches = generator._written, []

    def small_only(rows: list[Any]) -> list[Any]:
        if len(rows) > 1:
            raise torch.OutOfMemoryError("no memory for more than one row")
        batches.append(len(rows))
        return whole(rows)

    expected = generator.generate(PROMPTS)
    monkeypatch.setattr(generator, "_written", small_only)
    assert generator.generate(PROMPTS) == expected and batches == [1, 1, 1, 1]


def test_bf16_runs(tiny: Path) -> None:
    generator = ENGINE.open(str(tiny), dtype="bfloat16", device=CPU)
    assert str(generator.network.dtype) == "torch.bfloat16"
    assert all(g.error is None for g in generator.generate(PROMPTS))


def test_an_unknown_dtype_is_named(tiny: Path) -> None:
    with pytest.raises(UsageError, match="int3"):
        ENGINE.open(str(tiny), dtype="int3", device=CPU)


def test_the_digest_is_that_of_the_weights(tiny: Path, tmp_path: Path) -> None:
    import shutil

    copy = shutil.copytree(tiny, tmp_path / "copy")
    assert model_digest(str(copy)) == model_digest(str(tiny)) == ENGINE.identify(str(tiny))
    weights = next(copy.glob("*.safetensors"))
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(bytes(content))
    assert model_digest(str(copy)) != model_digest(str(tiny))
    with pytest.raises(UsageError, match="no folder"):
        model_digest(str(tmp_path / "nowhere"))


@pytest.mark.parametrize(("path", "name"), [("/a/tiny-1f/model", "tiny-1f"), ("./smollm2/", "smollm2"), ("models/x", "x")])
def test_names_say_something(path: str, name: str) -> None:
    assert model_name(path) == name
