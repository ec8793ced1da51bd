"""Greedy answers and log-likelihoods by transformers' own means, for models with an attention that `decoding` does not know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

__all__ = ["PlainDecoder"]


class PlainDecoder:
    """Left-padded batches. stops: ids that end an answer; pad: any id where None."""

    def __init__(self, network: Any, stops: Sequence[int], pad: int | None) -> None:
        self.network, self.stops = network, list(stops)
        self.pad = pad if pad is not None else (self.stops[0] if self.stops else 0)

    def greedy(self, prompts: Sequence[list[int]], limits: Sequence[int]) -> list[list[int]]:
        """Tokens written after each prompt; what follows a stop token means nothing."""
        import torch

        ids, mask = self._padded(prompts)
        with torch.inference_mode():
            written = self.network.generate(
                input_ids=ids,
                attention_mask=mask,
                max_new_tokens=max(limits),
                do_sample=False,
                num_beams=1,
                temperature=None,
                top_p=None,
                top_k=None,
                repetition_penalty=None,
                pad_token_id=self.pad,
                eos_token_id=self.stops or None,
            )
        return [row[:limit] for row, limit in zip(written[:, ids.shape[1] :].tolist(), limits, strict=True)]

    def score(self, prompts: Sequence[list[int]], choices: Sequence[Sequence[list[int]]]) -> list[list[float]]:
        """Sum of the log-probabilities of each row's choices after its prompt, one pass per choice."""
        import torch

        sums: list[list[float]] = [[] for _ in prompts]
        for nth in range(max(map(len, choices))):
            rows = [k for k, row in enumerate(choices) if nth < len(row)]
            longest = max(len(choices[k][nth]) for k in rows)
            ids, mask = self._padded([prompts[k] + choices[k][nth] for k in rows])
            with torch.inference_mode():
                places = (mask.cumsum(1) - 1).clamp(min=0)
                logits = self.network(input_ids=ids, attention_mask=mask, position_ids=places, logits_to_keep=longest + 1).logits
            likely = logits[:, :-1].float().log_softmax(-1).gather(2, ids[:, -longest:, None])[..., 0]
            for k, row in zip(rows, likely, strict=True):
                sums[k].append(float(row[-len(choices[k][nth]) :].sum()))
        return sums

    def _padded(self, prompts: Sequence[list[int]]) -> tuple[Any, Any]:
        import torch

        width, device = max(map(len, prompts)), self.network.device
        ids = torch.tensor([[self.pad] * (width - len(row)) + row for row in prompts], device=device)
        mask = torch.tensor([[0] * (width - len(row)) + [1] * len(row) for row in prompts], device=device)
        return ids, mask
