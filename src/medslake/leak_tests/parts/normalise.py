"""What two texts must share to count as the same: the normal form of the leak gate and its tokens, computed in the JVM.

Unicode NFKC (full-width letters, ligatures, superscripts), marks on Latin letters off (`Sjogren` is `Sjögren`), lower case, invisible
characters gone, every run of punctuation, white space and control characters to one space, none at the ends. Symbols such as `<`, `+` or
`=` stay, because they carry meaning in clinical text.
Tokens are what stands between spaces; scripts written without spaces count each character as one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import Column

__all__ = ["grams", "key", "key_of", "normalised", "tokens"]

#: Spark has no normal forms of its own; ICU4J is part of every Spark 4 (collations need it). The last argument asks for the K in NFKD.
_APART = "reflect('com.ibm.icu.text.Normalizer', 'decompose', translate(coalesce({text}, ''), '{invisible}', ''), true)"
#: Marks of other scripts make other letters (Cyrillic й, Japanese が); they are composed again.
_FOLDED = r"reflect('com.ibm.icu.text.Normalizer', 'compose', regexp_replace({apart}, r'(\p{{IsLatin}})\p{{M}}+', '$1'), false)"
#: Soft hyphen, zero-width space, joiners, marks of direction, word joiner, byte order mark: they may stand inside a word.
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_GAPS = r"[\p{P}\p{Z}\p{C}\s]+"
_UNSPACED = r"([\p{IsHan}\p{IsHiragana}\p{IsKatakana}\p{IsThai}])"


def normalised(text: str) -> Column:
    """Normal form of a string column or SQL expression; null gives "".

    Spark counts `reflect` as non-deterministic, so this belongs into a select, never into a join condition or a group-by.
    """
    from pyspark.sql import functions as F

    # Plain ASCII is composed and visible already; looking is much cheaper than composing.
    composed = F.when(_ascii(F.expr(text)), F.expr(text)).otherwise(
        F.expr(_FOLDED.format(apart=_APART.format(text=text, invisible=_INVISIBLE)))
    )
    return F.trim(F.regexp_replace(F.lower(composed), _GAPS, " "))


def _ascii(text: Column) -> Column:
    from pyspark.sql import functions as F

    return F.octet_length(text) == F.length(text)


def key(text: str) -> Column:
    """128-bit key of the normal form for joins (MD5 as hex); null where nothing but punctuation is left, so that it matches nothing."""
    from pyspark.sql import functions as F

    return F.md5(F.nullif(normalised(text), F.lit("")))


def key_of(normal: str) -> Column:
    """`key` of a column that holds the normal form already."""
    from pyspark.sql import functions as F

    return F.md5(F.nullif(F.col(normal), F.lit("")))


def tokens(normal: str) -> Column:
    """The tokens of a column that holds the normal form, set off by single spaces."""
    from pyspark.sql import functions as F

    apart = F.trim(F.regexp_replace(F.regexp_replace(F.col(normal), _UNSPACED, " $1 "), " +", " "))
    return F.when(_ascii(F.col(normal)), F.col(normal)).otherwise(apart)


def grams(column: str, length: int) -> str:
    """SQL array<bigint> of the distinct hashes of all runs of `length` tokens; one hash of the whole text where it is shorter.

    column: tokens set off by single spaces.
    """
    # The split is bound to a lambda variable, so that it is made once and not once for each run.
    runs = f"transform(sequence(1, greatest(size(w) - {length - 1}, 1)), i -> xxhash64(slice(w, i, {length})))"
    return f"array_distinct(flatten(transform(array(split({column}, ' ')), w -> {runs})))"
