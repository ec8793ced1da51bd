"""ROUGE-L F1 of the PyPI package `rouge`, equal to the last digit, without its quadratic table.

That package splits both texts at every full stop, reconstructs one longest common subsequence for each pair of sentences, and divides the
number of DIFFERENT words in the union of all these by the numbers of different words of both texts. Which of several longest
subsequences is reconstructed therefore changes the score, so the way back follows the same rule here. The forward pass works on whole
rows held as bits of one integer (Hyyro 2004); the bits of a row are exactly what the way back asks of the table.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["rouge_l", "split_sentences"]


def split_sentences(text: str) -> list[list[str]]:
    """Sentences as lists of words: split at full stops, empty pieces dropped; a blank piece is one empty word."""
    return [piece.split() or [""] for piece in text.split(".") if piece]


def _positions(words: Sequence[str]) -> dict[str, int]:
    """Word -> bits of the positions where it stands."""
    positions: dict[str, int] = {}
    bit = 1
    for word in words:
        positions[word] = positions.get(word, 0) | bit
        bit <<= 1
    return positions


def _common(reference: Sequence[str], positions: dict[str, int], length: int) -> set[str]:
    """Words of the longest common subsequence that the package reconstructs; `positions` of a hypothesis of `length` words."""
    full = row = (1 << length) - 1
    rows = []
    for word in reference:
        matches = positions.get(word, 0)
        if matches:
            kept = row & matches
            row = ((row + kept) | (row - kept)) & full
        # The package goes left in a row up to the first match or step of the table.
        rows.append((~row | matches, matches))
    matched: set[str] = set()
    left = full
    for word, (stops, matches) in zip(reversed(reference), reversed(rows), strict=True):
        stop = stops & left
        if not stop:
            break
        at = stop.bit_length() - 1
        if matches >> at & 1:
            matched.add(word)
            left = (1 << at) - 1
        else:
            left = (2 << at) - 1
    return matched


def rouge_l(hypothesis: str, reference: str) -> float:
    """ROUGE-L F1 in [0, 1]. 0 where the package refuses a side that holds nothing but full stops."""
    written, wanted = split_sentences(hypothesis), split_sentences(reference)
    if not written or not wanted:
        return 0.0
    written_words = {word for sentence in written for word in sentence}
    wanted_words = {word for sentence in wanted for word in sentence}
    union: set[str] = set()
    indexed = [(_positions(sentence), len(sentence)) for sentence in written]
    for sentence in wanted:
        if not written_words.isdisjoint(sentence):
            for positions, length in indexed:
                if not positions.keys().isdisjoint(sentence):
                    union |= _common(sentence, positions, length)
    recall, precision = len(union) / len(wanted_words), len(union) / len(written_words)
    return 2.0 * ((precision * recall) / (precision + recall + 1e-8))
