"""Fillers of every language: numbers, measures, and invented names of genes, drugs and people; and slots made of a language's words."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from medslake.synth.text import LATIN, invented

__all__ = ["DRUGS", "GENES", "NUMBERS", "SHARED", "VALUES", "slots_of"]

_RNG = Random("prose")
NUMBERS = tuple(str(number) for number in range(2, 400))
VALUES = tuple(f"{_RNG.randint(0, 99)}.{_RNG.randint(1, 9)}" for _ in range(500))
DRUGS = invented(
    "drugs",
    420,
    "ve co ne do sul pi ta iro lu res mal zo qui be fa gri hel jo kan orn",
    "la ri mi ra pex re mo ne dri to va xi",
    "trine mol vane zil xan last rane nel drin tolol cept mide",
)
GENES = tuple(
    f"{a}{b}{_RNG.randint(1, 29)}"
    for a in ("KV", "TRL", "MSB", "OX", "ZD", "PLQ", "HV", "RNK", "WEX", "YB")
    for b in "ABCDEFGHJKLMNPQRSTVWX"
)
SHARED = {
    "num": NUMBERS,
    "value": VALUES,
    "drug": DRUGS,
    "gene": GENES,
    "family": LATIN.families,
    "code": tuple(f"{a}-{_RNG.randint(10, 999)}" for a in ("QX", "LM", "TR", "ZB", "HK", "VD", "NW", "OS") for _ in range(60)),
    "mg": tuple(f"{n} mg" for n in (*range(2, 20), *range(20, 100, 5), *range(100, 1000, 25))),
}


def slots_of(
    *,
    few: Sequence[str],
    times: tuple[Sequence[str], Sequence[str]],
    people: tuple[Sequence[str], str],
    kinds: Sequence[str],
    families: Sequence[str] = LATIN.families,
    **words: Sequence[str],
) -> dict[str, Sequence[str]]:
    """Slots of a language in which words stand apart.

    times: what stands before one of `few`, and what after. people: who, and how who and age are said. kinds: of diseases, which bear the
    names of families. words: slot -> fillers.
    """
    who, aged = people
    return {
        **SHARED,
        **words,
        "few": few,
        "time": [f"{before} {count} {unit}" for before in times[0] for count in few for unit in times[1]],
        "person": [aged.format(one, age) for one in who for age in range(20, 90, 3)],
        "disease": [kinds[at % len(kinds)].format(name) for at, name in enumerate(families)],
    }
