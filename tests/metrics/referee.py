"""The published scoring rules once more, row by row and to the letter, with nltk, rouge, jieba and janome themselves.

Slow and independent of `medslake.metrics`, but for the parameters of NLTK's English sentence model. A rule gives a number, None for a row
that is left out, or raises where the published script stops. Cells are as pandas reads them: text, or NaN.
"""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any

__all__ = ["HALLMARKS", "released_tokenizer", "score"]

Cell = Any
Rule = Callable[[str, Cell, Cell], Any]
_LANGUAGE = {"task51": "zh", "task54": "ja"}
#: Labels of the released script, in its order.
HALLMARKS = (
    "sustaining proliferative signaling",
    "evading growth suppressors",
    "resisting cell death",
    "enabling replicative immortality",
    "inducing angiogenesis",
    "activating invasion and metastasis",
    "genomic instability and mutation",
    "tumor promoting inflammation",
    "cellular energetics",
    "avoiding immune destruction",
)
sys.setrecursionlimit(10_000)


@functools.cache
def _english() -> Any:
    from nltk.tokenize.punkt import PunktSentenceTokenizer

    from medslake.metrics.parts.sentences import _splitter

    return PunktSentenceTokenizer(_splitter()._params)


@functools.cache
def _japanese() -> Any:
    from janome.tokenizer import Tokenizer

    return Tokenizer()


def _tokens(text: str, language: str) -> list[str]:
    if language == "zh":
        import jieba

        return list(jieba.cut(text))
    if language == "ja":
        return [token.surface for token in _japanese().tokenize(text)]
    return [word for sentence in _english().tokenize(text) for word in released_tokenizer().tokenize(sentence)]


@functools.cache
def released_tokenizer() -> Any:
    """NLTK's word tokenizer as of 3.9.1; a later one gets the two rules back that it changed."""
    import nltk
    from nltk.tokenize.destructive import NLTKWordTokenizer

    tokenizer = NLTKWordTokenizer()
    if nltk.__version__ != "3.9.1":
        quotes, marks = list(tokenizer.STARTING_QUOTES), list(tokenizer.PUNCTUATION)
        quotes[-1] = (re.compile(r"(?i)(\')(?!re|ve|ll|m|t|s|d|n)(\w)\b"), r"\1 \2")
        dashes = [k for k, (pattern, _) in enumerate(marks) if pattern.search("\u2014")]
        assert len(dashes) == 1
        del marks[dashes[0]]
        tokenizer.STARTING_QUOTES, tokenizer.PUNCTUATION = quotes, marks
    return tokenizer


@functools.cache
def _rouge() -> Any:
    from rouge import Rouge

    return Rouge()


@functools.lru_cache(maxsize=1 << 15)
def _similar(prediction: str, reference: str, language: str = "en") -> tuple[float, float]:
    # Slow, and every row is scored twice: among all and alone.
    from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu

    written, wanted = _tokens(prediction, language), _tokens(reference, language)
    bleu = sentence_bleu([wanted], written, weights=(1, 0, 0, 0), smoothing_function=SmoothingFunction().method1)
    if language in ("zh", "ja"):
        prediction, reference = " ".join(written), " ".join(wanted)
    return bleu, _rouge().get_scores(prediction, reference)[0]["rouge-l"]["f"]


def _mcqa(task: str, gold: Cell, output: Cell) -> float:
    sides = [str(text).lower().replace("the right answer is", "").strip()[0] for text in (output, gold)]
    return float(sides[0] == sides[1] and sides[0] in ("yn" if task == "task123" else "abcd"))


def _extraction(task: str, gold: Cell, output: Cell) -> float:
    sides = [str(text).lower().strip() for text in (gold, output)]
    for mark in "\"'\n":
        sides = [side.replace(mark, "") for side in sides]
    return float(sides[0] in sides[1])


def _entities(text: str) -> set[str]:
    text = text.replace(".", "").strip().lower()
    return set() if text == "there is no related enetity" else set(text[:-1].split(", "))


def _ner(task: str, gold: Cell, output: Cell) -> tuple[int, int, int] | None:
    if not isinstance(output, str):
        return None
    wanted, written = _entities(gold), _entities(output)
    return len(wanted & written), len(written - wanted), len(wanted - written)


def _contains(phrase: str) -> Rule:
    def rule(task: str, gold: Cell, output: Cell) -> float:
        return float(gold.replace(".", "").replace(phrase, "").strip().lower() in output.lower())

    return rule


def _outcome(task: str, gold: Cell, output: Cell) -> float:
    answer, wanted = str(output).lower().strip(), str(gold).lower().strip()
    if wanted not in ("true", "false"):
        return 0.0
    return float(wanted in answer and ("false" if wanted == "true" else "true") not in answer)


def _hallmarks(task: str, gold: Cell, output: Cell) -> list[tuple[bool, bool]]:
    sides = [str(text).lower().strip() for text in (gold, output)]
    return [(label in sides[0], label in sides[1]) for label in HALLMARKS]


def _verdict(task: str, gold: Cell, output: Cell) -> float:
    return float(gold.replace(".", "").strip().lower() in output.split("\n")[0].strip().lower())


def _justification(task: str, gold: Cell, output: Cell) -> tuple[float, float]:
    wanted, written = gold.replace(".", "").strip().lower(), output.strip().lower()
    return _similar(written, wanted) if written else (0.0, 0.0)


def _relation(task: str, gold: Cell, output: Cell) -> float:
    return float(str(gold).replace(".", "").strip().lower() in str(output).lower().strip())


def _rationale(task: str, gold: Cell, output: Cell) -> tuple[float, float] | None:
    written, wanted = output.strip(), gold.strip()
    return _similar(written, wanted, _LANGUAGE.get(task, "en")) if written and wanted else None


def _explanation(task: str, gold: Cell, output: Cell) -> tuple[float, float] | None:
    return _similar(output, gold) if isinstance(output, str) and isinstance(gold, str) else None


_RULES: dict[str, Rule] = {
    **dict.fromkeys(("task57", "task58", "task123"), _mcqa),
    **dict.fromkeys(("task114", "task42"), lambda task, gold, output: _similar(output, gold)),
    "task1": _extraction,
    "task46": _explanation,
    **{f"task{k}": _rationale for k in range(51, 57)},
    "task126": _ner,
    "task130": _contains("The diagnosis result is"),
    "task131": _contains("The treatment planning is:"),
    "task117": _outcome,
    "task106": _hallmarks,
    **dict.fromkeys(("task12", "task16"), _verdict),
    "task100": _justification,
    "task41": _relation,
}


def score(task: str, cells: Sequence[tuple[Cell, Cell]]) -> tuple[dict[str, float], list[int]]:
    """Values in percent over the rows (reference, prediction) at which the script does not stop, and the numbers of these rows."""
    found, kept = [], []
    for number, (gold, output) in enumerate(cells):
        try:
            found.append(_RULES[task](task, gold, output))
        except (AttributeError, IndexError, TypeError, ValueError):
            continue
        kept.append(number)
    counted = [value for value in found if value is not None]
    if not counted:
        return {}, kept
    if task == "task126":
        return {"f1": 100 * _f1(*(sum(row[k] for row in counted) for k in range(3)))}, kept
    if task == "task106":
        return _macro(counted), kept
    if isinstance(counted[0], tuple):
        sums = [0.0, 0.0]
        for pair in counted:
            sums = [total + value for total, value in zip(sums, pair, strict=True)]
        return {"bleu1": 100 * sums[0] / len(counted), "rouge": 100 * sums[1] / len(counted)}, kept
    return {"accuracy": 100 * sum(counted) / len(counted)}, kept


def _f1(tp: int, fp: int, fn: int) -> float:
    precision, recall = (tp / (tp + wrong) if tp + wrong else 0 for wrong in (fp, fn))
    return 2 * (precision * recall) / (precision + recall) if precision + recall else 0


def _macro(rows: Sequence[Sequence[tuple[bool, bool]]]) -> dict[str, float]:
    sums = {"precision": 0.0, "recall": 0.0, "f1": 0.0}
    for label in zip(*rows, strict=True):
        tp = sum(gold and said for gold, said in label)
        fp, fn = (sum(side for side in wrong) for wrong in ([s and not g for g, s in label], [g and not s for g, s in label]))
        for name, part, whole in (("precision", tp, tp + fp), ("recall", tp, tp + fn), ("f1", 2 * tp, 2 * tp + fp + fn)):
            sums[name] += part / whole if whole else 0.0
    return {name: 100 * total / len(HALLMARKS) for name, total in sums.items()}
