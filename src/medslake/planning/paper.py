"""The published run that ours is laid beside, and a published speed of the same chip."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PAPER", "PUBLISHED_SPEED", "PublishedRun"]


@dataclass(frozen=True)
class PublishedRun:
    """A training as its authors report it. instances: of the training set; batch: instances per step; hours: wall clock."""

    instances: int
    epochs: int
    batch: int
    length: int
    devices: int
    chip: str
    hours: float

    @property
    def steps(self) -> float:
        return self.instances * self.epochs / self.batch

    def tokens_per_second(self, tokens_per_instance: float) -> float:
        """Per device, if every instance took that many tokens, padding included."""
        return self.instances * self.epochs * tokens_per_instance / (self.hours * 3600 * self.devices)


#: Wu et al., npj Digital Medicine 2025 ("Evaluating and enhancing large language models in medicine"): 32 Ascend 910B, 383.5 h, 5 epochs,
#: batch 128, length 2048, padded to the longest of a batch. Instances: summed over the sources of its figure 2d (the text says 5 million).
PAPER = PublishedRun(instances=5_133_678, epochs=5, batch=128, length=2048, devices=32, chip="Ascend910B", hours=383.5)

#: Tokens per second and device of MindFormers 1.3.2 fine-tuning Llama 3 8B at 8,192 tokens on Atlas 800T A2 (mindspore.cn, models table).
PUBLISHED_SPEED = 2581.0
