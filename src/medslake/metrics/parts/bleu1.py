"""BLEU-1 of one sentence pair, as NLTK's `sentence_bleu(..., weights=(1, 0, 0, 0), SmoothingFunction().method1)` computes it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

__all__ = ["bleu1"]


def bleu1(hypothesis: Sequence[str], reference: Sequence[str]) -> float:
    """Clipped unigram precision times the brevity penalty, in [0, 1]; 0 without a common token.

    Orders two to four have weight 0, and smoothing touches only precisions that are 0, which end the computation for unigrams before.
    """
    wanted = Counter(reference)
    matches = sum(min(count, wanted[token]) for token, count in Counter(hypothesis).items() if token in wanted)
    if matches == 0:
        return 0.0
    n, m = len(hypothesis), len(reference)
    penalty = 1.0 if n > m else math.exp(1 - m / n)
    # Through the logarithm, as there: the last digit shall agree too.
    return penalty * math.exp(math.log(matches / n))
