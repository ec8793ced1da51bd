"""From scores back to files, at the versions the rows name, and no further than the clearance."""

from __future__ import annotations

import pyarrow as pa
import pytest
from lake_rows import CANARY, SHA, asked, document, instance, origin

from medslake.errors import UnknownName, UsageError
from medslake.lake import open_lake
from medslake.lake.lineage import trace
from medslake.lake.schema.ddl import bronze_spec, parse_table
from medslake.lake.storage.tables import CommitInfo

pytestmark = pytest.mark.slow

BRONZE = "bronze.gone__questions"
QUESTIONS = bronze_spec("gone", "questions", "question STRING NOT NULL, summary STRING", ("question",))


def prediction(number, **more):
    row = {
        "prediction_id": f"pred{number}", "row_id": f"row{number}", "instance_id": f"inst{number}", "task_id": "no_such_task", "model": "m",
        "model_hash": "h", "engine": "e", "settings": "{}", "run_set": "set1", "shard": 0, "prediction": f"answer {number}",
        "finish_reason": "stop", "prompt_tokens": 1, "new_tokens": 1, "benchmark_version": 0, "access": "public",
    }  # fmt: skip
    return row | more


def score(level, number, **more):
    row = {
        "score_id": f"{level}{number}", "level": level, "model": "m", "run_set": "set1", "prompt": "paper", "task_id": "no_such_task",
        "task_group": "summarization", "metric": "bleu1", "variant": "strict", "value": 50.0, "n": 1, "n_missing": 0, "n_invalid": 0,
        "engine": "e", "settings": "{}", "n_clean": 1, "code_version": "0.1.0",
        "signature": "s", "benchmark_version": 0, "predictions_version": 0, "access": "public",
    }  # fmt: skip
    return row | more


def commit(lake, name, rows, spec=None):
    schema = (spec or lake.spec(name)).arrow_schema()
    known = [{k: v for k, v in row.items() if k in schema.names} for row in rows]
    lake.arrow.replace(name, pa.Table.from_pylist(known, schema=schema), CommitInfo("test"), spec=spec)


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    lake = open_lake(str(tmp_path_factory.mktemp("trace") / "lake"))
    native = {"question": f"{CANARY} native", "summary": f"{CANARY} native"}
    shared = {"_source": "gone", "_file": "made.jsonl", "_sha256": SHA, "_access": "public"}
    commit(lake, BRONZE, [native | shared | {"_row": n} for n in range(1, 7)], QUESTIONS)
    at = {"table": BRONZE}
    origins = {n: origin(n) | at for n in range(1, 7)}
    records = [document(n, origin=origins[n]) for n in range(1, 6)]
    records.append(document(6, access="credentialed", origin=origins[6], joined=[origin(2) | at]))
    commit(lake, "silver.documents", records)
    made = [instance(n, origin=origins[n]) for n in range(1, 6)]
    closed = {"access": "credentialed", "origin": origins[6], "joined": [origin(2) | at]}
    commit(lake, "gold.instructions", [*made, instance(6, **closed)])
    commit(lake, "gold.benchmark", [*(asked(n, origin=origins[n]) for n in range(1, 6)), asked(6, **closed)])
    commit(lake, "gold.predictions", [*(prediction(n) for n in range(1, 6)), prediction(6, access="credentialed")])
    commit(
        lake,
        "gold.scores",
        [
            *(score("row", n, prediction_id=f"pred{n}") for n in range(1, 6)),
            score("task", 1, n=6),
            score("group", 1, task_id=None, n=6, access="credentialed"),
            score("group", 2, task_id=None, task_group="none"),
        ],
    )
    # What came later must not change what is told.
    commit(lake, "gold.benchmark", [asked(n, origin=origins[n], reference="new") for n in (1, 2)])
    commit(lake, "gold.predictions", [prediction(1, prediction="new"), prediction(6, access="credentialed")])
    return lake


def test_row_score_ends_at_the_file(lake):
    chain = lake.trace("score", "row3")
    assert [link["kind"] for link in chain] == ["score", "prediction", "benchmark", "instance", "silver", "bronze", "file"]
    assert chain[-1] == {"kind": "file", "file": "made.jsonl", "sha256": SHA, "row": 3}
    told = {link["kind"]: link for link in chain[:-1]}
    assert told["score"]["content"]["value"] == 50.0 and told["prediction"]["content"]["prediction"] == "answer 3"
    assert (told["benchmark"]["version"], told["benchmark"]["content"]["reference"]) == (0, "out 3")
    assert (told["silver"]["table"], told["silver"]["id"], told["silver"]["content"]["title"]) == ("silver.documents", "r3", "title 3")
    assert told["bronze"]["table"] == BRONZE and CANARY in str(told["bronze"]["content"])


def test_task_score_walks_to_its_predictions(lake):
    chain = lake.trace("score", "task1", first=2)
    assert chain[1] == {"kind": "predictions", "table": "gold.predictions", "version": 0, "count": 6, "first": ["pred1", "pred2"]}
    assert [link["row"] for link in chain if link["kind"] == "file"] == [1, 2]


def test_group_score_finds_the_tasks_of_its_group(lake):
    assert lake.trace("score", "group1", first=0)[1]["count"] == 6
    assert lake.trace("score", "group2")[1]["count"] == 0


def test_joined_rows_are_followed_too(lake):
    files = [(link["file"], link["row"]) for link in lake.trace("instance", "inst6") if link["kind"] == "file"]
    assert files == [("made.jsonl", 6), ("made.jsonl", 2)]


def test_contents_stay_below_the_clearance(lake):
    chain = lake.trace("prediction", "pred6")
    hidden = {link["kind"] for link in chain if link.get("access") == "credentialed"}
    assert hidden == {"prediction", "instance", "silver", "benchmark"}
    assert all(link["content"] is None for link in chain if link.get("access") == "credentialed")
    assert "answer 6" not in str(chain) and "title 6" not in str(chain)
    assert chain[-1]["sha256"] == SHA
    assert "answer 6" in str(lake.trace("prediction", "pred6", clearance="credentialed"))
    with pytest.raises(UnknownName, match="secret"):
        lake.trace("prediction", "pred6", clearance="secret")


def test_ids_may_be_shortened_while_unique(lake):
    assert lake.trace("score", "ta") == lake.trace("score", "task1")
    # An id that begins others is still an id.
    assert lake.trace("score", "group1")[0]["id"] == "group1"
    with pytest.raises(UsageError, match=r"Several ids of gold\.instructions begin with 'inst': inst1, inst2, inst3 \.\.\."):
        lake.trace("instance", "inst")


@pytest.mark.parametrize("bad", ["nothing", "in'st", ""])
def test_unknown_ids_and_kinds_are_named(lake, bad):
    with pytest.raises(UsageError, match=r"Several ids|No instance in gold\.instructions \(version 0\)"):
        lake.trace("instance", bad)
    with pytest.raises(UsageError, match="kinds are score, prediction, benchmark, instance"):
        lake.trace("person", bad)


def test_gold_tasks_tells_the_silver_table(lake, monkeypatch):
    tasks = parse_table("CREATE TABLE gold.tasks (task_id STRING NOT NULL, kind STRING)")
    asked = []
    select = trace._Walk._select
    monkeypatch.setattr(trace._Walk, "_select", lambda self, table, *rest: asked.append(table) or select(self, table, *rest))
    commit(lake, "silver.concepts", [])
    lake.trace("instance", "inst1")
    assert [name for name in asked if name.startswith("silver.")] == ["silver.concepts", "silver.documents"]
    for kind, expected in (("documents", ["silver.documents"]), ("gone", ["silver.concepts", "silver.documents"])):
        commit(lake, "gold.tasks", [{"task_id": "no_such_task", "kind": kind}], tasks)
        asked.clear()
        assert lake.trace("instance", "inst1")[-1]["row"] == 1
        assert [name for name in asked if name.startswith("silver.")] == expected


def test_missing_table_is_named(tmp_path):
    with pytest.raises(UnknownName, match=r"gold\.scores"):
        open_lake(str(tmp_path)).trace("score", "x")


def test_instance_that_was_built_anew_is_no_dead_end(lake, tmp_path):
    other = open_lake(str(tmp_path / "lake"))
    commit(other, "gold.benchmark", [asked(1)])
    assert [link["kind"] for link in other.trace("benchmark", "row1")] == ["benchmark", "instance", "file"]
