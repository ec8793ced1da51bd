"""Bytes per device by arithmetic: FSDP2 with fp32 master weights, or a frozen base and adapters; AdamW, recomputed activations, the head
on supervised positions only."""

from __future__ import annotations

from dataclasses import dataclass

from medslake.planning.shapes import Shape
from medslake.recipes import Recipe
from medslake.train.loss import LOGITS_BYTES

__all__ = ["Memory", "memory"]

FP32 = 4


@dataclass(frozen=True)
class Memory:
    """Bytes of one device. The first three stay; activations and gathered (weights, gradients on their way) are those of the peak."""

    parameters: int
    gradients: int
    optimizer: int
    activations: int
    gathered: int

    @property
    def peak(self) -> int:
        return self.parameters + self.gradients + self.optimizer + self.activations + self.gathered


def memory(shape: Shape, recipe: Recipe, devices: int, *, half: bool) -> Memory:
    """At the worst of three moments: the output head, a layer's backward pass, the reduction of the gradients outside the layers.

    half: the device computes in bf16. Checked against FSDP2's memory tracker (`medslake.planning.tracker`).
    """
    size = 2 if half and recipe.precision == "bf16" else FP32
    held = -(-shape.parameters // devices)
    frozen = recipe.lora_rank > 0
    trained = shape.adapted(recipe, devices).adapters if frozen else held
    tokens = recipe.micro_rows * recipe.length
    # What a layer keeps for its backward pass, as the tracker counts it: ten tensors of the model's width, four of the inner one.
    layer = tokens * size * (10 * shape.width + 4 * shape.inner)
    kept = tokens * size * shape.width * shape.layers if recipe.checkpointing else layer * (shape.layers - 1)
    # Gradients on their way: of a frozen model there are only the adapters'.
    root, head = (0, 0) if frozen else (shape.root, shape.vocabulary * shape.width)
    changed = shape.adapted(recipe).adapters // shape.layers if frozen else shape.layer
    moments = (
        # The output head: logits in fp32, their gradient, and both in the compute type.
        (kept + 3 * min(LOGITS_BYTES, FP32 * tokens * shape.vocabulary), size * (shape.root + head)),
        # A layer: two of them gathered, the gradient of one reduced in fp32; the root's weights and the head's gradient wait.
        (kept + layer + tokens * size * shape.inner, size * (shape.root + head + 2 * shape.layer) + (size + FP32) * changed),
        # The end: the gradients outside the layers, reduced in fp32.
        (tokens * size * shape.width, (size + FP32) * root),
    )
    activations, gathered = max(moments, key=sum)
    parameters = size * held + FP32 * trained if frozen else FP32 * held
    return Memory(parameters, FP32 * trained, 2 * FP32 * trained, activations, gathered)
