"""What the rows of a pack plan are drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from medslake.recipes import Recipe
from medslake.train.packs.chat import ChatFormat
from medslake.train.packs.instances import Definitions, Instances
from medslake.train.packs.token_pool import TokenPool

__all__ = ["Corpus", "fixed_pieces"]


@dataclass(frozen=True)
class Corpus:
    """Instances and definitions as pieces of one array of tokens, int32.

    pieces: start and length of the chat format's fixed parts in it, by name. constants: columns that are the same in all rows of the plan.
    """

    recipe: Recipe
    chat: ChatFormat
    instances: Instances
    definitions: Definitions
    tokens: np.ndarray
    pieces: dict[str, tuple[int, int]]
    constants: dict[str, Any]


def fixed_pieces(chat: ChatFormat, pool: TokenPool) -> dict[str, tuple[int, int]]:
    """Put what a chat format writes around the texts into the pool; start and length of each by name."""
    fixed = {
        "opening": chat.opening,
        "between": chat.between,
        "closing": chat.closing,
        "end": chat.end,
        "before": chat.plain(chat.input_affixes[0]),
        "after": chat.plain(chat.input_affixes[1]),
        "to_answer": chat.shot.to_answer if chat.shot else (),
        "to_question": chat.shot.to_question if chat.shot else (),
    }
    start, length = pool.add(list(fixed.values()))
    return {name: (int(s), int(n)) for name, s, n in zip(fixed, start, length, strict=True)}
