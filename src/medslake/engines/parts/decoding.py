"""Greedy answers and log-likelihoods of token rows: what the rows share is read once; a row that has ended makes place for the next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from medslake.engines.parts.shared_attention import KeyValues
from medslake.engines.parts.slots import Slots

__all__ = ["BATCH_TOKENS", "Decoder", "common_prefix"]

Ids = Sequence[int]
#: Shared prefixes are cut to a multiple of this, so that batches of one task share theirs exactly.
_GRAIN = 32
#: Part of the places that must be free before waiting rows are read into them, or the others are moved together.
_FREE = 1 / 8
#: Tokens of prompts that are read in one go.
_READ = 8192
#: Tokens, read and yet to be written, that the running rows may hold together.
BATCH_TOKENS = 65_536


def common_prefix(prompts: Sequence[list[int]]) -> int:
    """Number of tokens with which all prompts begin."""
    if not prompts:
        return 0
    first, last = min(prompts), max(prompts)
    return next((k for k, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))


class Decoder:
    """A causal language model with the attention of `shared_attention`. share: whether common prefixes are computed once."""

    def __init__(self, network: Any, stops: Ids, *, share: bool = True, batch_tokens: int = BATCH_TOKENS) -> None:
        self.network, self.stops, self.share, self.batch_tokens = network, frozenset(stops), share, batch_tokens
        self._kept: tuple[tuple[int, ...], KeyValues] | None = None

    def greedy(self, prompts: Sequence[list[int]], limits: Sequence[int]) -> list[list[int]]:
        """Tokens written after each prompt, up to the row's limit or its first stop token, which is left in.

        As many rows run at once as `batch_tokens` holds; the others wait, in their order, for a place.
        """
        prefix = self._prefix(prompts)
        shared = prefix.at if prefix else 0
        own = [ids[shared:] for ids in prompts]
        room = max(map(len, own)) + max(limits)
        count = min(len(prompts), max(1, (self.batch_tokens - shared) // room))
        slots = Slots(count, room, prefix, self.network.dtype, self.network.device)
        answers: list[list[int]] = [[] for _ in prompts]
        waiting = list(range(len(prompts)))

        def write(places: Sequence[int], logits: Any) -> None:
            for place, token in zip(places, logits.argmax(-1).tolist(), strict=True):
                row = slots.rows[place]
                if row < 0:
                    continue
                answers[row].append(token)
                slots.tokens[place] = token
                if token in self.stops or len(answers[row]) == limits[row]:
                    slots.rows[place] = -1

        while True:
            enough = max(1, len(slots.rows) * _FREE)
            while waiting and len(slots.free) >= enough:
                rows = _first(waiting, [len(own[row]) for row in waiting], len(slots.free))
                del waiting[: len(rows)]
                places = slots.free[: len(rows)]
                logits, read, mask, positions = self._read([own[row] for row in rows], prefix, 0)
                slots.fill(places, rows, read, mask, positions[:, 0].tolist())
                write(places, logits)
            alive = slots.alive
            if not alive:
                if not waiting:
                    return answers
                continue
            if not waiting and len(slots.rows) - len(alive) >= enough:
                slots.keep(alive)
            tokens, mask, positions = slots.before_step()
            logits = self._step(tokens, slots.cache, mask, positions)
            slots.after_step()
            write(range(len(slots.rows)), logits)

    def score(self, prompts: Sequence[list[int]], choices: Sequence[Sequence[list[int]]]) -> list[list[float]]:
        """Sum of the log-probabilities of each row's choices after its prompt; each prompt is read once."""
        import torch

        longest = max(len(ids) for row in choices for ids in row)
        prefix = self._prefix(prompts)
        own = [ids[prefix.at if prefix else 0 :] for ids in prompts]
        logits, cache, mask, positions = self._read(own, prefix, longest)
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

    def _read(self, own: Sequence[list[int]], prefix: KeyValues | None, room: int) -> tuple[Any, KeyValues, Any, Any]:
        """Prefill of what follows the prefix; returns the logits after each row, the keys and values with `room` for more, the mask over
        all of it, and the position of each row's next token, [rows, 1].
        """
        import torch

        device, dtype = self.network.device, self.network.dtype
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
            _, cache, _, _ = self._read([list(key)], None, 0)
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


def _first(rows: Sequence[int], lengths: Sequence[int], most: int) -> list[int]:
    """The rows at the head that are read in one go: `most` of them, fewer where they would be too many tokens, one at least."""
    found, longest = 0, 0
    while found < min(most, len(rows)):
        longest = max(longest, lengths[found])
        if found and longest * (found + 1) > _READ:
            break
        found += 1
    return list(rows[:found])


def _causal(width: int, dtype: Any, device: Any) -> Any:
    """[1, 1, width, width]: the lowest number above the diagonal, else zero."""
    import torch

    return torch.full((1, 1, width, width), torch.finfo(dtype).min, dtype=dtype, device=device).triu(1)


def _right_padded(rows: Sequence[list[int]], device: Any) -> Any:
    import torch

    width = max(map(len, rows))
    return torch.tensor([row + [0] * (width - len(row)) for row in rows], device=device)
