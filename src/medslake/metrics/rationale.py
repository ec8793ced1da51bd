"""Rationales of exam answers in six languages."""

from __future__ import annotations

from collections.abc import Sequence

from medslake.metrics import Metric, MetricExample, Pair, Scored, cell, paper_similarity, strict_similarity

__all__ = ["METRIC"]


def _texts(pair: Pair) -> tuple[str, str] | None:
    prediction, reference = (cell(pair.prediction) or "").strip(), (cell(pair.reference) or "").strip()
    return (prediction, reference) if prediction and reference else None


def _paper(pairs: Sequence[Pair]) -> Scored:
    """The released rule: both sides stripped, rows empty on either side left out, words of the pair's language."""
    return paper_similarity(pairs, [_texts(pair) for pair in pairs])


METRIC = Metric(
    name="rationale",
    about="As text_similarity with the words of each language; the paper variant skips blank rows, strict counts them as 0.",
    paper=_paper,
    strict=strict_similarity,
    example=MetricExample(
        # jieba: 患者 | 发烧 against 患者 | 咳嗽; the blank answer is left out by the paper and 0 in strict. sacrebleu cuts Chinese into
        # characters: 2 of 4, 1 of 3, 0 of 2 and of 1 (smoothed to 1/(2*2) and 1/(4*1)), 4 written against 6 wanted.
        pairs=(Pair("患者发烧", "患者咳嗽", language="zh"), Pair(" ", "咳嗽", language="zh")),
        paper={"bleu1": 50.0, "rouge": 49.9999995},
        strict={"rouge1": 25.0, "rouge2": 0.0, "rougeL": 25.0, "bleu": 19.37692912686648},
    ),
)
