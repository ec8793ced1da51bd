"""Words of a text in each of the benchmark's languages, as its scorer cuts them."""

from __future__ import annotations

import functools
import importlib.metadata
import logging
import re
from collections.abc import Callable

from medslake.metrics.parts.treebank import word_tokenize

__all__ = ["PRE_TOKENISED", "package_version", "rouge_words", "words"]

#: Languages written without spaces: their ROUGE reads tokens joined by a space.
PRE_TOKENISED = frozenset({"ja", "zh"})
_WORD = re.compile(r"\w+")


@functools.cache
def package_version(name: str) -> str:
    return importlib.metadata.version(name)


@functools.cache
def _cut_chinese() -> Callable[[str], list[str]]:
    import jieba

    jieba.setLogLevel(logging.ERROR)
    return jieba.lcut


@functools.cache
def _cut_japanese() -> Callable[[str], list[str]]:
    from janome.tokenizer import Tokenizer

    tokenizer = Tokenizer()
    return lambda text: [token.surface for token in tokenizer.tokenize(text)]


@functools.lru_cache(maxsize=1 << 13)
def _cut(text: str, language: str) -> tuple[str, ...]:
    # Slow (janome needs up to 0.1 s for a rationale), and every measure and variant asks for the same texts.
    return tuple((_cut_chinese() if language == "zh" else _cut_japanese())(text))


def words(text: str, language: str) -> list[str]:
    """zh: jieba; ja: janome surfaces; every other language: NLTK's `word_tokenize` with its English model, as in the released scorer."""
    return list(_cut(text, language)) if language in PRE_TOKENISED else word_tokenize(text)


def rouge_words(text: str, language: str) -> list[str]:
    """Words for rouge-score in lower case: jieba or janome tokens that hold a letter or digit, runs of these in other languages."""
    folded = text.lower()
    if language in PRE_TOKENISED:
        return [token for token in words(folded, language) if _WORD.search(token)]
    return _WORD.findall(folded)
