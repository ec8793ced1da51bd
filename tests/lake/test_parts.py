"""Many parts of a table in one commit: what has not changed is left alone, and one broken part refuses all."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from lake_rows import SHA, asked, document, documents, table

from medslake.errors import UsageError
from medslake.lake import open_lake
from medslake.lake.parts import CEILING_FROM, CeilingPassed
from medslake.lake.quality import gate
from medslake.lake.quality.gate import ChecksFailed
from medslake.lake.runs import Part
from medslake.lake.storage.stream import Stream

pytestmark = pytest.mark.slow

NAME = "silver.documents"


@pytest.fixture
def bare(tmp_path):
    """A lake whose tests need no Spark."""
    return open_lake(str(tmp_path / "lake"))


def of(source, count=2, *, broken=0):
    """Rows of a source, and `broken` more that break a rule."""
    return [document(n, source=source, split="train" if n <= count else "dev") for n in range(1, count + broken + 1)]


def part(source, count=2, fingerprint="1", *, broken=0):
    return Part(table(NAME, of(source, count, broken=broken)), fingerprint)


def write(lake, parts, **more):
    with lake.run("ingest") as run:
        return run.write_parts(NAME, "source", parts, **more)


def outcomes(written):
    return {name: (w.rows, w.quarantined, w.version, w.committed) for name, w in written.items()}


def rows_of(lake):
    return sorted((r["source"], r["record_id"]) for r in lake.arrow.read(NAME, columns=["source", "record_id"]).to_pylist())


@pytest.mark.parametrize("job", ["ingest", "any other"])
def test_more_rows_set_aside_than_may_be_refuse_the_write_whoever_writes(bare, job):
    def filled(aside, count=CEILING_FROM, ceiling=None, **params):
        made = Part(
            table(NAME, of("a", count - aside, broken=aside)), str((aside, count)), **({} if ceiling is None else {"ceiling": ceiling})
        )
        with bare.run(job, params) as run:
            return run.write_parts(NAME, "source", {"a": made, "b": part("b")})["a"]

    with pytest.raises(
        CeilingPassed, match=r"source=a: 6 of 100 rows would be set aside, more than 5% \(rule quarantine_ceiling\)"
    ) as caught:
        filled(6)
    assert caught.value.parts == ("a",) and caught.value.exit_code == 1 and "nothing was committed" in str(caught.value)
    assert "--max-aside" not in str(caught.value) and not bare.exists(NAME) and not bare.exists("ops.quarantine")
    with pytest.raises(CeilingPassed, match=r"more than 4%.*--max-aside SHARE"):
        filled(5, ceiling=0.04, max_aside=None)
    # Fewer rows than that have no ceiling; the run's own outranks that of the part.
    assert [filled(*given, **params).quarantined for *given, params in ((5, {}), (50, 99, {}), (50, {"max_aside": 0.5}))] == [5, 50, 50]
    with pytest.raises(CeilingPassed, match="more than 1%"):
        filled(4, max_aside=0.01)
    # What a reader set aside before counts as well.
    unread = {"source": "a", "file": "f", "sha256": SHA, "rules": ["json: cut"], "content": "x", "access": "public"}
    with pytest.raises(CeilingPassed, match="8 of 104 rows"), bare.run(job) as run:
        run.quarantine(NAME, pa.Table.from_pylist([unread | {"row": n} for n in range(4)]), slice={"source": "a"})
        run.write_parts(NAME, "source", {"a": Part(table(NAME, of("a", 96, broken=4)), "known")})


def quarantined(lake):
    return sorted((r["slice"], r["row"]) for r in lake.arrow.read("ops.quarantine").to_pylist())


def versions(lake):
    return {name: lake.version(name) for name in lake.names()}


def test_all_parts_are_one_commit_and_one_row_of_everything_else(bare):
    with bare.run("ingest") as run:
        done = run.write_parts(NAME, "source", {"a": part("a"), "b": part("b", 3, broken=1), "c": part("c", broken=2)})
    assert outcomes(done) == {"a": (2, 0, 0, True), "b": (3, 1, 0, True), "c": (2, 2, 0, True)}
    assert run.result["tables"] == {NAME: {"rows": 7, "quarantined": 3, "version": 0, "committed": True}}
    assert versions(bare) == {"ops.quality_results": 0, "ops.quarantine": 0, "ops.runs": 1, NAME: 0}
    assert quarantined(bare) == [("source=b", 4), ("source=c", 3), ("source=c", 4)]
    rule = bare.arrow.read("ops.quality_results", where={"rule": "in_set(split)"}).to_pylist()
    assert sorted((r["slice"], r["unexpected"], r["rows"]) for r in rule) == [("source=a", 0, 2), ("source=b", 1, 4), ("source=c", 2, 4)]


def test_what_has_not_changed_is_left_alone(bare):
    write(bare, {"a": part("a"), "b": part("b", broken=1), "c": part("c")})
    before = versions(bare)

    def never():
        raise AssertionError("rows were asked for")

    same = {"a": Part(never, "1"), "b": Part(never, "1")}
    assert outcomes(write(bare, same)) == {"a": (2, 0, 0, False), "b": (2, 1, 0, False)} and versions(bare) == before
    done = write(bare, {**same, "c": part("c", 1, "2"), "d": part("d", 4)})
    assert outcomes(done) == {"a": (2, 0, 0, False), "b": (2, 1, 0, False), "c": (1, 0, 1, True), "d": (4, 0, 1, True)}
    assert bare.history(NAME, 1)[0]["metadata"]["where"] == {"source": ["c", "d"]}
    assert rows_of(bare) == [*((s, f"r{n}") for s in "ab" for n in (1, 2)), ("c", "r1"), *(("d", f"r{n}") for n in range(1, 5))]
    assert {name: s.rows for name, s in bare.slices(NAME, "source").items()} == {"a": 2, "b": 2, "c": 1, "d": 4}
    # A part is the same thing as a slice that is written alone.
    with bare.run("ingest") as run:
        assert not run.write(NAME, never, slice={"source": "d"}, fingerprint="1").committed
        assert run.write(NAME, part("d", 1).rows, slice={"source": "d"}, fingerprint="2").committed
    assert outcomes(write(bare, {"d": Part(never, "2"), "c": Part(never, "2")})) == {"d": (1, 0, 2, False), "c": (1, 0, 2, False)}


def test_without_a_fingerprint_a_part_is_always_written(bare):
    write(bare, {"a": part("a"), "b": part("b", fingerprint=None)})
    assert outcomes(write(bare, {"a": part("a"), "b": part("b", fingerprint=None)})) == {"a": (2, 0, 0, False), "b": (2, 0, 1, True)}
    # What was written without one is not what an earlier fingerprint says.
    write(bare, {"a": part("a", 1, None)})
    assert write(bare, {"a": part("a")})["a"].committed


def test_a_refused_part_refuses_all_and_is_named(bare):
    write(bare, {"a": part("a")})
    with pytest.raises(ChecksFailed, match=r"slice source=c: rule row_count: no row would be left of 2") as caught, bare.run("x") as run:
        run.write_parts(NAME, "source", {"a": part("a", 1, "2"), "c": part("c", 0, broken=2), "b": part("b")})
    assert caught.value.parts == ("c",)
    assert rows_of(bare) == [("a", "r1"), ("a", "r2")] and "ops.quarantine" not in bare.names()
    told = bare.arrow.read("ops.quality_results", where={"run_id": run.id, "success": False}).to_pylist()
    assert [(r["slice"], r["rule"]) for r in told if r["severity"] != "warn"] == [("source=c", "row_count")]
    # The others can be written without it.
    assert write(bare, {"a": part("a", 1, "2"), "b": part("b")})["b"].committed


def test_quarantine_follows_its_parts(bare):
    write(bare, {"a": part("a", broken=1), "b": part("b", broken=1), "c": part("c", broken=1)})
    write(bare, {"a": part("a", fingerprint="2"), "b": part("b", 1, "2", broken=2), "c": part("c")})
    assert quarantined(bare) == [("source=b", 2), ("source=b", 3), ("source=c", 3)]
    assert bare.version("ops.quarantine") == 1
    known = {"source": "a", "file": "a.csv", "sha256": SHA, "rules": ["unreadable"], "content": "{", "access": "public"}
    with bare.run("ingest") as run:
        run.quarantine(NAME, pa.Table.from_pylist([known | {"row": 90}]), slice={"source": "a"})
        done = run.write_parts(NAME, "source", {"a": part("a", fingerprint="3"), "b": part("b", fingerprint="3")})
    assert (done["a"].quarantined, done["b"].quarantined) == (1, 0)
    assert quarantined(bare) == [("source=a", 90), ("source=c", 3)]
    shutil.rmtree(Path(bare.root) / "ops" / "quarantine")
    again = write(bare, {"a": part("a", fingerprint="3"), "c": part("c", broken=1)})
    assert outcomes(again)["c"] == (2, 1, 2, False) and outcomes(again)["a"] == (2, 0, 2, False)
    assert quarantined(bare) == [("source=c", 3)] and bare.version(NAME) == 2


def test_rows_may_be_given_at_once(bare):
    everything = table(NAME, [*of("a"), *of("b", broken=1), *of("c")])
    asked = []

    def rows(parts):
        asked.append(list(parts))
        return everything.filter(pc.field("source").isin(parts))

    write(bare, {"a": part("a")})
    done = write(bare, {name: Part(fingerprint="1") for name in "abc"}, rows=rows)
    assert asked == [["b", "c"]] and outcomes(done) == {"a": (2, 0, 0, False), "b": (2, 1, 1, True), "c": (2, 0, 1, True)}
    stream = Stream(everything.schema, lambda: iter(everything.to_batches()))
    with pytest.raises(UsageError, match="is written alone, not as one of several parts"):
        write(bare, {"x": Part(stream), "y": Part(stream)})


def test_parts_of_several_columns(bare):
    def rows(prompt, *tasks):
        return {t: Part(table("gold.benchmark", [asked(1, task_id=t, prompt=prompt, row_id=f"{t}{prompt}")]), "1") for t in tasks}

    with bare.run("benchmark") as run:
        run.write_parts("gold.benchmark", "task_id", rows("paper", "t1", "t2"), where={"prompt": "paper"})
        run.write_parts("gold.benchmark", "task_id", rows("chat", "t1", "t3"), where={"prompt": "chat"})
    with bare.run("benchmark") as run:
        done = run.write_parts("gold.benchmark", "task_id", rows("chat", "t1", "t2"), where={"prompt": "chat"})
    assert {t: w.committed for t, w in done.items()} == {"t1": False, "t2": True}
    assert bare.query("select count(*) n, count(distinct prompt || task_id) m from gold.benchmark").to_pylist() == [{"n": 5, "m": 5}]


def test_spark_rows_few_and_many_end_alike(lake, spark, monkeypatch):
    cached = set(spark.sparkContext._jsc.getPersistentRDDs())
    frames = {name: spark.createDataFrame(table(NAME, of(name, 20, broken=n))) for n, name in enumerate("abc")}

    def parts(fingerprint):
        return {
            **{name: Part(frame, fingerprint) for name, frame in frames.items()},
            "d": Part(table(NAME, of("d", 3, broken=1)), fingerprint),
        }

    few = outcomes(write(lake, parts("1")))
    read = lake.arrow.read(NAME).sort_by([("source", "ascending"), ("record_id", "ascending")]), quarantined(lake)
    monkeypatch.setattr(gate, "SMALL_ROWS", 0)
    many = outcomes(write(lake, parts("2")))
    assert few == {"a": (20, 0, 0, True), "b": (20, 1, 0, True), "c": (20, 2, 0, True), "d": (3, 1, 0, True)}
    assert many == {name: (*outcome[:2], 1, True) for name, outcome in few.items()}
    assert lake.arrow.read(NAME).sort_by([("source", "ascending"), ("record_id", "ascending")]).equals(read[0])
    assert quarantined(lake) == read[1]
    # Lost rows that were set aside are found again without the data being touched.
    shutil.rmtree(Path(lake.root) / "ops" / "quarantine")
    frames["a"] = spark.createDataFrame(table(NAME, of("a", 5)))
    again = write(lake, {**parts("2"), "a": Part(frames["a"], "3")})
    unchanged = {name: (*outcome[:3], False) for name, outcome in many.items()}
    assert outcomes(again) == {**unchanged, "a": (5, 0, 2, True)} and quarantined(lake) == read[1]
    assert set(spark.sparkContext._jsc.getPersistentRDDs()) <= cached, "the gate left rows in Spark's cache"


@pytest.mark.process
@pytest.mark.parametrize("moment", ["quarantine", "data", "results"])
def test_a_killed_run_leaves_all_parts_or_none(bare, tmp_path, moment, record_property):
    write(bare, {"a": part("a", 1, "0")})
    script = tmp_path / "dies.py"
    script.write_text(
        textwrap.dedent(
            f"""
            import os, signal, sys
            sys.path.insert(0, {str(Path(__file__).parent)!r})
            from test_parts import NAME, part
            from medslake.lake import open_lake
            from medslake.lake.runs import Run

            class Dying(Run):
                def _set_aside(self, *args):
                    return self._die("quarantine", super()._set_aside(*args))
                def _append(self, *args):
                    self._die("results", super()._append(*args))
                def _commit(self, *args):
                    return self._die("data", super()._commit(*args))
                def _die(self, moment, done):
                    if moment == {moment!r}:
                        os.kill(os.getpid(), signal.SIGKILL)
                    return done

            with Dying(open_lake({bare.root!r}), "ingest", {{}}) as run:
                run.write_parts(NAME, "source", {{"a": part("a"), "b": part("b", broken=1)}})
            """
        )
    )
    assert subprocess.run([sys.executable, str(script)], check=False, env=dict(os.environ)).returncode == -signal.SIGKILL
    landed = moment == "data"
    assert len(rows_of(bare)) == (4 if landed else 1)
    done = write(bare, {"a": part("a"), "b": part("b", broken=1)})
    assert outcomes(done) == {"a": (2, 0, 1, not landed), "b": (2, 1, 1, not landed)}
    assert len(rows_of(bare)) == 4 and quarantined(bare) == [("source=b", 3)] and bare.version(NAME) == 1
    record_property("runs killed", 1)


def test_lineage_is_told_once_for_all_parts(lake, spark):
    with lake.run("fill") as run:
        run.write(NAME, table(NAME, documents(3)), slice={"source": "made"})
    with lake.run("render") as run:
        df = run.read(NAME)
        names = [c for c in df.columns if c not in ("source", "title")]
        titles = {"x": "domain as title", "y": "upper(title) as title"}
        frames = {name: df.selectExpr(f"'{name}' as source", title, *names) for name, title in titles.items()}
        run.write_parts(NAME, "source", {name: Part(frame, "1") for name, frame in frames.items()})
    told = lake.arrow.read("ops.lineage", where={"run_id": run.id, "output_column": "title"}).to_pylist()
    assert sorted((r["output_version"], r["input_table"], r["input_column"]) for r in told) == [(1, NAME, "domain"), (1, NAME, "title")]
