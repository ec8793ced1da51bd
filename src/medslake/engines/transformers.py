"""Hugging Face transformers on one device: greedy answers and log-likelihoods, the model's own chat template and stop tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

from medslake.accelerators import Accelerator
from medslake.accelerators.cpu import ACCELERATOR as CPU
from medslake.engines.base import MODES, TINY, Chooser, Engine, Generation, Prompt
from medslake.engines.parts.chat_template import TEMPLATE_DATE
from medslake.engines.parts.decoding import BATCH_TOKENS, Decoder
from medslake.engines.parts.model_folder import model_digest
from medslake.engines.parts.packed_linear import pack_linears
from medslake.engines.parts.plain_decoding import PlainDecoder
from medslake.engines.parts.reader import Reader
from medslake.engines.parts.shared_attention import FAMILIES, NAME, register
from medslake.errors import UsageError

__all__ = ["ENGINE"]

Row = tuple[Prompt, list[int]]


class _Transformers(Reader):
    """One model on one device. dtype: auto (bfloat16 where the device has it, else float32), float32, bfloat16 or float16.

    share: rows that begin alike are computed once up to where they part. batch_tokens: tokens, read and yet to be written, of the rows that
    run at once. day: that the chat template writes.
    """

    def __init__(self, model: str, dtype: str, device: Accelerator, seed: int, share: bool, batch_tokens: int, day: str) -> None:
        super().__init__(model, share=share, day=day)
        self.dtype, self.device, self.seed, self.batch_tokens = dtype, device, seed, batch_tokens
        # A model with a window over its past, or another attention, is left to transformers.
        self.plain = self.config.model_type not in FAMILIES or _has_window(self.config)
        self.share = share and not self.plain

    @cached_property
    def network(self) -> Any:
        import torch
        from transformers import AutoModelForCausalLM

        torch.manual_seed(self.seed)
        dtype = {"auto": "bfloat16" if self.device.bf16 else "float32"}.get(self.dtype, self.dtype)
        if dtype not in ("float32", "bfloat16", "float16"):
            raise UsageError(f"dtype {self.dtype!r} is not known; use auto, float32, bfloat16 or float16.")
        register()
        attention = {} if self.plain else {"attn_implementation": NAME}
        network: Any = AutoModelForCausalLM.from_pretrained(self.model, dtype=getattr(torch, dtype), **attention)
        network = network.to(self.device.torch_type).eval()
        pack_linears(network)
        return network

    @cached_property
    def stops(self) -> list[int]:
        """Ids that end an answer, those of the model's generation settings among them."""
        given = self.network.generation_config.eos_token_id
        return sorted({*self.turn_ends, *([given] if isinstance(given, int) else given or ())})

    @cached_property
    def decoder(self) -> Decoder | PlainDecoder:
        if self.plain:
            return PlainDecoder(self.network, self.stops, self.tokenizer.pad_token_id)
        return Decoder(self.network, self.stops, share=self.share, batch_tokens=self.batch_tokens)

    def generate(self, prompts: Sequence[Prompt]) -> list[Generation]:
        return self._answered(prompts, self._written)

    def score(self, prompts: Sequence[Prompt]) -> list[Generation]:
        return self._answered(prompts, self._chosen)

    def _answered(self, prompts: Sequence[Prompt], answer: Callable[[list[Row]], list[Generation]]) -> list[Generation]:
        """A batch; where it does not fit into memory it is halved until it does."""
        answers: dict[str, Generation] = {}
        ready: list[Row] = []
        for prompt in prompts:
            ids, error = self.fitted(prompt)
            if error:
                answers[prompt.id] = Generation.failed(prompt, error, len(ids))
            else:
                ready.append((prompt, ids))
        for generation in self._halving(ready, answer):
            answers[generation.id] = generation
        return [answers[prompt.id] for prompt in prompts]

    def _halving(self, rows: list[Row], answer: Callable[[list[Row]], list[Generation]]) -> list[Generation]:
        import torch

        if not rows:
            return []
        try:
            return answer(rows)
        except torch.OutOfMemoryError:
            if len(rows) == 1:
                return [Generation.failed(rows[0][0], "out of device memory", len(rows[0][1]))]
            middle = len(rows) // 2
            return self._halving(rows[:middle], answer) + self._halving(rows[middle:], answer)

    def _written(self, rows: list[Row]) -> list[Generation]:
        # The decoder keeps its places filled by itself; transformers' generate takes one batch and no more.
        portions = self._portions(rows, [p.max_new_tokens for p, _ in rows]) if self.plain else [rows]
        found = []
        for portion in portions:
            answers = self.decoder.greedy([ids for _, ids in portion], [prompt.max_new_tokens for prompt, _ in portion])
            found += [self._generation(prompt, len(ids), answer) for (prompt, ids), answer in zip(portion, answers, strict=True)]
        return found

    def _chosen(self, rows: list[Row]) -> list[Generation]:
        choices = {prompt.id: self.choices(prompt) for prompt, _ in rows}
        if not all(ids and all(ids) for ids in choices.values()):
            raise ValueError("a choice has no text")
        found = []
        for portion in self._portions(rows, [max(map(len, choices[p.id])) for p, _ in rows]):
            sums = self.decoder.score([ids for _, ids in portion], [choices[prompt.id] for prompt, _ in portion])
            for (prompt, ids), total in zip(portion, sums, strict=True):
                found.append(Generation.chosen(prompt, total, [len(c) for c in choices[prompt.id]], len(ids)))
        return found

    def _portions(self, rows: list[Row], room: Sequence[int]) -> Iterator[list[Row]]:
        """Rows in their order, cut so that padded prompts and what follows them stay within `batch_tokens`; one row at least."""
        held: list[Row] = []
        longest = 0
        for row, more in zip(rows, room, strict=True):
            longest = max(longest, len(row[1]) + more)
            if held and longest * (len(held) + 1) > self.batch_tokens:
                yield held
                held, longest = [], len(row[1]) + more
            held.append(row)
        if held:
            yield held

    def _generation(self, prompt: Prompt, read: int, answer: list[int]) -> Generation:
        """Cut at the first stop token or the row's own limit; greedy text does not depend on what would follow."""
        end = next((k for k, token in enumerate(answer) if token in self.stops), None)
        stopped = end is not None and end < prompt.max_new_tokens
        kept = answer[: end if stopped else prompt.max_new_tokens]
        text = self.tokenizer.decode(kept, skip_special_tokens=True)
        return Generation(prompt.id, text, "stop" if stopped else "length", read, len(kept) + int(stopped))


def _has_window(config: Any) -> bool:
    kinds = getattr(config, "layer_types", None)
    if kinds:
        return any(kind != "full_attention" for kind in kinds)
    return bool(getattr(config, "sliding_window", None))


def _open(
    model: str,
    *,
    weights: bool = True,
    dtype: str = "auto",
    device: Accelerator = CPU,
    seed: int = 0,
    share_prefixes: bool = True,
    batch_tokens: int = BATCH_TOKENS,
    template_date: str = TEMPLATE_DATE,
) -> Chooser:
    if batch_tokens < 1:
        raise UsageError(f"Option batch_tokens is {batch_tokens}; it must be above 0.")
    generator = _Transformers(model, dtype, device, seed, share_prefixes, batch_tokens, template_date)
    if weights:
        _ = generator.network
    return generator


ENGINE = Engine(
    name="transformers",
    about="Hugging Face transformers on the devices at hand.",
    open=_open,
    identify=model_digest,
    options=(
        ("dtype", "auto"),
        ("device", "auto"),
        ("seed", 0),
        ("share_prefixes", True),
        ("batch_tokens", BATCH_TOKENS),
        ("template_date", TEMPLATE_DATE),
    ),
    modes=MODES,
    example=TINY,
)
