"""Disease Ontology: fourteen slims, a table of parents and cross references become one concept per disease."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from medslake import registry
from native_fixtures import silver_frames


def test_terms_are_merged_and_traceable(test_data: Callable[[str], Path], bronze_of: Callable[..., Any]) -> None:
    source, folder = registry.get("source", "disease_ontology"), test_data("disease_ontology")
    bronze = bronze_of(source, folder)
    assert {table: frame.count() for table, frame in bronze.items()} == {
        "terms": 6085,
        "labels": 12296,
        "icd10_references": 3571,
        "mesh_references": 4023,
        "symptoms": 2222,
    }
    obsolete = {row["id"] for row in bronze["terms"].where("is_obsolete").select("id").collect()}
    concepts = {row["record_id"]: row for row in silver_frames(source, bronze)["concepts"].collect()}
    with (folder / "HumanDO.tsv").open(newline="", encoding="utf-8") as file:
        table = list(csv.DictReader(file, delimiter="\t"))
    # 50 diseases have two parents; no obsolete term is in the table.
    assert set(concepts) == {row["id"] for row in table}
    assert len(concepts) == 12246
    assert len(obsolete) == 353
    assert not obsolete & set(concepts)
    assert sum(row["definition"] is not None for row in concepts.values()) == 4354
    parents: dict[str, set[str]] = {}
    for row in table:
        parents.setdefault(row["id"], set()).add(row["subClassOf"])
    for row in concepts.values():
        assert parents[row["record_id"]] <= {one["target_name"] for one in row["relations"] if one["type"] == "is_a"}
        assert row["origin"] not in row["joined"]
    labels = {row["id"]: row["label"] for row in table}
    wrong = [
        one
        for row in concepts.values()
        for one in row["relations"]
        if one["type"] == "is_a" and one["target"] in labels and labels[one["target"]] != one["target_name"]
    ]
    assert wrong == []
    _leads_to_its_stanza(concepts["DOID:0040093"], folder)


def _leads_to_its_stanza(row: Any, folder: Path) -> None:
    """Drug-induced lupus, read in the file by hand."""
    assert row["name"] == "drug-induced lupus erythematosus"
    assert row["definition"] == "A lupus erythematosus caused by chronic use of certain drugs."
    assert row["synonyms"] == ["DIL", "DILE"]
    assert {"ICD10CM:M32.0", "MESH:C000730515", "NCI:C114354"} <= set(row["xrefs"])
    text = (folder / row["origin"]["file"]).read_text()
    stanzas = re.split(r"^\[Term\]$", text, flags=re.MULTILINE)
    assert "id: DOID:0040093\n" in stanzas[row["origin"]["row"]]
