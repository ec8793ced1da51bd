"""Literature, labelled texts, inference, translations and talks on their real files: the counts that lie beside the files, reached here by
other means than the readers'."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from medslake import registry, settings
from medslake.ingest.ingest import ingest
from medslake.lake import open_lake

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from medslake.lake import Lake

DATA = settings.test_data_dir()
#: Source -> folders that hold its files.
FOLDERS = {
    "scientific_papers_pubmed": ("scientific_papers_pubmed",),
    "rct_text": ("rct_text",),
    "ms2": ("ms2",),
    "litcovid": ("litcovid_bc7_labels",),
    "pubhealth": ("pubhealth", "pubhealth_native"),
    "catalonia_independence": ("catalonia_independence",),
    "pico_annotation": ("pico_annotation",),
    "mednli": ("physionet_shapes_synthetic/mednli",),
    "snli": ("mednli_layout_snli",),
    "ecdc_tm": ("ecdc_tm_layout",),
    "medlineplus_topics": ("medlineplus_topics",),
    "medical_abstracts": ("medical_abstracts",),
    "mediqa2021_qs_mas": ("mediqa2021_qs_mas",),
    "mts_dialog": ("mts_dialog",),
    "aci_bench": ("aci_bench",),
    "medec": ("medec",),
}
#: Source -> records of its tables.
BRONZE = {
    "scientific_papers_pubmed": {"articles": 6},
    "rct_text": {"targets": 3752 + 470 + 470},
    "ms2": {"targets": 5, "predictions": 5, "json_reviews": 1},
    "litcovid": {"label_samples": 2 * 2551},
    "pubhealth": {"claims": 12, "bigbio": 200},
    "catalonia_independence": {"tweets": 2010 + 6028 + 2010 + 2016 + 6046 + 2015},
    "pico_annotation": {"sentences": 423, "labels": 3 * 423},
    "mednli": {"sentence_pairs": 12},
    # Of six rows in the tab-separated layout three lack their last four fields.
    "snli": {"sentence_pairs": 3 + 1 + 5 + 5 + 5, "tab_pairs": 3},
    "ecdc_tm": {"units": 2},
    "medlineplus_topics": {"topics": 4},
    "medical_abstracts": {"abstracts": 2888, "labels": 5},
    "mediqa2021_qs_mas": {"task1": 50 + 100, "answers": 303 + 192, "questions": 130, "abstractive": 130, "extractive": 130},
    "mts_dialog": {"talks": 200 + 200 + 1201 + 100},
    "aci_bench": {"encounters": 67 + 20 + 40, "facts": 67 + 20 + 40},
    "medec": {"texts": 925 + 574},
}
#: Source and kind -> rows of train, validation and test; of those that go by a hash the sum alone.
SILVER: dict[tuple[str, str], tuple[int, int, int] | int] = {
    ("scientific_papers_pubmed", "documents"): (2, 2, 2),
    ("rct_text", "documents"): (3752, 470, 470),
    ("ms2", "documents"): 6,
    # Four claims are in both copies.
    ("pubhealth", "pairs"): (200, 4, 4),
    ("catalonia_independence", "labelled_texts"): (6028 + 6046, 2010 + 2015, 2010 + 2016),
    ("pico_annotation", "annotated_texts"): 423,
    ("mednli", "pairs"): (2, 1, 1),
    ("snli", "pairs"): 7 + 2,
    ("ecdc_tm", "parallel_texts"): 2,
    ("medlineplus_topics", "documents"): 3,
    ("medical_abstracts", "labelled_texts"): (0, 0, 2888),
    ("mediqa2021_qs_mas", "documents"): (0, 50 + 50, 100 + 80),
    ("mts_dialog", "dialogues"): (1201, 100, 400),
    ("aci_bench", "dialogues"): (67, 20, 40),
    ("aci_bench", "documents"): (67, 20, 40),
    ("medec", "documents"): (0, 574, 597),
}
ASIDE = {("snli", "columns"): 3, ("pubhealth", "unique"): 4}
#: Minutes: the long tests read all folders.
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        not all((DATA / folder).is_dir() for folders in FOLDERS.values() for folder in folders),
        reason="third-party data is not here (set MEDSLAKE_TEST_DATA)",
    ),
]


def _folder(name: str, scratch: Path) -> Path:
    """The source's folder; of several a copy."""
    folders = [DATA / folder for folder in FOLDERS[name]]
    if len(folders) == 1:
        return folders[0]
    for folder in folders:
        shutil.copytree(folder, scratch / name, dirs_exist_ok=True, copy_function=shutil.copyfile)
    return scratch / name


@pytest.fixture(scope="module")
def real(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    scratch = tmp_path_factory.mktemp("texts")
    lake = open_lake(str(scratch / "lake"), spark=spark)
    result = ingest(lake, {name: str(_folder(name, scratch / "files")) for name in FOLDERS})
    assert not result.get("failed"), result["failed"]
    yield lake


def rows(lake: Lake, name: str, columns: list[str] | None = None, **where: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = lake.arrow.read(name, columns=columns, where=where or None).to_pylist()
    return found


def text_of(row: Mapping[str, Any], name: str) -> str:
    return next(section["text"] for section in row["sections"] if section["name"] == name)


@pytest.mark.parametrize("source", FOLDERS)
def test_counts(real: Lake, source: str) -> None:
    tables = [native.table for native in registry.get("source", source).files]
    found = {table: real.arrow.count(f"bronze.{source}__{table}") for table in tables if real.exists(f"bronze.{source}__{table}")}
    assert found == BRONZE[source]
    for kind in registry.get("source", source).silver:
        splits = Counter(r["split"] for r in rows(real, f"silver.{kind}", ["source", "split"], source=source))
        numbers = SILVER.get((source, kind), 0)
        told = tuple(splits[split] for split in ("train", "validation", "test"))
        assert (sum(told) if isinstance(numbers, int) else told) == numbers, kind


def test_nothing_else_is_set_aside(real: Lake) -> None:
    found = Counter((r["source"], rule.partition(":")[0].partition("(")[0]) for r in rows(real, "ops.quarantine") for rule in r["rules"])
    assert found == ASIDE


def test_files_are_the_published_ones(real: Lake) -> None:
    for name in FOLDERS:
        if len(FOLDERS[name]) == 1:
            plan = ingest(real, {name: str(DATA / FOLDERS[name][0])}, dry_run=True)
            assert [f["file"] for f in plan["files"] if f["known"] is False] == [], name


def test_texts_of_articles(real: Lake) -> None:
    texts = {r["record_id"]: r for r in rows(real, "silver.documents", source="scientific_papers_pubmed")}
    for path in (DATA / "scientific_papers_pubmed").rglob("*.txt"):
        for line in path.read_text(encoding="utf-8").splitlines():
            article = json.loads(line)
            row = texts[article["article_id"]]
            assert text_of(row, "abstract").split() == re.sub("</?S>", " ", " ".join(article["abstract_text"])).split()
            assert text_of(row, "article").split() == " ".join(article["article_text"]).split()


def test_reviews(real: Lake) -> None:
    breaks = sum("\n" in text_of(r, "conclusions") for r in rows(real, "silver.documents", source="rct_text"))
    assert breaks == 317 + 37 + 43
    review = next(r for r in rows(real, "silver.documents", source="ms2") if r["record_id"] == "29843175")
    names = Counter(section["name"] for section in review["sections"])
    assert names == {"background": 1, "title": 20, "abstract": 20, "conclusions": 1}
    assert not re.search("</?(pop|int|out)>", json.dumps(review["sections"]))
    shared = [r for r in rows(real, "silver.documents", source="ms2") if r["record_id"] != "29843175"]
    assert {tuple(section["name"] for section in r["sections"]) for r in shared} == {("background", "conclusions")}
    assert sum("\n" in section["text"] for r in shared for section in r["sections"]) >= 6


def test_litcovid_samples(real: Lake) -> None:
    columns = ("treatment", "diagnosis", "prevention", "mechanism", "transmission", "epidemic_forecasting", "case_report")
    found = {"goldstandard_label_samples.csv": [0] * 7, "prediction_label_samples.csv": [0] * 7}
    for r in rows(real, "bronze.litcovid__label_samples"):
        found[r["_file"]] = [n + (r[column] >= 0.5) for n, column in zip(found[r["_file"]], columns, strict=True)]
    assert list(found.values()) == [[1087, 472, 1280, 518, 279, 178, 50], [929, 344, 1238, 439, 220, 119, 45]]


def test_claims_and_verdicts(real: Lake) -> None:
    claims = {r["record_id"]: r for r in rows(real, "silver.pairs", source="pubhealth")}
    native = {r["claim_id"]: r["label"] for r in rows(real, "bronze.pubhealth__claims")}
    copied = {r["claim_id"]: r["label"] for r in rows(real, "bronze.pubhealth__bigbio")}
    both = {(native[number], copied[number]) for number in native.keys() & copied.keys()}
    assert both == {("false", "1"), ("mixture", "3"), ("true", "0")}
    # The test set has an index before its columns.
    assert [claims[number]["candidates"][0]["label"] for number in ("33456", "2542", "26678", "40705")] == [
        "false",
        "true",
        "true",
        "false",
    ]
    assert claims["26678"]["text"] == 'Viral image Says 80% of novel coronavirus cases are "mild.'
    assert claims["34656"]["text"].startswith("\u00a0A baby")
    labels = Counter(r["candidates"][0]["label"] for r in claims.values())
    assert labels["false"] + labels["true"] + labels["mixture"] + labels["unproven"] == 208


def test_stances(real: Lake) -> None:
    found = Counter((r["language"], r["split"], *r["labels"]) for r in rows(real, "silver.labelled_texts", source="catalonia_independence"))
    assert found == {
        ("ca", "test", "FAVOR"): 804,
        ("ca", "test", "NEUTRAL"): 454,
        ("ca", "test", "AGAINST"): 752,
        ("ca", "train", "AGAINST"): 2416,
        ("ca", "train", "FAVOR"): 2335,
        ("ca", "train", "NEUTRAL"): 1277,
        ("ca", "validation", "FAVOR"): 763,
        ("ca", "validation", "NEUTRAL"): 427,
        ("ca", "validation", "AGAINST"): 820,
        ("es", "test", "AGAINST"): 829,
        ("es", "test", "FAVOR"): 807,
        ("es", "test", "NEUTRAL"): 380,
        ("es", "train", "AGAINST"): 2420,
        ("es", "train", "NEUTRAL"): 1111,
        ("es", "train", "FAVOR"): 2515,
        ("es", "validation", "FAVOR"): 782,
        ("es", "validation", "AGAINST"): 856,
        ("es", "validation", "NEUTRAL"): 377,
    }
    ids = [r["id_str"] for r in rows(real, "bronze.catalonia_independence__tweets", ["id_str"])]
    assert sum("e+" in number.lower() for number in ids) == 1239 + 3798 + 1285 + 7 + 26 + 13
    quoted = [r["TWEET"] for r in rows(real, "bronze.catalonia_independence__tweets", ["TWEET"]) if r["TWEET"].startswith('"')]
    assert len(quoted) < 35 and not any('""' in tweet for tweet in quoted)


def test_phrases_of_trial_reports(real: Lake) -> None:
    sentences = rows(real, "silver.annotated_texts", source="pico_annotation")
    spans = Counter(e["type"] for r in sentences for e in r["entities"])
    bearing = Counter(kind for r in sentences for kind in {e["type"] for e in r["entities"]})
    assert spans == {"participant": 145, "intervention": 307, "outcome": 396}
    assert bearing == {"participant": 144, "intervention": 207, "outcome": 268}
    assert all(r["text"][e["start"] : e["end"]] == e["text"] for r in sentences for e in r["entities"])


def test_premises(real: Lake) -> None:
    labels = Counter((r["split"], c["label"]) for r in rows(real, "silver.pairs", source="mednli") for c in r["candidates"])
    kinds = ("contradiction", "entailment", "neutral")
    assert labels == {(split, kind): 1 + (split == "train") for split in ("train", "validation", "test") for kind in kinds}
    assert sum(len(r["candidates"]) for r in rows(real, "silver.pairs", source="snli")) == 19 + 3


def test_translations_and_topics(real: Lake) -> None:
    texts = [tuple(dict(r["texts"])) for r in rows(real, "silver.parallel_texts", source="ecdc_tm")]
    assert sorted(texts) == [("en", "bg"), ("en", "fr")]
    topics = {r["record_id"]: r for r in rows(real, "silver.documents", source="medlineplus_topics")}
    assert {number: (r["title"], r["language"]) for number, r in topics.items()} == {
        "3748": ("Leishmaniasis", "en"),
        "315": ("Malaria", "en"),
        "2019": ("Malaria", "es"),
    }
    summary = text_of(topics["315"], "summary")
    assert "<" not in summary and summary.count("\n") == 3 and "Centers for Disease" not in summary
    assert sum(len(r["also_called"]) for r in rows(real, "bronze.medlineplus_topics__topics")) == 5


def test_conditions(real: Lake) -> None:
    with (DATA / "medical_abstracts" / "medical_tc_test.csv").open(encoding="utf-8", newline="") as file:
        wanted = Counter(row["condition_label"] for row in csv.DictReader(file))
    found = Counter(label for r in rows(real, "silver.labelled_texts", source="medical_abstracts") for label in r["labels"])
    assert sorted(found.values()) == sorted(wanted.values()) and found["neoplasms"] == wanted["1"]


def test_summaries_of_answers(real: Lake) -> None:
    found = [r for r in rows(real, "silver.documents", source="mediqa2021_qs_mas") if r["record_id"].startswith("task2/")]
    names = Counter(section["name"] for r in found for section in r["sections"])
    assert names == {"question": 130, "summary": 130, "extractive_summary": 130, "answer": 303 + 192}


def test_talks(real: Lake) -> None:
    talks = rows(real, "silver.dialogues", source="mts_dialog")
    speakers = Counter(turn["speaker"] for r in talks for turn in r["turns"])
    named: Counter[str] = Counter()
    for path in (DATA / "mts_dialog").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                named.update(re.findall(r'(?m)^\s*"?(\w+):', row["dialogue"].lower()))
    assert speakers == named
    visits = rows(real, "silver.dialogues", source="aci_bench")
    spoken: Counter[str] = Counter()
    for name in ("train", "valid", "clinicalnlp_taskB_test1"):
        with (DATA / "aci_bench" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                spoken.update(re.findall(r"(?m)^\[(\w+)\](?=\s*[^\s\[])", row["dialogue"]))
    assert Counter(turn["speaker"] for r in visits for turn in r["turns"]) == spoken
    assert Counter(r["collection"] for r in visits) == {"aci": 68, "virtassist": 35, "virtscribe": 24}
    assert all(r["joined"] for r in rows(real, "silver.documents", source="aci_bench"))


def test_corrections(real: Lake) -> None:
    found = rows(real, "silver.documents", source="medec")
    flags = Counter((r["split"], dict(r["attributes"])["error_flag"]) for r in found)
    assert flags == {("test", "0"): 286, ("test", "1"): 311, ("validation", "0"): 255, ("validation", "1"): 319}
    wrong = [r for r in found if any(section["name"] == "error_sentence" for section in r["sections"])]
    assert len(wrong) == 311 + 319
