"""The size of a Llama model: what its parameters, layers and tokens cost, without its weights."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from medslake.errors import UnknownName
from medslake.recipes import Recipe

__all__ = ["Shape", "shape_of"]


@dataclass(frozen=True)
class Shape:
    """Sizes by the names that the field uses; `positions` is the longest row.

    adapters: parameters that are trained while the model is frozen; 0 = the model is trained.
    """

    vocabulary: int
    width: int
    inner: int
    layers: int
    heads: int
    key_heads: int
    positions: int
    tied: bool = False
    adapters: int = 0

    @property
    def layer(self) -> int:
        """Parameters of one decoder layer."""
        head = self.width // self.heads
        attention = 2 * self.width * self.width + 2 * self.width * head * self.key_heads
        return attention + 3 * self.width * self.inner + 2 * self.width

    @property
    def root(self) -> int:
        """Parameters outside the layers: embedding, output head, last norm."""
        return self.vocabulary * self.width * (1 if self.tied else 2) + self.width

    @property
    def parameters(self) -> int:
        """Of the model itself, without adapters."""
        return self.layers * self.layer + self.root

    @property
    def trained(self) -> int:
        return self.adapters or self.parameters

    @property
    def flops_per_token(self) -> float:
        """Forward and backward, 6 per trained parameter and 4 per frozen one; attention over the row and recomputed activations are not
        counted, as is usual for MFU."""
        return 6.0 * self.trained + (4.0 * self.parameters if self.adapters else 0.0)

    def adapted(self, recipe: Recipe, devices: int = 1) -> Shape:
        """This shape with the recipe's low-rank adapters, where it has any; of several devices, those of the one that holds most.

        UnknownName for a module that a layer has not.
        """
        key = self.width // self.heads * self.key_heads
        sides = {"q_proj": (self.width, self.width), "k_proj": (self.width, key), "v_proj": (self.width, key)}
        sides |= {"o_proj": (self.width, self.width), "gate_proj": (self.width, self.inner), "up_proj": (self.width, self.inner)}
        sides |= {"down_proj": (self.inner, self.width)}
        for name in recipe.lora_targets:
            if name not in sides:
                raise UnknownName("linear module", name, list(sides))
        rank = recipe.lora_rank
        # Matrices are sharded by rows: A [rank, in] over at most `rank` devices.
        chosen = [sides[name] for name in recipe.lora_targets or sides]
        held = sum(-(-rank // devices) * into + rank * -(-out // devices) for into, out in chosen)
        return dataclasses.replace(self, adapters=self.layers * held)

    def config(self, layers: int | None = None) -> Any:
        """transformers' configuration of this size, with another number of layers where one is given."""
        from transformers import LlamaConfig

        return LlamaConfig(
            vocab_size=self.vocabulary,
            hidden_size=self.width,
            intermediate_size=self.inner,
            num_hidden_layers=layers or self.layers,
            num_attention_heads=self.heads,
            num_key_value_heads=self.key_heads,
            max_position_embeddings=self.positions,
            tie_word_embeddings=self.tied,
        )


#: Recipes' models whose weights need not be here to be planned for.
KNOWN = {
    "MMed-Llama-3-8B": Shape(128256, 4096, 14336, 32, 32, 8, 8192),
    "smollm2-135m": Shape(49152, 576, 1536, 30, 9, 3, 8192, tied=True),
    "tiny": Shape(2048, 128, 352, 2, 4, 2, 2048, tied=True),
}


def shape_of(model: str) -> Shape:
    """The shape of a recipe's model: of its config.json where the folder is here, else by its name. UnknownName otherwise."""
    path = Path(model) / "config.json"
    if not path.exists():
        if Path(model).name not in KNOWN:
            raise UnknownName("model shape", model, list(KNOWN))
        return KNOWN[Path(model).name]
    config = json.loads(path.read_text())
    return Shape(
        vocabulary=config["vocab_size"],
        width=config["hidden_size"],
        inner=config["intermediate_size"],
        layers=config["num_hidden_layers"],
        heads=config["num_attention_heads"],
        key_heads=config.get("num_key_value_heads", config["num_attention_heads"]),
        positions=config["max_position_embeddings"],
        tied=config.get("tie_word_embeddings", False),
    )
