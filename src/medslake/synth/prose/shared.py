"""Fillers that every language has: numbers, measures, and invented names of genes, drugs and people."""

from __future__ import annotations

from random import Random

from medslake.synth.text import LATIN, invented

__all__ = ["DRUGS", "GENES", "NUMBERS", "SHARED", "VALUES"]

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
