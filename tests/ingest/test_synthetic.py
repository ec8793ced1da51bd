"""Synthetic folders: same bytes for the same seed, marked, and one source's files independent of the others."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from medslake import registry, settings
from medslake.errors import UnknownName
from medslake.ingest.inventory import take_inventory
from medslake.ingest.synthetic import MARKER, generate_all
from medslake.synth import workbook
from medslake.synth.parts.words import DISEASES, EXAM_WORDS, HALLMARK_KEYWORDS, LANGUAGES

pytestmark = pytest.mark.slow


def _digests(folder: Path) -> dict[str, str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_bytes_follow_from_the_seed_alone(tmp_path: Path) -> None:
    made = generate_all(tmp_path / "a", seed=7, n=20)
    assert set(made) == set(registry.names("source"))
    generate_all(tmp_path / "b", seed=7, n=20)
    generate_all(tmp_path / "c", seed=8, n=20)
    first = _digests(tmp_path / "a")
    assert first == _digests(tmp_path / "b")
    assert first != _digests(tmp_path / "c")
    for name, home in made.items():
        assert "was invented" in (home / MARKER).read_text()
        inventory = take_inventory(registry.get("source", name), str(home))
        assert inventory.synthetic and all(family.files for family in inventory.families)


def test_a_source_alone_is_the_same_as_among_all(tmp_path: Path) -> None:
    generate_all(tmp_path / "all", n=12)
    generate_all(tmp_path / "one", n=12, sources=["meqsum"])
    assert _digests(tmp_path / "one") == {name: digest for name, digest in _digests(tmp_path / "all").items() if name.startswith("meqsum/")}


def test_the_mark_is_seen_in_a_zip_and_is_no_file_of_the_source(tmp_path: Path) -> None:
    home = generate_all(tmp_path, n=20, sources=["seer"])["seer"]
    source = registry.get("source", "seer")
    packed = shutil.make_archive(str(tmp_path / "packed"), "zip", tmp_path, "seer")
    found = take_inventory(source, packed)
    assert found.synthetic and MARKER not in {Path(one.name).name for one in found.files}
    (home / MARKER).unlink()
    assert not take_inventory(source, str(home)).synthetic


def test_a_second_call_touches_nothing(tmp_path: Path) -> None:
    home = generate_all(tmp_path, n=12, sources=["meqsum"])["meqsum"]
    before = {path: path.stat().st_mtime_ns for path in home.iterdir()}
    generate_all(tmp_path, n=12, sources=["meqsum"])
    assert {path: path.stat().st_mtime_ns for path in home.iterdir()} == before


def test_unknown_source_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="meqsum"):
        generate_all(tmp_path, sources=["meqsun"])


def test_words_are_complete_and_distinct() -> None:
    for disease in DISEASES:
        assert len(disease.names) == len(disease.symptoms) == len(LANGUAGES)
    for language in LANGUAGES:
        assert (
            len({disease.name(language) for disease in DISEASES})
            == len({disease.symptom(language) for disease in DISEASES})
            == len(DISEASES)
        )
    assert set(EXAM_WORDS) == set(LANGUAGES)
    assert len(set(HALLMARK_KEYWORDS.values())) == 10


def test_invented_names_are_in_no_real_ontology() -> None:
    table = settings.test_data_dir() / "disease_ontology" / "HumanDO.tsv"
    if not table.is_file():
        pytest.skip("the Disease Ontology is not among the third-party data")
    text = table.read_text().lower()
    assert [disease.name() for disease in DISEASES if f'"{disease.name()}"' in text] == []


def test_workbooks_have_no_clock() -> None:
    assert workbook("QS", [["a", "b"], ["x", 1]]) == workbook("QS", [["a", "b"], ["x", 1]])
    assert b"1980-01-01" not in workbook("QS", [["a"]])[:100]


def test_diagnoses_follow_from_evidences(tmp_path: Path) -> None:
    """A model can learn the synthetic patients: the opening evidence settles the pathology."""
    import csv

    home = generate_all(tmp_path, n=60, sources=["ddxplus"])["ddxplus"]
    with (home / "release_train_patients.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    seen: dict[str, set[str]] = {}
    for row in rows:
        seen.setdefault(row["INITIAL_EVIDENCE"], set()).add(row["PATHOLOGY"])
    assert len(seen) >= 4
    assert all(len(pathologies) == 1 for pathologies in seen.values())
    assert json.loads((home / "release_evidences.json").read_text())["E_4"]["question_en"] == "Do you cough?"
