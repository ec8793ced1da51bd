"""Tasks that take the conversations which a tagger counts as medical, and no others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from made_silver import commit
from medslake import api
from medslake.errors import DataCheckFailed
from medslake.instructions.build import build_instructions
from medslake.lake import Lake, open_lake

ASKED = "My doctor says marlow palsy; the pain is bad. Which dose of corimol is safe?"


def talk(name: str, *texts: str) -> dict[str, Any]:
    turns = [{"speaker": ("user", "assistant")[n % 2], "text": text} for n, text in enumerate(texts)]
    return {"record_id": name, "turns": turns, "access": "noncommercial", "split": "train"}


def concept(name: str, access: str = "public") -> dict[str, Any]:
    return {"record_id": name, "concept_id": f"X:{name}", "name": name, "synonyms": [], "relations": [], "xrefs": [], "access": access}


def made(folder: Path, spark: Any) -> Lake:
    """One conversation on health and one on a dog, and a vocabulary that is in part under an agreement."""
    lake = open_lake(str(folder / "lake"), spark=spark)
    commit(lake, "concepts", "disease_ontology", [concept("marlow palsy", "dua")])
    commit(lake, "concepts", "fda_unii_names", [concept("CORIMOL")])
    commit(lake, "concepts", "icd_codes", [concept(f"Septic cholerosis, type {n}") for n in range(3)])
    gland = {"id": None, "start": 0, "end": 10, "type": "Organ", "text": "reed gland", "concept": None}
    commit(
        lake,
        "annotated_texts",
        "anem",
        [{"record_id": "1", "text": "reed gland", "unit": "sentence", "entity_types": ["Organ"], "entities": [gland]}],
    )
    commit(lake, "dialogues", "lima", [talk("m", ASKED, "Ask your pharmacist."), talk("o", "A haiku on my dog?", "Wet nose at the door.")])
    return lake


def test_only_what_is_judged_medical_is_built(tmp_path: Path, spark: Any) -> None:
    lake = made(tmp_path, spark)
    with pytest.raises(DataCheckFailed, match=r"judged medical by lexical .*medslake tag silver\.dialogues --source lima"):
        build_instructions(lake, ["task40"])
    api.tag(lake, "silver.dialogues")
    done = build_instructions(lake, ["task40"])["tasks"]["task40"]
    assert (done["rows"], done["committed"]) == (1, True)
    (one,) = lake.arrow.read("gold.instructions").to_pylist()
    assert (one["input"], one["output"], one["record_ids"]) == (ASKED, "Ask your pharmacist.", ["m"])
    # The verdict was made with the vocabulary, whose class holds for what it chose.
    assert one["access"] == "dua"
    assert any("disease_ontology" in row["table"] for row in one["joined"])
    assert not build_instructions(lake, ["task40"])["tasks"]["task40"]["committed"]

    commit(lake, "dialogues", "lima", [talk("m", ASKED, "Ask your pharmacist."), talk("n", f"{ASKED} Thanks!", "Take none.")])
    # Not judged yet: what is built is what stands judged.
    assert build_instructions(lake, ["task40"])["tasks"]["task40"]["rows"] == 1
    api.tag(lake, "silver.dialogues")
    assert build_instructions(lake, ["task40"])["tasks"]["task40"]["rows"] == 2
