"""Text similarity of summaries: BLEU-1 and ROUGE-L as published; ROUGE-1/2/L and BLEU beside them."""

from __future__ import annotations

from collections.abc import Sequence

from medslake.metrics import Metric, MetricExample, Pair, Scored, cell, paper_similarity, strict_similarity

__all__ = ["METRIC"]


def _paper(pairs: Sequence[Pair]) -> Scored:
    """The released rule: every row counts; one without an answer, at which the released script stops, scores 0."""
    return paper_similarity(pairs, [(cell(pair.prediction) or "", cell(pair.reference) or "") for pair in pairs])


METRIC = Metric(
    name="text_similarity",
    about="BLEU-1/ROUGE-L F1 (paper), ROUGE-1/2/L by rouge-score and BLEU by sacrebleu (strict), for summaries.",
    paper=_paper,
    strict=strict_similarity,
    example=MetricExample(
        # 5 words of the answer and 6 of the reference, full stops included (5 and 5 words for ROUGE, which drops them): 5 words match
        # for BLEU (the, test, is, often, .), so precision 5/5 and brevity penalty exp(1 - 6/5).
        pairs=(Pair("the test is often.", "the test is very often."),),
        # ROUGE-L: 4 of 4 words written, 4 of 5 wanted, f = 2 * 0.8 / (1.8 + 1e-8).
        paper={"bleu1": 81.87307530779819, "rouge": 88.88888839506173},
        # ROUGE-1 and ROUGE-L 2*4/9; ROUGE-2: 2 of 3 and 2 of 4, 4/7. BLEU: 5/5, 3/4, 1/3 and 1/(2*2) with the same penalty.
        strict={"rouge1": 88.88888888888889, "rouge2": 57.14285714285715, "rougeL": 88.88888888888889, "bleu": 40.93653765389909},
    ),
)
