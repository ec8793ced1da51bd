"""Greedy generation with Hugging Face transformers on one device: left padding, the model's own chat template and stop tokens."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from medslake.accelerators import pick
from medslake.engines.base import Engine, Generation, Generator, Prompt
from medslake.engines.chat_prompts import ChatPrompts
from medslake.engines.model_folder import model_digest
from medslake.engines.shot_dropping import with_fewer_shots
from medslake.errors import UsageError

__all__ = ["ENGINE"]

#: Ends of turn that chat models write although their configuration may name another token only.
_TURN_ENDS = ("<|eot_id|>", "<|im_end|>", "<|end_of_turn|>", "<end_of_turn>", "<|end|>")
_NO_LIMIT = 1 << 20


class _Transformers:
    """One model on one device. dtype: auto (bfloat16 where the device has it, else float32), float32 or bfloat16."""

    def __init__(self, model: str, dtype: str, device: str, seed: int) -> None:
        from transformers import AutoConfig, AutoTokenizer

        self.model, self.dtype, self.device, self.seed = model, dtype, device, seed
        self.tokenizer: Any = AutoTokenizer.from_pretrained(model, padding_side="left")
        self.chat = ChatPrompts.of(self.tokenizer, model)
        self.config = AutoConfig.from_pretrained(model)
        limits = [getattr(self.config, "max_position_embeddings", None), self.tokenizer.model_max_length]
        self.context = min([n for n in limits if n and n < _NO_LIMIT], default=_NO_LIMIT)

    @cached_property
    def network(self) -> Any:
        import torch
        from transformers import AutoModelForCausalLM

        torch.manual_seed(self.seed)
        accelerator = pick(self.device)
        dtype = {"auto": "bfloat16" if accelerator.bf16 else "float32"}.get(self.dtype, self.dtype)
        if dtype not in ("float32", "bfloat16", "float16"):
            raise UsageError(f"dtype {self.dtype!r} is not known; use auto, float32, bfloat16 or float16.")
        network: Any = AutoModelForCausalLM.from_pretrained(self.model, dtype=getattr(torch, dtype))
        return network.to(accelerator.torch_type).eval()

    @cached_property
    def stops(self) -> list[int]:
        """Ids that end an answer: those of the model's generation settings, the tokenizer's, and ends of turn in its vocabulary."""
        found: set[int] = set()
        for given in (self.network.generation_config.eos_token_id, self.tokenizer.eos_token_id):
            found |= {given} if isinstance(given, int) else set(given or ())
        vocabulary = self.tokenizer.get_vocab()
        return sorted(found | {vocabulary[token] for token in _TURN_ENDS if token in vocabulary})

    def count_tokens(self, prompts: Sequence[Prompt]) -> list[int]:
        return [len(self._fitted(prompt)[0]) for prompt in prompts]

    def generate(self, prompts: Sequence[Prompt]) -> list[Generation]:
        """A batch; where it does not fit into memory it is halved until it does."""
        answers: dict[str, Generation] = {}
        ready: list[tuple[Prompt, list[int]]] = []
        for prompt in prompts:
            ids, error = self._fitted(prompt)
            if error:
                answers[prompt.id] = Generation.failed(prompt, error, len(ids))
            else:
                ready.append((prompt, ids))
        for generation in self._halving(ready):
            answers[generation.id] = generation
        return [answers[prompt.id] for prompt in prompts]

    def _fitted(self, prompt: Prompt) -> tuple[list[int], str | None]:
        """Ids that leave room for the answer, with as many examples as fit; an error where the question alone does not."""
        room = self.context - prompt.max_new_tokens
        ids = self.chat.encode(prompt.messages)
        if len(ids) <= room:
            return ids, None
        for messages in with_fewer_shots(prompt.messages):
            ids = self.chat.encode(messages)
            if len(ids) <= room:
                return ids, None
        return ids, f"the prompt has {len(ids)} tokens without examples, the context of {self.context} leaves {max(room, 0)}"

    def _halving(self, rows: list[tuple[Prompt, list[int]]]) -> list[Generation]:
        import torch

        if not rows:
            return []
        try:
            return self._batch(rows)
        except torch.OutOfMemoryError:
            if len(rows) == 1:
                return [Generation.failed(rows[0][0], "out of device memory", len(rows[0][1]))]
            middle = len(rows) // 2
            return self._halving(rows[:middle]) + self._halving(rows[middle:])

    def _batch(self, rows: list[tuple[Prompt, list[int]]]) -> list[Generation]:
        import torch

        width = max(len(ids) for _, ids in rows)
        pad = self.tokenizer.pad_token_id
        if pad is None:
            pad = self.stops[0] if self.stops else 0
        inputs = torch.tensor([[pad] * (width - len(ids)) + ids for _, ids in rows])
        mask = torch.tensor([[0] * (width - len(ids)) + [1] * len(ids) for _, ids in rows])
        device = self.network.device
        with torch.inference_mode():
            written = self.network.generate(
                input_ids=inputs.to(device),
                attention_mask=mask.to(device),
                max_new_tokens=max(prompt.max_new_tokens for prompt, _ in rows),
                do_sample=False,
                num_beams=1,
                temperature=None,
                top_p=None,
                top_k=None,
                pad_token_id=pad,
                eos_token_id=self.stops or None,
            )
        answers = written[:, width:].tolist()
        return [self._generation(prompt, len(ids), answer) for (prompt, ids), answer in zip(rows, answers, strict=True)]

    def _generation(self, prompt: Prompt, read: int, answer: list[int]) -> Generation:
        """Cut at the first stop token or the row's own limit; greedy text does not depend on what would follow."""
        end = next((k for k, token in enumerate(answer) if token in self.stops), None)
        stopped = end is not None and end < prompt.max_new_tokens
        kept = answer[: end if stopped else prompt.max_new_tokens]
        text = self.tokenizer.decode(kept, skip_special_tokens=True)
        return Generation(prompt.id, text, "stop" if stopped else "length", read, len(kept) + int(stopped))


def _open(model: str, *, weights: bool = True, dtype: str = "auto", device: str = "auto", seed: int = 0) -> Generator:
    generator = _Transformers(model, dtype, device, seed)
    if weights:
        _ = generator.network
    return generator


ENGINE = Engine(
    name="transformers",
    open=_open,
    identify=model_digest,
    options=(("dtype", "auto"), ("device", "auto"), ("seed", 0)),
)
