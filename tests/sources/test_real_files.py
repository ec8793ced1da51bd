"""The first six sources on their real files: counts, published digests, and rows opened again by other means than the readers'."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest

from medslake import registry, settings
from medslake.ingest.ingest import ingest
from medslake.lake import open_lake
from medslake.sources import hoc

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from medslake.lake import Lake

DATA = settings.test_data_dir()
IOB = {
    "ncbi_disease": ("Disease", (5424, 923, 940)),
    "anatem": ("Anatomy", (5861, 2118, 3830)),
    "bc2gm": ("GENE", (12574, 2519, 0)),
    "bionlp13cg_chem": ("Simple_chemical", (3033, 1003, 1906)),
    "linnaeus": ("Species", (11935, 4078, 0)),
}
SPLITS = ("train", "validation", "test")
SOURCES = (*IOB, "bc5cdr", "pubmedqa", "medqa", "mmedbench", "hoc")
pytestmark = pytest.mark.skipif(
    not all((DATA / name).is_dir() for name in SOURCES), reason="third-party data is not here (set MEDSLAKE_TEST_DATA)"
)


@pytest.fixture(scope="module")
def real(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    lake = open_lake(str(tmp_path_factory.mktemp("real") / "lake"), spark=spark)
    ingest(lake, {name: str(DATA / name) for name in SOURCES})
    yield lake


def rows(lake: Lake, name: str, columns: list[str] | None = None, **where: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = lake.arrow.read(name, columns=columns, where=where or None).to_pylist()
    return found


def test_nothing_is_set_aside(real: Lake) -> None:
    assert not real.exists("ops.quarantine") or rows(real, "ops.quarantine") == []


def sentences(lake: Lake, source: str) -> Counter[Any]:
    wanted = ["source", "unit", "entity_types", "split"]
    return Counter((r["unit"], tuple(r["entity_types"]), r["split"]) for r in rows(lake, "silver.annotated_texts", wanted, source=source))


@pytest.mark.parametrize("source", IOB)
def test_counts_of_iob_corpora(real: Lake, source: str) -> None:
    kind, numbers = IOB[source]
    found = sentences(real, source)
    assert tuple(found["sentence", (kind,), split] for split in SPLITS) == numbers
    assert found.total() == sum(numbers)


def test_bc5cdr_counts(real: Lake) -> None:
    found = sentences(real, "bc5cdr")
    for split, number in zip(SPLITS, (4560, 4581, 4797), strict=True):
        assert found["sentence", ("Disease",), split] == found["sentence", ("Chemical",), split] == number
        assert found["document", ("Chemical", "Disease"), split] == 500
    relations = [
        r["relations"] for r in rows(real, "silver.annotated_texts", ["source", "unit", "relations"], source="bc5cdr") if r["relations"]
    ]
    assert sum(map(len, relations)) == 1038 + 1012 + 1066


def test_question_counts(real: Lake) -> None:
    found = Counter((r["source"], r["split"]) for r in rows(real, "silver.questions", ["source", "split"]))
    assert found == {
        ("pubmedqa", "train"): 500,
        ("pubmedqa", "test"): 500,
        ("medqa", "test"): 1273,
        ("mmedbench", "train"): 180,
        ("mmedbench", "test"): 90,
    }
    languages = Counter(r["language"] for r in rows(real, "silver.questions", ["source", "language"], source="mmedbench"))
    assert languages == dict.fromkeys(("zh", "en", "fr", "ja", "ru", "es"), 45)
    answers = Counter(r["answer"] for r in rows(real, "silver.questions", ["source", "answer"], source="pubmedqa"))
    assert answers == {"yes": 552, "no": 338, "maybe": 110}
    for r in rows(real, "silver.questions", ["source", "options", "answer_keys", "answer"], source="medqa"):
        assert {o["key"]: o["text"] for o in r["options"]}[r["answer_keys"][0]] == r["answer"]


def test_hoc_counts(real: Lake) -> None:
    import pyarrow.parquet as pq

    folder = DATA / "hoc"
    native = {path.stem for path in (folder / "text").iterdir()}
    parquet = Counter(i.rpartition("_")[0] for i in pq.read_table(folder / "train_source.parquet")["document_id"].to_pylist())
    assert (len(native), sum(parquet.values()), len(parquet)) == (600, 12119, 1295)
    added = set(parquet) - native
    found = rows(real, "silver.labelled_texts", ["source", "unit", "subject_id", "split", "labels", "record_id"], source="hoc")
    units = Counter(r["unit"] for r in found)
    assert units == {"document": 600 + len(added), "sentence": 5508 + sum(parquet[pmid] for pmid in added)}
    splits = Counter(r["split"] for r in found if r["unit"] == "document")
    assert abs(splits["train"] / units["document"] - 0.8) < 0.04
    assert len({(r["subject_id"], r["split"]) for r in found}) == units["document"]
    assert {label for r in found for label in r["labels"]} == set(hoc.HALLMARKS)


def test_hoc_forms_agree_where_they_overlap(real: Lake) -> None:
    """The two releases were labelled once: what the label files say is what the class numbers say."""
    import pyarrow.parquet as pq

    names = hoc._CLASSES
    parquet = {r["document_id"]: r for r in pq.read_table(DATA / "hoc" / "train_source.parquet").to_pylist()}
    compared = 0
    for r in rows(real, "silver.labelled_texts", ["source", "unit", "record_id", "labels", "text"], source="hoc"):
        pmid, _, position = r["record_id"].partition("/")
        other = parquet.get(f"{pmid}_{int(position) - 1}") if position else None
        if other and r["text"] == other["text"].strip():
            compared += 1
            assert set(r["labels"]) == {names[n] for n in other["label"]} - {"none"}, r["record_id"]
    assert compared > 11_000


def test_published_digests_are_known(real: Lake) -> None:
    for name in SOURCES:
        plan = ingest(real, {name: str(DATA / name)}, dry_run=True)
        assert {f["known"] for f in plan["files"] if not f["file"].endswith(".txt") or name == "bc5cdr"} == {True}
        assert plan["warnings"] == []
    folder = DATA / "hoc"
    pairs = hashlib.sha256()
    for path in sorted((folder / "labels").iterdir()):
        pairs.update(path.read_bytes() + (folder / "text" / path.name).read_bytes())
    assert pairs.hexdigest() == "0baa89f4dfe855d24951eb4e389860de18ea9830a737a686bb3d7d786537e8cd"


def _iob(text: str, row: int) -> dict[str, Any]:
    cells = [line.split("\t") for line in text.strip("\n").split("\n\n")[row - 1].split("\n")]
    return {"tokens": [c[0] for c in cells], "tags": [c[1] for c in cells]}


def _pubtator(text: str, row: int) -> dict[str, Any]:
    lines = text.strip("\n").split("\n\n")[row - 1].split("\n")
    return {"document_id": lines[0].split("|")[0], "_entities": sum(line.count("\t") >= 5 for line in lines)}


def _bioc(text: str, row: int) -> dict[str, Any]:
    document = ElementTree.fromstring(text).findall("document")[row - 1]
    return {"document_id": document.findtext("id"), "_entities": len(list(document.iter("annotation")))}


def _member(text: str, row: int) -> dict[str, Any]:
    pmid, value = list(json.loads(text).items())[row - 1]
    return {"pmid": pmid, **(value if isinstance(value, dict) else {"final_decision": value})}


def _choice(record: dict[str, Any]) -> dict[str, Any]:
    picked = {k: record[k] for k in ("question", "rationale", "realidx", "metamap_phrases") if k in record}
    return picked | {"options": list(record["options"].items())}


OPENERS: dict[str, Callable[[str, int], dict[str, Any]]] = {
    "iob": _iob,
    "pubtator": _pubtator,
    "bioc_xml": _bioc,
    "json_members": _member,
    "jsonl": lambda text, row: _choice(json.loads(text.split("\n")[row - 1])),
    "json_array": lambda text, row: _choice(json.loads(text)[row - 1]),
    "text_folder": lambda text, row: {"line": text.split("\n")[row - 1]},
}


@pytest.mark.parametrize("source", SOURCES)
def test_origin_opens_the_right_record(source: str, real: Lake) -> None:
    import pyarrow.parquet as pq

    folder = DATA / source
    for native in registry.get("source", source).files:
        name = f"bronze.{source}__{native.table}"
        if not real.exists(name):
            continue
        table = rows(real, name)
        places = Counter((r["_file"], r["_row"]) for r in table)
        assert max(places.values()) == 1
        texts: dict[str, str] = {}
        for r in Random(5).sample(table, min(40, len(table))):
            path: Path = folder / r["_file"]
            assert hashlib.sha256(path.read_bytes()).hexdigest() == r["_sha256"]
            if native.format == "parquet":
                wanted = pq.read_table(path).slice(r["_row"] - 1, 1).to_pylist()[0]
            else:
                text = texts.setdefault(r["_file"], path.read_text(encoding="utf-8"))
                wanted = OPENERS[native.format](text, r["_row"])
            r["_entities"] = len(r["entities"]) if "entities" in r else None
            assert {column: r[column] for column in wanted} == wanted, (name, r["_file"], r["_row"])


def test_silver_origins_lie_in_bronze(real: Lake) -> None:
    for kind in ("annotated_texts", "questions", "labelled_texts"):
        for r in Random(3).sample(rows(real, f"silver.{kind}", ["source", "origin"]), 30):
            origin = r["origin"]
            assert origin["version"] == real.version(origin["table"])
            assert (DATA / r["source"] / origin["file"]).is_file()


def test_entities_cut_their_text(real: Lake) -> None:
    for r in rows(real, "silver.annotated_texts", ["text", "entities"]):
        assert all(r["text"][e["start"] : e["end"]] == e["text"] for e in r["entities"])


def test_second_ingest_commits_nothing_without_spark(real: Lake) -> None:
    before = {name: real.version(name) for name in real.names()}
    other = open_lake(real.root)
    assert {t["committed"] for t in ingest(other, {name: str(DATA / name) for name in SOURCES})["tables"].values()} == {False}
    assert not other.has_spark
    assert {name: real.version(name) for name in real.names()} == before
