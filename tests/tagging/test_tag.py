"""Tagging on real Spark: verdicts by source, reruns, what changes them, and what of them leaves the lake."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from made_silver import commit
from medslake import api
from medslake.errors import UnknownName, UsageError
from medslake.lake import Lake, open_lake

TABLE = "gold.tags"
SAMPLE = Path(__file__).parents[2] / "examples" / "conversations" / "synthetic_conversations.json"
#: What is medical here at any threshold: our invented palsy and our invented drug, asked of a doctor.
ASKED = "My doctor says marlow palsy; the pain is bad. Which dose of corimol is safe?"


def talk(name: str, *turns: str, access: str = "public") -> dict[str, Any]:
    said = [{"speaker": "user" if n % 2 == 0 else "assistant", "text": text} for n, text in enumerate(turns)]
    return {"record_id": name, "turns": said, "access": access}


def concept(name: str, *synonyms: str, access: str = "public") -> dict[str, Any]:
    return {
        "record_id": name,
        "concept_id": f"X:{name}",
        "name": name,
        "synonyms": list(synonyms),
        "relations": [],
        "xrefs": [],
        "access": access,
    }


def anatomy(text: str) -> dict[str, Any]:
    found = {"id": None, "start": 0, "end": len(text), "type": "Organ", "text": text, "concept": None}
    return {"record_id": text, "text": text, "unit": "sentence", "entity_types": ["Organ"], "entities": [found]}


def vocabulary(lake: Lake, *diseases: str, access: str = "public") -> None:
    commit(lake, "concepts", "disease_ontology", [concept(name, access=access) for name in diseases])


def made(lake: Lake) -> Lake:
    vocabulary(lake, "marlow palsy")
    drugs = concept("CORIMOL")
    drugs["attributes"] = [{"name": "brand name", "value": "VELA-BLUE"}, {"name": "code", "value": "ZZTOP-1"}]
    commit(lake, "concepts", "fda_unii_names", [drugs])
    commit(lake, "concepts", "icd_codes", [concept(f"Septic cholerosis, type {n}") for n in range(3)])
    commit(lake, "annotated_texts", "anem", [anatomy("reed gland")])
    rows = json.loads(SAMPLE.read_text(encoding="utf-8"))[:40]
    commit(lake, "dialogues", "sharegpt_format", [talk(row["id"], *(turn["value"] for turn in row["conversations"])) for row in rows])
    commit(
        lake,
        "dialogues",
        "lima",
        [
            talk("m", ASKED, "Ask again in a week.", access="noncommercial"),
            talk("o", "Write a haiku on my dog and his vet.", access="noncommercial"),
            talk("vela", "Is vela blue enough?", access="noncommercial"),
        ],
    )
    return lake


@pytest.fixture(scope="module")
def tagged(tmp_path_factory: pytest.TempPathFactory, spark: Any) -> tuple[Lake, Any]:
    lake = made(open_lake(str(tmp_path_factory.mktemp("tagged") / "lake"), spark=spark))
    return lake, api.tag(lake, "silver.dialogues")


def rows(lake: Lake, **where: str) -> dict[str, dict[str, Any]]:
    found = lake.arrow.read(TABLE, where=where or None).to_pylist()
    return {f"{row['source']} {row['record_id']}": row for row in found}


def test_every_conversation_has_a_verdict(tagged: tuple[Lake, Any]) -> None:
    lake, result = tagged
    table = result.tables[TABLE]
    assert (table.rows, table.read, table.quarantined, table.committed) == (43, 43, 0, True)
    assert result.tagger == "lexical" and result.verdicts["lima"] == {"conversations": 3, "medical": 1, "failed": 0}
    found = rows(lake)
    assert found["lima m"]["score"] > 0.9 and found["lima o"]["score"] < 0.1
    assert {"disease: marlow palsy", "drug: corimol"} <= set(found["lima m"]["evidence"])
    assert found["lima vela"]["evidence"] == ["drug: vela blue"]
    assert all(0 <= row["score"] <= 1 and row["error"] is None and row["threshold"] == 0.5 for row in found.values())
    assert len({row["verdict_key"] for row in found.values()}) == 43 and len({row["made_by"] for row in found.values()}) == 1


def test_the_threshold_is_a_where(tagged: tuple[Lake, Any]) -> None:
    lake, _ = tagged
    query = "select record_id, medical, turns[1].text as asked from gold.tagged_dialogues where tagger = 'lexical' and source = 'lima'"
    assert api.sql(lake, f"{query} and score >= 0.9").to_pylist() == [{"record_id": "m", "medical": True, "asked": ASKED}]
    summary = api.sql(lake, "select medical, without_verdict from gold.tag_summary where source = 'lima'").to_pylist()
    assert summary == [{"medical": 1, "without_verdict": 0}]


def test_a_rerun_commits_nothing(tagged: tuple[Lake, Any]) -> None:
    lake, _ = tagged
    before = {name: lake.version(name) for name in lake.names()}
    again = api.tag(lake, "silver.dialogues")
    assert not again.committed and again.verdicts["lima"]["conversations"] == 3
    assert {name: lake.version(name) for name in lake.names()} == before


def test_a_verdict_says_where_it_is_from(tagged: tuple[Lake, Any]) -> None:
    lake, result = tagged
    tables = {one["table"] for one in rows(lake)["lima m"]["joined"]}
    assert tables == {f"bronze.{name}__rows" for name in ("disease_ontology", "fda_unii_names", "icd_codes", "anem")}
    told = lake.query(f"select distinct input_table from ops.lineage where run_id = '{result.run}' and output_table = '{TABLE}'")
    assert "silver.dialogues" in told["input_table"].to_pylist()


def test_a_verdict_leaves_by_the_class_of_conversation_and_vocabulary(tmp_path: Path, spark: Any) -> None:
    lake = made(open_lake(str(tmp_path / "lake"), spark=spark))
    commit(lake, "dialogues", "sharegpt_format", [talk("p", ASKED)])
    vocabulary(lake, "marlow palsy", access="dua")
    api.tag(lake)
    assert {row["access"] for row in rows(lake).values()} == {"dua"}
    assert api.sql(lake, f"select * from {TABLE}", clearance="noncommercial").num_rows == 0
    vocabulary(lake, "marlow palsy")
    done = api.tag(lake)
    assert done.committed and {name: row["access"] for name, row in rows(lake).items()}["lima m"] == "noncommercial"
    assert api.sql(lake, f"select evidence from {TABLE}", clearance="public").num_rows == 1
    # A class of the vocabulary that is raised later counts at once.
    told = {
        "source": "disease_ontology",
        "title": "t",
        "citation": "c",
        "licence": "l",
        "access": "private",
        "urls": ["u"],
        "split_rule": "s",
    }
    with lake.run("ingest") as run:
        run.write("ops.sources", pa.Table.from_pylist([told], schema=lake.spec("ops.sources").arrow_schema()))
    assert api.sql(lake, f"select evidence from {TABLE}", clearance="credentialed").num_rows == 0


def test_what_changes_is_judged_again_and_nothing_else(tmp_path: Path, spark: Any) -> None:
    lake = made(open_lake(str(tmp_path / "lake"), spark=spark))
    api.tag(lake)
    first = rows(lake)
    version = lake.version(TABLE)
    commit(lake, "dialogues", "lima", [talk("m", ASKED + " Thanks.", access="noncommercial"), talk("new", "Good day.")])
    one = api.tag(lake, sources=["sharegpt_format"])
    assert not one.committed and lake.version(TABLE) == version and "lima" not in one.verdicts
    done = api.tag(lake)
    assert (done.tables[TABLE].read, done.tables[TABLE].rows) == (2, 42)
    second = rows(lake)
    assert {name for name in second if name.startswith("lima")} == {"lima m", "lima new"}
    assert second["lima m"]["verdict_key"] != first["lima m"]["verdict_key"]
    kept = {name for name in first if name.startswith("sharegpt")}
    assert {name: second[name] for name in kept} == {name: first[name] for name in kept}
    vocabulary(lake, "marlow palsy", "aldine fever")
    api.tag(lake)
    third = rows(lake)
    assert {row["made_by"] for row in third.values()} != {row["made_by"] for row in second.values()}
    assert all(third[name]["verdict_key"] != second[name]["verdict_key"] for name in second)


def test_prompts_are_conversations_too(tagged: tuple[Lake, Any]) -> None:
    lake, _ = tagged
    prompts = [{"record_id": "p", "instruction": "Answer.", "input": ASKED, "outputs": ["The usual dose."]}]
    commit(lake, "prompts", "sni_tasks", prompts)
    done = api.tag(lake, "silver.prompts")
    assert done.verdicts == {"sni_tasks": {"conversations": 1, "medical": 1, "failed": 0}}
    assert len(lake.arrow.read(TABLE, where={"table_name": "silver.dialogues"})) == 43


def test_mistakes_are_one_sentence(tagged: tuple[Lake, Any], tmp_path: Path, spark: Any) -> None:
    lake, _ = tagged
    with pytest.raises(UsageError, match=r"silver\.questions are no conversations"):
        api.tag(lake, "silver.questions")
    with pytest.raises(UnknownName, match=r"Did you mean 'lima'"):
        api.tag(lake, sources=["limo"])
    with pytest.raises(UnknownName, match="lexical"):
        api.tag(lake, tagger="lexicon")
    with pytest.raises(UsageError, match="asks no model"):
        api.tag(lake, model="somewhere")
    with pytest.raises(UsageError, match="which one"):
        api.tag(lake, tagger="chat")
    empty = open_lake(str(tmp_path / "lake"), spark=spark)
    vocabulary(empty, "marlow palsy")
    with pytest.raises(UsageError, match=r"no silver\.dialogues"):
        api.tag(empty)
    commit(empty, "dialogues", "lima", [talk("m", ASKED)])
    with pytest.raises(UsageError, match="no drug terms"):
        api.tag(empty)
    assert not empty.exists(TABLE)
