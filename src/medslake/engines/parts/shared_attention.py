"""Attention of many rows over a prefix that they share, held once, and over their own keys, written in place.

The softmax over both parts is put together from each part's softmax and its log-sum (Milakov and Gimelshein 2018), so that the prefix is
read once per step for all rows instead of once per row; query heads that share a key head are asked as one longer query.
"""

from __future__ import annotations

from typing import Any

__all__ = ["FAMILIES", "NAME", "KeyValues", "register"]

#: Name under which transformers knows the attention function.
NAME = "medslake_shared"
#: Model types whose attention is plain: causal over everything, grouped heads, no sinks, no soft caps.
FAMILIES = frozenset({"llama", "mistral", "qwen2", "qwen3"})


class KeyValues:
    """Keys and values of a batch, one tensor [rows, key heads, room, width] per layer; `at` is where the next tokens are written.

    Stands for transformers' Cache in a forward pass that is given positions and a 4D mask. `at` is moved by the caller, as that is how
    several continuations of one prompt are tried in turn. columns, where set: where each row's one next token goes, `at` the last of them.
    """

    def __init__(self, room: int, prefix: KeyValues | None = None) -> None:
        self.room, self.prefix, self.at = room, prefix, 0
        self.columns: Any = None
        self.keys: list[Any] = []
        self.values: list[Any] = []

    def update(self, key: Any, value: Any, layer: int, *_: Any, **__: Any) -> tuple[Any, Any]:
        """Write the new tokens' keys and values, [rows, key heads, tokens, width]; returns those from the first token on, as views."""
        import torch

        rows, heads, tokens, width = key.shape
        if layer == len(self.keys):
            self.keys.append(key.new_empty(rows, heads, self.room, width))
            self.values.append(value.new_empty(rows, heads, self.room, value.shape[-1]))
        end = self.at + tokens
        if self.columns is None:
            self.keys[layer][:, :, self.at : end] = key
            self.values[layer][:, :, self.at : end] = value
        else:
            which = torch.arange(rows, device=key.device)
            self.keys[layer][which, :, self.columns] = key[:, :, 0]
            self.values[layer][which, :, self.columns] = value[:, :, 0]
        return self.keys[layer][:, :, :end], self.values[layer][:, :, :end]

    def copy_rows(self, rows: Any, other: KeyValues, count: int) -> None:
        """Put the rows of another batch, as far as it is written, into these rows (LongTensor) of `count`."""
        if not self.keys:
            # Zeros: what a mask hides is still multiplied, by zero, and must be a number.
            self.keys = [k.new_zeros(count, k.shape[1], self.room, k.shape[3]) for k in other.keys]
            self.values = [v.new_zeros(count, v.shape[1], self.room, v.shape[3]) for v in other.values]
        for mine, its in zip(self.keys + self.values, other.keys + other.values, strict=True):
            mine[rows, :, : other.at] = its[:, :, : other.at]

    def keep(self, rows: Any) -> None:
        """Drop all rows but these (LongTensor)."""
        self.keys = [layer.index_select(0, rows) for layer in self.keys]
        self.values = [layer.index_select(0, rows) for layer in self.values]


def register() -> None:
    from transformers import AttentionInterface

    AttentionInterface.register(NAME, _attention)


def _attention(
    module: Any, query: Any, key: Any, value: Any, attention_mask: Any, *, scaling: float, prefix: KeyValues | None = None, **_: Any
) -> tuple[Any, None]:
    """query: [rows, heads, tokens, width]; key, value: the rows' own, [rows, key heads, seen, width]; attention_mask: additive,
    [rows, 1, tokens, seen], or None; prefix: keys that every row sees before its own. Returns [rows, tokens, heads, width] and no weights.
    """
    rows, heads, tokens, width = query.shape
    key_heads = key.shape[1]
    grouped = query.reshape(rows, key_heads, heads // key_heads * tokens, width)
    if attention_mask is not None and tokens > 1:
        attention_mask = attention_mask.repeat(1, 1, heads // key_heads, 1)
    found, weight = _part(grouped, key, value, attention_mask, scaling)
    if prefix is not None:
        layer = module.layer_idx
        together = grouped.transpose(0, 1).reshape(1, key_heads, -1, width)
        before, its_weight = _part(together, prefix.keys[layer], prefix.values[layer], None, scaling)
        before = before.view(key_heads, rows, -1, value.shape[-1]).transpose(0, 1)
        its_weight = its_weight.view(key_heads, rows, -1).transpose(0, 1)
        share = (weight - its_weight).sigmoid().unsqueeze(-1).to(found.dtype)
        found = before.lerp(found, share)
    return found.reshape(rows, heads, tokens, -1).transpose(1, 2), None


def _part(query: Any, key: Any, value: Any, mask: Any, scaling: float) -> tuple[Any, Any]:
    """Softmax attention over one part of the keys, and the logarithm of the sum that it was divided by, fp32."""
    import torch

    if query.device.type == "cpu":
        return torch.ops.aten._scaled_dot_product_flash_attention_for_cpu(query, key, value, attn_mask=mask, scale=scaling)
    return _plain_part(query, key, value, mask, scaling)


def _plain_part(query: Any, key: Any, value: Any, mask: Any, scaling: float) -> tuple[Any, Any]:
    scores = (query @ key.transpose(-1, -2)).float() * scaling
    if mask is not None:
        scores = scores + mask
    weight = scores.logsumexp(-1)
    return (scores - weight.unsqueeze(-1)).exp().to(value.dtype) @ value, weight
