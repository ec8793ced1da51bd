"""Runs: nothing is written twice, nothing is lost, and everything is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pytest
from lake_rows import SHA, definition, document, documents, table

from medslake.errors import DataCheckFailed, UsageError
from medslake.lake import open_lake

pytestmark = pytest.mark.slow

MADE = {"source": "made"}


@pytest.fixture
def bare(tmp_path):
    """A lake whose tests need no Spark."""
    return open_lake(str(tmp_path / "lake"))


def write(lake, rows, fingerprint="f1", **more):
    with lake.run("ingest", {"n": 1}) as run:
        run.write("silver.documents", table("silver.documents", rows), slice=MADE, fingerprint=fingerprint, **more)
    return run


def write_definitions(lake):
    with lake.run("other") as run:
        run.write("gold.definitions", table("gold.definitions", [definition(1)]))
    return run


def versions(lake):
    return {name: lake.version(name) for name in lake.names()}


def quarantined(lake):
    return sorted((r["slice"], r["row"]) for r in lake.arrow.read("ops.quarantine").to_pylist())


def corrupt(*rows):
    names = {"source": "made", "file": "made.jsonl", "sha256": SHA, "rules": ["unreadable"], "content": "{broken", "access": "public"}
    return pa.Table.from_pylist([names | {"row": r} for r in rows])


def test_result_contract_and_ops_rows(bare):
    run = write(bare, [*documents(3), document(4, split="dev")])
    told = {"rows": 3, "quarantined": 1, "version": 0, "committed": True}
    assert run.result == {"run": run.id, "tables": {"silver.documents": told}}
    row = bare.arrow.read("ops.runs").to_pylist()[0]
    assert (row["run_id"], row["job"], row["state"], row["error"]) == (run.id, "ingest", "COMPLETE", None)
    assert json.loads(row["params"]) == {"n": 1} and json.loads(row["outputs"]) == {"silver.documents": told}
    assert row["started"] <= row["ended"]
    checks = bare.arrow.read("ops.quality_results", where={"rule": "in_set(split)"}).to_pylist()
    assert [(c["slice"], c["success"], c["unexpected"], c["rows"]) for c in checks] == [("source=made", True, 1, 4)]


def test_metadata_of_the_commit(bare):
    with bare.run("ingest") as run:
        run.write("gold.definitions", table("gold.definitions", [definition(1)]), fingerprint="a")
    with bare.run("build") as second:
        second.read_arrow("gold.definitions", columns=["text"])
        second.write(
            "silver.documents", table("silver.documents", documents(1)), slice=MADE, fingerprint="a", inputs={"files": {"a.gz": SHA}}
        )
    told = bare.history("silver.documents")[0]["metadata"]
    assert told["run"] == second.id and told["job"] == "build" and told["code"].startswith("0.")
    assert told["inputs"] == {"gold.definitions": 0, "files": {"a.gz": SHA}} and [*told["parts"]] == ["silver.documents/source=made"]
    assert json.loads(bare.arrow.read("ops.runs", where={"run_id": second.id}).to_pylist()[0]["inputs"]) == told["inputs"]


def test_current_run_commits_nothing_and_does_not_ask_for_rows(bare):
    first = write(bare, [*documents(3), document(4, split="dev")])
    before = versions(bare)

    def never():
        raise AssertionError("rows were asked for")

    with bare.run("ingest") as run:
        run.quarantine("silver.documents", corrupt(9), slice=MADE)
        done = run.write("silver.documents", never, slice=MADE, fingerprint="f1")
    assert versions(bare) == before
    assert run.result["tables"]["silver.documents"] == first.result["tables"]["silver.documents"] | {"committed": False}
    assert (done.rows, done.quarantined, done.version, done.committed) == (3, 1, 0, False)


def test_new_fingerprint_and_no_fingerprint_commit(bare):
    write(bare, documents(3))
    assert write(bare, documents(2), "f2").result["tables"]["silver.documents"]["version"] == 1
    write(bare, documents(2), None)
    assert bare.version("silver.documents") == 2 and bare.query("select count(*) n from silver.documents").to_pylist() == [{"n": 2}]


def test_appended_batches_are_told_apart(bare):
    def batch(first):
        rows = table("gold.definitions", [definition(first), definition(first + 1)])
        with bare.run("append") as run:
            return run.write("gold.definitions", rows, mode="append", fingerprint=f"batch{first}").committed

    assert [batch(1), batch(11), batch(1), batch(11)] == [True, True, False, False]
    assert bare.arrow.read("gold.definitions").num_rows == 4


def test_upsert_replaces_by_key(bare):
    with bare.run("a") as run:
        run.write("gold.definitions", table("gold.definitions", [definition(1), definition(2)]), mode="upsert", fingerprint="1")
        run.write(
            "gold.definitions", table("gold.definitions", [definition(2, style="terse"), definition(3)]), mode="upsert", fingerprint="2"
        )
    found = {r["number"]: r["style"] for r in bare.arrow.read("gold.definitions").to_pylist()}
    assert found == {1: "plain", 2: "terse", 3: "plain"}


def test_quarantine_is_state(bare):
    write(bare, [*documents(2), document(7, split="dev"), document(8, split="dev")])
    with bare.run("ingest") as run:
        others = [document(n, source="other") for n in (1, 2)] + [document(5, source="other", domain="x")]
        run.write("silver.documents", table("silver.documents", others), slice={"source": "other"}, fingerprint="o")
    assert quarantined(bare) == [("source=made", 7), ("source=made", 8), ("source=other", 5)]
    write(bare, [*documents(2), document(8, split="dev")], "f2")
    assert quarantined(bare) == [("source=made", 8), ("source=other", 5)]
    write(bare, documents(2), "f3")
    assert quarantined(bare) == [("source=other", 5)]


def test_rows_known_to_be_corrupt_join_those_of_the_gate(bare):
    with bare.run("ingest") as run:
        run.quarantine("silver.documents", corrupt(90, 91), slice=MADE)
        done = run.write(
            "silver.documents", table("silver.documents", [*documents(2), document(7, split="dev")]), slice=MADE, fingerprint="1"
        )
        with pytest.raises(UsageError, match=r"call run\.quarantine first"):
            run.quarantine("silver.documents", corrupt(92), slice=MADE)
    assert done.quarantined == 3 and quarantined(bare) == [("source=made", n) for n in (7, 90, 91)]


def test_corrupt_rows_without_a_write_are_kept(bare):
    with bare.run("ingest") as run:
        run.quarantine("silver.documents", corrupt(90))
    assert quarantined(bare) == [("whole", 90)]


def test_lost_quarantine_is_repaired_without_touching_the_data(bare):
    rows = [*documents(2), document(7, split="dev")]
    write(bare, rows)
    with bare.run("other") as run:
        run.quarantine("silver.documents", corrupt(1), slice=MADE)
    bare.arrow.replace("ops.quarantine", bare.arrow.read("ops.quarantine").slice(0, 0), _info("clean"))
    import shutil

    shutil.rmtree(Path(bare.root) / "ops" / "quarantine")
    again = write(bare, rows)
    assert quarantined(bare) == [("source=made", 7)] and bare.version("silver.documents") == 0
    assert again.result["tables"]["silver.documents"]["committed"] is False


def _info(app):
    from medslake.lake.storage.tables import CommitInfo

    return CommitInfo(app)


def test_failed_check_commits_no_rows_but_is_told(bare):
    write(bare, documents(2))
    with pytest.raises(DataCheckFailed) as caught, bare.run("ingest") as run:
        run.write("silver.documents", table("silver.documents", [document(1, split="dev")]), slice=MADE, fingerprint="f2")
    assert bare.version("silver.documents") == 0 and "ops.quarantine" not in bare.names()
    row = bare.arrow.read("ops.runs", where={"run_id": run.id}).to_pylist()[0]
    assert (
        row["state"] == "FAIL"
        and row["error"] == caught.value.message
        and row["error"].startswith("table silver.documents, slice source=made")
    )
    query = str(caught.value).split('medslake sql "')[1].rstrip('"')
    told = {"slice": "source=made", "rule": "row_count", "severity": "error", "unexpected": 0, "rows": 1}
    assert told in bare.query(query).to_pylist()


def test_a_refusal_says_what_stands(bare):
    bad = table("silver.documents", [document(1, split="dev")])
    with pytest.raises(DataCheckFailed) as first, bare.run("ingest") as run:
        run.write("silver.documents", bad, slice=MADE)
    assert first.value.message.endswith("; nothing was committed.") and str(first.value).startswith(
        first.value.message + " Run: medslake sql"
    )
    with pytest.raises(DataCheckFailed) as second, bare.run("ingest") as run:
        run.write("gold.definitions", table("gold.definitions", [definition(1)]), fingerprint="1")
        run.write("silver.documents", bad, slice=MADE)
    assert second.value.message.endswith("; what stands: gold.definitions (version 0).")
    # What stood before is not this run's doing.
    with pytest.raises(DataCheckFailed, match="nothing was committed"), bare.run("ingest") as run:
        run.write("gold.definitions", table("gold.definitions", [definition(1)]), fingerprint="1")
        run.write("silver.documents", bad, slice=MADE)


def test_other_errors_are_told_by_their_class_alone(bare):
    with pytest.raises(ValueError, match="secret"), bare.run("ingest"):
        raise ValueError("secret of a row")
    with pytest.raises(KeyboardInterrupt), bare.run("ingest"):
        raise KeyboardInterrupt
    assert {(r["state"], r["error"]) for r in bare.arrow.read("ops.runs").to_pylist()} == {("FAIL", "ValueError"), ("FAIL", "interrupted")}


def test_changed_rules_look_at_the_rows_again(bare, monkeypatch):
    write(bare, documents(2))
    from medslake.lake import runs
    from medslake.lake.quality.suites import Suite

    whole = runs.load_suite
    monkeypatch.setattr(runs, "load_suite", lambda spec: Suite(spec.name, whole(spec).rules[:-1]))
    assert write(bare, documents(2)).result["tables"]["silver.documents"]["committed"] is True


def test_fingerprint_is_stable_and_told_what_it_cannot_take(bare):
    @dataclass
    class Part:
        a: int
        b: frozenset[str]

    with bare.run("x") as run:
        one = run.fingerprint({"b": 1, "a": [1, 2]}, Part(1, frozenset({"y", "x"})), Path("a/b"))
        assert one == run.fingerprint({"a": (1, 2), "b": 1}, {"a": 1, "b": ["x", "y"]}, "a/b")
        assert one != run.fingerprint({"a": (2, 1), "b": 1}, {"a": 1, "b": ["x", "y"]}, "a/b")
        with pytest.raises(UsageError, match="object"):
            run.fingerprint(object())


@pytest.mark.process
@pytest.mark.parametrize("moment", ["quarantine", "data", "results"])
def test_killed_run_leaves_a_clean_lake(bare, tmp_path, moment, record_property):
    """kill -9 right after each of the commits of a write; the next run ends where an undisturbed one does."""
    write(bare, documents(1), "f0")
    script = tmp_path / "dies.py"
    script.write_text(
        textwrap.dedent(
            f"""
            import os, signal, sys
            sys.path.insert(0, {str(Path(__file__).parent)!r})
            from lake_rows import document, documents, table
            from medslake.lake import open_lake
            from medslake.lake.runs import Run

            class Dying(Run):
                def _set_aside(self, *args):
                    done = super()._set_aside(*args)
                    return self._die("quarantine", done)
                def _append(self, *args):
                    self._die("results", super()._append(*args))
                def _commit(self, *args):
                    return self._die("data", super()._commit(*args))
                def _die(self, moment, done):
                    if moment == {moment!r}:
                        os.kill(os.getpid(), signal.SIGKILL)
                    return done

            with Dying(open_lake({bare.root!r}), "ingest", {{}}) as run:
                rows = table("silver.documents", [*documents(2), document(7, split="dev")])
                run.write("silver.documents", rows, slice={{"source": "made"}}, fingerprint="f1")
            """
        )
    )
    assert subprocess.run([sys.executable, str(script)], check=False).returncode == -9
    assert bare.query("select count(*) n from silver.documents").to_pylist()[0]["n"] == (2 if moment == "data" else 1)
    run = write(bare, [*documents(2), document(7, split="dev")])
    assert bare.query("select count(*) n from silver.documents").to_pylist() == [{"n": 2}]
    assert quarantined(bare) == [("source=made", 7)]
    assert run.result["tables"]["silver.documents"] == {"rows": 2, "quarantined": 1, "version": 1, "committed": moment != "data"}
    # The next one that writes closes the dead run, which says what stands of it.
    other = write_definitions(bare)
    told = {r["state"]: r for r in bare.arrow.read("ops.runs").to_pylist() if r["run_id"] not in (run.id, other.id)}
    assert told.keys() == {"COMPLETE", "DIED"}
    stands = {"silver.documents": {"rows": 2, "quarantined": 1, "version": 1, "committed": True}} if moment == "data" else {}
    assert json.loads(told["DIED"]["outputs"]) == stands
    clause = "what stands: silver.documents (version 1)" if moment == "data" else "nothing was committed"
    assert told["DIED"]["error"].startswith("the process ") and told["DIED"]["error"].endswith(f"ended before the run did; {clause}")
    record_property("runs killed", 1)


def test_a_run_is_on_record_before_its_first_commit(bare):
    with bare.run("ingest") as run:
        assert bare.names() == []
        run.quarantine("silver.documents", corrupt(9), slice=MADE)
        run.write("silver.documents", table("silver.documents", documents(2)), slice=MADE, fingerprint="1")
        (row,) = bare.arrow.read("ops.runs").to_pylist()
        assert (row["run_id"], row["state"]) == (run.id, "RUNNING") and row["process"].split()[0] == str(os.getpid())
        # A run of a process that lives is left alone, whoever writes.
        write_definitions(bare)
    states = {r["run_id"]: r["state"] for r in bare.arrow.read("ops.runs").to_pylist()}
    assert states[run.id] == "COMPLETE" and len(states) == 2 and bare.arrow.read("ops.runs").num_rows == 2


def test_runs_of_other_hosts_are_closed_when_they_are_stale(bare):
    from datetime import UTC, datetime, timedelta

    from medslake.lake.run_log import STALE

    write(bare, documents(1))
    row = bare.arrow.read("ops.runs").to_pylist()[0] | {"state": "RUNNING", "host": "elsewhere", "process": "7 1"}
    now = datetime.now(UTC)
    rows = [row | {"run_id": "fresh", "started": now}, row | {"run_id": "stale", "started": now - STALE - timedelta(hours=1)}]
    bare.arrow.append("ops.runs", table("ops.runs", rows), _info("ops.runs"))
    write(bare, documents(2), "f2")
    states = {r["run_id"]: r["state"] for r in bare.arrow.read("ops.runs").to_pylist()}
    assert (states["fresh"], states["stale"]) == ("RUNNING", "DIED")


def test_lineage_of_what_was_not_committed_is_taken_away(bare, monkeypatch):
    from medslake.lake.storage.arrow import ArrowTables

    write(bare, documents(1))

    def fail(self, name, *args, **more):
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"), bare.run("build") as run:
        run.read_arrow("silver.documents")
        with monkeypatch.context() as patched:
            patched.setattr(ArrowTables, "replace", fail)
            run.write("gold.definitions", table("gold.definitions", [definition(1)]), fingerprint="1")
    assert bare.arrow.read("ops.lineage").num_rows == 0
    assert bare.arrow.read("ops.runs", where={"run_id": run.id})["state"].to_pylist() == ["FAIL"]
    with bare.run("build") as run:
        run.read_arrow("silver.documents")
        run.write("gold.definitions", table("gold.definitions", [definition(1)]), fingerprint="1")
    told = bare.arrow.read("ops.lineage").to_pylist()
    assert [(r["run_id"], r["output_table"], r["output_version"], r["input_table"]) for r in told] == [
        (run.id, "gold.definitions", 0, "silver.documents")
    ]


def test_lineage_names_the_version_that_was_committed(bare, monkeypatch):
    write(bare, documents(1))
    with bare.run("build") as run:
        run.read_arrow("silver.documents")
        announce = run._announce

        def overtaken(output):
            version = announce(output)
            bare.arrow.append("gold.definitions", table("gold.definitions", [definition(7)]), _info("other"))
            return version

        monkeypatch.setattr(run, "_announce", overtaken)
        run.write("gold.definitions", table("gold.definitions", [definition(1)]), fingerprint="1")
    told = bare.arrow.read("ops.lineage").to_pylist()
    assert [(r["output_table"], r["output_version"]) for r in told] == [("gold.definitions", 1)]


def test_rows_read_are_accounted_for(bare):
    rows = table("silver.documents", [*documents(3), document(4, split="dev")])
    with bare.run("ingest") as run:
        run.quarantine("silver.documents", corrupt(90), slice=MADE)
        run.write("silver.documents", lambda: rows, slice=MADE, fingerprint="1", read=lambda: 7, left_out=lambda: {"no key": 2, "twice": 0})
    assert run.result["tables"]["silver.documents"] | {"version": 0} == {
        "rows": 3, "quarantined": 2, "version": 0, "committed": True, "read": 7, "left_out": {"no key": 2},
    }  # fmt: skip
    told = bare.query("select slice, rows_read, written, set_aside, left_out, reasons, unexplained from ops.accounts").to_pylist()
    assert told == [
        {"slice": "source=made", "rows_read": 7, "written": 3, "set_aside": 2, "left_out": 2, "reasons": '{"no key": 2}', "unexplained": 0}
    ]
    told = r"silver.documents: 9 rows were read, but 3 would be written, 1 set aside and 2 left out"
    with pytest.raises(DataCheckFailed, match=told), bare.run("ingest") as run:
        run.write("silver.documents", rows, slice=MADE, fingerprint="2", read=9, left_out={"no key": 2})
    assert bare.version("silver.documents") == 0


def test_spark_rows_few_and_many_end_alike(lake, spark, monkeypatch):
    from medslake.lake.quality import gate

    cached = set(spark.sparkContext._jsc.getPersistentRDDs())
    rows = [*documents(30), document(40, split="dev"), document(3, origin=documents(1)[0]["origin"] | {"row": 99})]
    frame = spark.createDataFrame(table("silver.documents", rows))
    with lake.run("few") as run:
        run.write("silver.documents", frame, slice=MADE, fingerprint="1")
    few = (lake.arrow.read("silver.documents"), quarantined(lake))
    monkeypatch.setattr(gate, "SMALL_ROWS", 0)
    with lake.run("many") as run:
        run.quarantine("silver.documents", spark.createDataFrame(corrupt(98)), slice=MADE)
        done = run.write("silver.documents", lambda: frame, slice=MADE, fingerprint="2")
    assert (done.rows, done.quarantined, done.version) == (30, 3, 1)
    assert lake.arrow.read("silver.documents").equals(few[0])
    assert quarantined(lake) == sorted([*few[1], ("source=made", 98)])
    assert set(spark.sparkContext._jsc.getPersistentRDDs()) <= cached, "the gate left rows in Spark's cache"


def test_what_stands_is_looked_at_once_unless_another_run_replaced_it(bare):
    def definitions(run, style, fingerprint):
        return run.write("gold.definitions", table("gold.definitions", [definition(1, style=style)]), fingerprint=fingerprint).committed

    with bare.run("first") as run:
        assert not run.stands("gold.definitions", "a") and definitions(run, "terse", "a")
    with bare.run("again") as run:
        assert run.stands("gold.definitions", "a") and not definitions(run, "terse", "a")
    with bare.run("slow") as run:
        assert run.stands("gold.definitions", "a")
        with bare.run("quick") as other:
            assert definitions(other, "plain", "b")
        assert definitions(run, "terse", "a")
    assert [row["style"] for row in bare.arrow.read("gold.definitions").to_pylist()] == ["terse"]
