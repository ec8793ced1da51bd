"""Paper BLEU-1 and ROUGE-L of many pairs: ours against the row loop with nltk and the package `rouge`, to the same digits.

    python benchmarks/scoring.py --pairs 100000
    python benchmarks/scoring.py --before ../old/src

Both sides run in this process, one after the other, over the same pairs. The pairs are made up: 20 to 80 words from a list with
punctuation and abbreviations, the hypothesis sharing about 60 % of the reference's words.

--before: the whole of a scoring, both variants, of a file and of a lake, by two checkouts of medslake, turn by turn; the answers are made
up too, in the forms in which models give them.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from record import record

from medslake import registry
from medslake.metrics.base import Pair
from medslake.metrics.parts.sentences import _splitter

#: Bar: as many times the row loop.
BAR = 10
#: Share of the speed of before that the whole of a scoring keeps.
KEPT = 0.8
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
        bleu += sentence_bleu([tokens(pair.reference)], tokens(pair.prediction or ""), smoothing_function=smooth, weights=(1, 0, 0, 0))
        rouge += Rouge().get_scores(pair.prediction, pair.reference)[0]["rouge-l"]["f"]
    return {"bleu1": 100 * bleu / len(pairs), "rouge": 100 * rouge / len(pairs)}


def timed(work: Callable[[], dict[str, float]]) -> tuple[dict[str, float], float, float]:
    """Result, wall seconds, CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = work()
    return found, time.perf_counter() - wall, time.process_time() - cpu


def compared(before: str, rows: int, rounds: int) -> tuple[list[str], bool]:
    """Lines of a table of CPU seconds, medians of the rounds, and whether the bar is met."""
    sides: dict[str, list[dict[str, float]]] = {before: [], str(Path(__file__).resolve().parents[1] / "src"): []}
    side = str(Path(__file__).with_name("scoring_side.py"))
    for _ in range(rounds):
        for src, told in sides.items():
            run = subprocess.run(
                [sys.executable, side, str(rows)], env={**os.environ, "PYTHONPATH": src}, stdout=subprocess.PIPE, text=True, check=True
            )
            told.append(json.loads(run.stdout.splitlines()[-1]))
    then, now = ({name: statistics.median(run[name] for run in told) for name in told[0]} for told in sides.values())
    shares = {name: then[name] / now[name] for name in then}
    worst = min(share for name, share in shares.items() if not name.startswith("strict alone"))
    lines = [
        f"{rows} answers of each form to each of 13 tasks, one process, CPU seconds, medians of {rounds} rounds.",
        "",
        "| what | before | after | of the speed before |",
        "| --- | ---: | ---: | ---: |",
        *(f"| {name} | {then[name]:.3f} | {now[name]:.3f} | {shares[name]:.2f} |" for name in then),
        "",
        f"Bar: the whole of a scoring keeps {KEPT} of the speed: {'met' if worst >= KEPT else 'not met'} ({worst:.2f} at least).",
    ]
    return lines, worst >= KEPT


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=100_000, help="made-up pairs (default %(default)s)")
    parser.add_argument("--no-write", action="store_true", help="leave benchmarks/README.md alone")
    parser.add_argument("--before", help="src of another checkout: compare the whole of a scoring with its")
    parser.add_argument("--rows", type=int, default=400, help="answers of each form to each task, with --before (default %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="with --before (default %(default)s)")
    args = parser.parse_args()
    if args.before:
        lines, met = compared(args.before, args.rows, args.rounds)
        record("Scoring, whole", f"python benchmarks/scoring.py --before OLD/src --rows {args.rows}", lines, write=not args.no_write)
        return 0 if met else 1
    metric, pairs = registry.get("metric", "text_similarity"), made_pairs(args.pairs)
    # Models and dictionaries are loaded before either side is timed.
    metric.paper(pairs[:10])
    row_loop(pairs[:10])
    ours, wall, cpu = timed(lambda: dict(metric.paper(pairs).values))
    theirs, loop_wall, loop_cpu = timed(lambda: row_loop(pairs))
    same = ours == theirs
    ratio = loop_cpu / cpu
    loop = f"row loop, nltk {version('nltk')} and rouge {version('rouge')}"
    lines = [
        f"{len(pairs):,} made-up pairs of 20 to 80 words, one process; BLEU-1 {ours['bleu1']!r}, ROUGE-L {ours['rouge']!r}: "
        f"{'the same digits on both sides' if same else f'NOT the digits of the loop: {theirs}'}.",
        "",
        "| way | CPU seconds | wall seconds | pairs per CPU second |",
        "| --- | ---: | ---: | ---: |",
        f"| medslake, paper | {cpu:.1f} | {wall:.1f} | {len(pairs) / cpu:,.0f} |",
        f"| {loop} | {loop_cpu:.1f} | {loop_wall:.1f} | {len(pairs) / loop_cpu:,.0f} |",
        "",
        f"Bar: {BAR} times the row loop: {'met' if same and ratio >= BAR else 'not met'} "
        f"({ratio:.1f} by CPU time, {loop_wall / wall:.1f} by the clock).",
    ]
    record("Scoring", f"python benchmarks/scoring.py --pairs {args.pairs}", lines, write=not args.no_write)
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
