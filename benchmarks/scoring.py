"""Paper BLEU-1 and ROUGE-L of many pairs: ours against the row loop with nltk and the package `rouge`, to the same digits.

    python benchmarks/scoring.py --pairs 100000

Both sides run in this process, one after the other, over the same pairs. The pairs are made up: 20 to 80 words from a list with
punctuation and abbreviations, the hypothesis sharing about 60 % of the reference's words.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import sys
import time

from medslake import registry
from medslake.metrics.base import Pair
from medslake.metrics.sentences import _splitter

VOCABULARY = (
    "the a patient doctor treatment of in with mild severe chronic acute disease symptoms and or not may be is are caused by infection "
    "virus bacteria blood pressure heart lung liver kidney therapy dosage drug reaction allergic common rare diagnosis test result "
    "positive negative studies fever, cough, (see) 3.5 mg Dr. daily: however, pain; weeks. improved. stable. e.g. N,N-diol 1,200 "
    "COVID-19 well-known days."
)
WORDS = VOCABULARY.split()


def made_pairs(n: int, seed: int = 1) -> list[Pair]:
    chance = random.Random(seed)
    pairs = []
    for _ in range(n):
        reference = [chance.choice(WORDS) for _ in range(chance.randint(20, 80))]
        hypothesis = [word if chance.random() < 0.6 else chance.choice(WORDS) for word in reference]
        pairs.append(Pair(" ".join(hypothesis) + ".", " ".join(reference) + "."))
    return pairs


def row_loop(pairs: list[Pair]) -> dict[str, float]:
    """What the libraries' documentation shows: word_tokenize, sentence_bleu and Rouge().get_scores for each row."""
    from nltk.tokenize.destructive import NLTKWordTokenizer
    from nltk.tokenize.punkt import PunktSentenceTokenizer
    from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu
    from rouge import Rouge

    english, treebank = PunktSentenceTokenizer(_splitter()._params), NLTKWordTokenizer()

    def tokens(text: str) -> list[str]:
        return [word for sentence in english.tokenize(text) for word in treebank.tokenize(sentence)]

    bleu, rouge = 0.0, 0.0
    for pair in pairs:
        smooth = SmoothingFunction().method1
        bleu += sentence_bleu([tokens(pair.reference)], tokens(pair.prediction), smoothing_function=smooth, weights=(1, 0, 0, 0))
        rouge += Rouge().get_scores(pair.prediction, pair.reference)[0]["rouge-l"]["f"]
    return {"bleu1": 100 * bleu / len(pairs), "rouge": 100 * rouge / len(pairs)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=100_000)
    args = parser.parse_args()
    metric, pairs = registry.get("metric", "text_similarity"), made_pairs(args.pairs)
    metric.paper(pairs[:10])
    row_loop(pairs[:10])
    start = time.perf_counter(), time.process_time()
    ours = dict(metric.paper(pairs).values)
    middle = time.perf_counter(), time.process_time()
    theirs = row_loop(pairs)
    end = time.perf_counter(), time.process_time()
    wall = middle[0] - start[0], end[0] - middle[0]
    cpu = middle[1] - start[1], end[1] - middle[1]
    result = {
        "pairs": len(pairs),
        "same_digits": ours == theirs,
        "ours_pairs_per_cpu_second": round(len(pairs) / cpu[0]),
        "loop_pairs_per_cpu_second": round(len(pairs) / cpu[1]),
        "ratio_cpu": round(cpu[1] / cpu[0], 1),
        "ratio_wall": round(wall[1] / wall[0], 1),
        "python": platform.python_version(),
        **ours,
    }
    print(json.dumps(result, indent=1))
    return 0 if ours == theirs else 1


if __name__ == "__main__":
    sys.exit(main())
