"""Invented names of what corpora annotate beside drugs and diseases: the type of a name shows in its last word."""

from __future__ import annotations

from functools import cache

from medslake.synth.text import invented, slots

__all__ = ["named"]

_WORDS = invented("names", 240, "vel os lin tam rud quo fer hal zim ner pax ul", "a o i e ar en", "lin tal ren dor vid mos kel")
_LATIN = invented("species", 120, "Velo Oska Lino Tamo Rudo Quo Fera Halo Zimo Nero", "ri ba lo ce", "bacter coccus fungus phyta mys ornis")
_KINDS = invented("kinds", 90, "vel os lin tam rud quo fer", "a i o", "ensis icola atus oides ifer")
#: Type -> the last words of its names.
_LAST = {
    "DNA": "promoter;enhancer;locus;gene",
    "RNA": "mRNA;transcript",
    "cell_line": "line;line cells",
    "cell_type": "cells;lymphocytes;blasts",
    "Anatomical_system": "system",
    "Cell": "cells;cell",
    "Cellular_component": "membranes;nuclei;granules",
    "Developing_anatomical_structure": "bud;plate",
    "Immaterial_anatomical_entity": "cavity;space",
    "Multi-tissue_structure": "wall;duct;vein",
    "Organ": "gland;organ",
    "Organism_subdivision": "limb;flank",
    "Organism_substance": "plasma;serum;fluid",
    "Pathological_formation": "tumour;lesions",
    "Tissue": "tissue;fibres",
}


@cache
def named(kind: str) -> tuple[str, ...]:
    """Names of a type; of one that has no words of its own genes."""
    if kind == "Species":
        return tuple(f"{_LATIN[at % len(_LATIN)]} {_KINDS[at * 7 % len(_KINDS)]}" for at in range(360))
    firsts = slots("en")["gene"] if kind in ("DNA", "RNA") else slots("en")["code"] if kind == "cell_line" else _WORDS
    lasts = _LAST.get(kind, "").split(";")
    return tuple(f"{first} {last}" for first in firsts for last in lasts) if lasts[0] else tuple(slots("en")["gene"])
