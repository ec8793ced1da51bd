"""Greedy answers and log-likelihoods of token rows: one prefill of what the rows share, one of the rest, then step by step in place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from medslake.engines.shared_attention import KeyValues

__all__ = ["Decoder", "common_prefix"]

Ids = Sequence[int]
#: Shared prefixes are cut to a multiple of this, so that batches of one task share theirs exactly.
_GRAIN = 32
#: Part of a batch that must have ended before the others are moved together.
_ENDED = 1 / 8


def common_prefix(prompts: Sequence[list[int]]) -> int:
    """Number of tokens with which all prompts begin."""
    if not prompts:
        return 0
    first, last = min(prompts), max(prompts)
    return next((k for k, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))


class Decoder:
    """A causal language model with the attention of `shared_attention`. share: whether common prefixes are computed once."""

    def __init__(self, network: Any, stops: Ids, *, share: bool = True) -> None:
        self.network, self.stops, self.share = network, frozenset(stops), share
        self._kept: tuple[tuple[int, ...], KeyValues] | None = None

    def greedy(self, prompts: Sequence[list[int]], limits: Sequence[int]) -> list[list[int]]:
        """Tokens written after each prompt, up to the row's limit or its first stop token, which is left in."""
        import torch

        logits, cache, mask, positions = self._read(prompts, max(limits))
        answers: list[list[int]] = [[] for _ in prompts]
        rows = list(range(len(prompts)))
        while True:
            tokens = logits.argmax(-1)
            alive = []
            for k, (row, token) in enumerate(zip(rows, tokens.tolist(), strict=True)):
                if row < 0:
                    continue
                answers[row].append(token)
                if token in self.stops or len(answers[row]) == limits[row]:
                    rows[k] = -1
                else:
                    alive.append(k)
            if not alive:
                return answers
            if len(rows) - len(alive) >= max(1, len(rows) * _ENDED):
                kept = torch.tensor(alive, device=tokens.device)
                cache.keep(kept)
                tokens, mask, positions = tokens[kept], mask[kept], positions[kept]
                rows = [rows[k] for k in alive]
            logits = self._step(tokens.unsqueeze(1), cache, mask[..., : cache.at + 1], positions)
            cache.at += 1
            positions = positions + 1

    def score(self, prompts: Sequence[list[int]], choices: Sequence[Sequence[list[int]]]) -> list[list[float]]:
        """Sum of the log-probabilities of each row's choices after its prompt; each prompt is read once."""
        import torch

        longest = max(len(ids) for row in choices for ids in row)
        logits, cache, mask, positions = self._read(prompts, longest)
        first = logits.float().log_softmax(-1)
        read = cache.at
        sums: list[list[float]] = [[] for _ in prompts]
        for nth in range(max(map(len, choices))):
            tried = [row[nth] if nth < len(row) else row[0] for row in choices]
            ids = _right_padded(tried, first.device)
            total = first.gather(1, ids[:, :1])[:, 0]
            if ids.shape[1] > 1:
                width = ids.shape[1] - 1
                causal = _causal(width, mask.dtype, mask.device).expand(len(tried), 1, -1, -1)
                seen = torch.cat([mask[..., :read].expand(-1, -1, width, -1), causal], -1)
                places = positions + torch.arange(width, device=positions.device)
                cache.at = read
                after = self._step(ids[:, :-1], cache, seen, places, last=False).float().log_softmax(-1)
                found = after.gather(2, ids[:, 1:].unsqueeze(-1))[..., 0]
                lengths = torch.tensor([len(t) - 1 for t in tried], device=found.device)
                total = total + found.masked_fill(torch.arange(width, device=found.device) >= lengths[:, None], 0.0).sum(1)
            for row, value in enumerate(total.tolist()):
                if nth < len(choices[row]):
                    sums[row].append(value)
        return sums

    def _read(self, prompts: Sequence[list[int]], room: int) -> tuple[Any, KeyValues, Any, Any]:
        """Prefill; returns the logits after each prompt, the keys and values with `room` for more, the mask over all of it, and the
        position of each row's next token, [rows, 1].
        """
        import torch

        device, dtype = self.network.device, self.network.dtype
        prefix = self._prefix(prompts)
        own = [ids[prefix.at if prefix else 0 :] for ids in prompts]
        width = max(map(len, own))
        ids = torch.tensor([[0] * (width - len(row)) + row for row in own], device=device)
        pads = torch.tensor([width - len(row) for row in own], device=device)[:, None]
        places = (torch.arange(width, device=device) - pads).clamp(min=0) + (prefix.at if prefix else 0)
        cache = KeyValues(width + room, prefix)
        lowest = torch.finfo(dtype).min
        mask = torch.zeros(len(own), 1, 1, width + room, dtype=dtype, device=device)
        mask[:, 0, 0, :width] = (torch.arange(width, device=device) < pads).to(dtype) * lowest
        seen = torch.maximum(mask[..., :width] + _causal(width, dtype, device), torch.tensor(lowest, device=device))
        logits = self._step(ids, cache, seen, places)
        cache.at = width
        return logits, cache, mask, places[:, -1:] + 1

    def _prefix(self, prompts: Sequence[list[int]]) -> KeyValues | None:
        """Keys and values of the tokens with which all prompts begin; the last one is kept, as the next batch often has the same."""
        if not self.share or len(prompts) < 2:
            return None
        shared = min(common_prefix(prompts), min(map(len, prompts)) - 1) // _GRAIN * _GRAIN
        if not shared:
            return None
        key = tuple(prompts[0][:shared])
        if self._kept is None or self._kept[0] != key:
            self._kept = None
            _, cache, _, _ = self._read([list(key)], 0)
            self._kept = (key, cache)
        return self._kept[1]

    def _step(self, ids: Any, cache: KeyValues, mask: Any, positions: Any, *, last: bool = True) -> Any:
        """Logits of the last token, [rows, vocabulary], or of all, [rows, tokens, vocabulary]."""
        import torch

        with torch.inference_mode():
            logits = self.network(
                input_ids=ids,
                attention_mask=mask,
                position_ids=positions,
                past_key_values=cache,
                use_cache=True,
                logits_to_keep=1 if last else 0,
                prefix=cache.prefix,
            ).logits
        return logits[:, -1] if last else logits


def _causal(width: int, dtype: Any, device: Any) -> Any:
    """[1, 1, width, width]: the lowest number above the diagonal, else zero."""
    import torch

    return torch.full((1, 1, width, width), torch.finfo(dtype).min, dtype=dtype, device=device).triu(1)


def _right_padded(rows: Sequence[list[int]], device: Any) -> Any:
    import torch

    width = max(map(len, rows))
    return torch.tensor([row + [0] * (width - len(row)) for row in rows], device=device)
