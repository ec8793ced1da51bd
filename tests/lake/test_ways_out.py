"""Every way out of a lake shows the rows that the clearance lets out, and no word of another one.

At the clearance public all ways are gone; above it a sample, and all of them in the long tests.
"""

from __future__ import annotations

import os
import runpy
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from marked_lake import IDS, TASKS, WORDS, Marked, answering, contents, heard, made, plugged_in, words_in

from medslake import api
from medslake.cli.console import stdout_kept_clean
from medslake.cli.query_forms import FILES, Form
from medslake.cli.sql_prompt import Asking
from medslake.errors import MedslakeError
from medslake.lake.schema.ddl import views
from unpacked_report import said_by

ROOT = Path(__file__).resolve().parents[2]
#: Ways that are tried at each clearance above public.
SAMPLE = 14
LONG = bool(os.environ.get("MEDSLAKE_TEST_LONG"))
#: Gives all that comes out at a clearance.
Way = Callable[[Marked, str], str]
LAYERS = ("bronze", "silver", "gold", "ops")
KINDS = (
    *("annotated_texts", "concepts", "dialogues", "documents", "encounters", "labelled_texts", "pairs", "parallel_texts"),
    *("prompts", "questions", "statistics"),
)
CLASSED = (
    *(f"silver.{kind}" for kind in KINDS),
    *("gold.instructions", "gold.benchmark", "gold.predictions", "gold.chats", "ops.quarantine"),
)
#: Tables of gold without a text of a row.
BARE = ("gold.tasks", "gold.definitions", "gold.pack_instances", "gold.scores", "gold.set_matches")
#: Statements that read; {t} is a table whose rows have a column `input`.
FORMS = {
    "column": "select input from {t}",
    "from first": "from {t} select input",
    "star": "select * from {t}",
    "columns": "select columns(*) from {t}",
    "quoted": 'select input from "gold"."instructions"',
    "backticks": "select input from `gold`.`instructions`",
    "capitals": "SELECT input FROM GOLD.instructions",
    "comment in the name": "select input from gold /* here */ . instructions",
    "CTE": "with mine as (select * from {t}) select input from mine",
    "recursive CTE": "with recursive r as (select input, 1 n from {t} union all select input, n + 1 from r where n < 2) select * from r",
    "subquery": "select (select string_agg(input) from {t}) told",
    "exists": "select input from {t} where exists (select 1 from {t})",
    "join": "select a.input, b.output from {t} a join {t} b using (instance_id)",
    "join of layers": "select q.question, i.output from silver.questions q join {t} i on list_contains(i.record_ids, q.record_id)",
    "lateral": "select told from {t} i, lateral (select i.input || i.output as told)",
    "union": "select input from {t} union all select output from {t}",
    "except": "select input from {t} except select 'x'",
    "window": "select first_value(input) over (partition by source order by instance_id) told from {t}",
    "group": "select source, max(input), min(output), list(input) from {t} group by 1",
    "having": "select input from {t} group by 1 having count(*) > 0",
    "aggregate": "select string_agg(input, ',') told from {t}",
    "struct": "select struct_pack(a := input, b := map([1], [output])) told from {t}",
    "distinct": "select distinct input from {t}",
    "sample": "select input from {t} using sample 100 rows",
    "try_cast": "select coalesce(try_cast(input as int)::varchar, input) told from {t}",
    "regexp": "select regexp_extract(input, '\\w+') told from {t}",
    "unnest": "select unnest(record_ids) id, input from {t}",
    "view": "select * from gold.chats",
    "order": "select input from {t} order by 1 desc limit 1000",
    "qualify": "select input from {t} qualify row_number() over () > 0",
    "cross join of values": "select input from {t}, (values (1), (2)) v(n)",
    "histogram": "select histogram(input) told from {t}",
    "hidden relation": "select * from __table_0, (select count(*) from {t})",
    "by its name as a text": "select * from query_table('__table_0'), (select count(*) from {t})",
    "describe": "describe {t}",
    "tables": "select * from duckdb_views(), (select count(*) from {t})",
    "a path": "select * from '{path}'",
    "a file": "select * from read_parquet('{path}')",
    "a folder": "select * from glob('{lake}/**')",
    "a text": "select * from read_text('{log}')",
    "delta": "select * from delta_scan('{lake}/gold/instructions')",
    "statistics": "select * from parquet_metadata('{path}')",
    "a raised error": "select error(input) from {t}",
    "a failing cast": "select input::int from {t}",
    "two statements": "select 1; select input from {t}",
    "copy": "copy (select input from {t}) to '{lake}/out.csv'",
    "attach": "attach '{lake}/x.db'",
    "create": "create table x as select input from {t}",
}
#: Of these none shows a row.
SHUT = set(FORMS) - set(list(FORMS)[: list(FORMS).index("hidden relation")])


def _text(query: str, here: Marked) -> str:
    data = next((Path(here.lake.root) / "gold/instructions").rglob("*.parquet"))
    log = next((Path(here.lake.root) / "gold/instructions/_delta_log").glob("*.json"))
    return query.format(t="gold.instructions", path=data, lake=here.lake.root, log=log)


def _sql(query: str, at: dict[str, int] | None = None) -> Way:
    def way(here: Marked, clearance: str) -> str:
        try:
            return repr(api.sql(here.lake, _text(query, here), at=at, clearance=clearance).to_pylist())
        except MedslakeError as error:
            return str(error)

    return way


def _each(query: str) -> Way:
    """The query for the rows of each class."""
    return lambda here, clearance: "".join(_sql(query.replace("{access}", access))(here, clearance) for access in WORDS)


def _packed(table: str) -> Way:
    """Of rows that hold no text their classes."""

    def way(here: Marked, clearance: str) -> str:
        rows = api.sql(here.lake, f"select distinct access from {table}", clearance=clearance).to_pylist()
        return " ".join(WORDS[row["access"]] for row in rows)

    return way


def _pipe(*more: str) -> Way:
    return lambda here, clearance: here.ask("sql", "select input from gold.instructions", "--clearance", clearance, *more)


def _file(form: str) -> Way:
    def way(here: Marked, clearance: str) -> str:
        out = here.folder / "out" / "answer" / f"answer.{form}"
        words = ("sql", "select * from gold.benchmark", "--clearance", clearance)
        said = here.ask(*words, "--out", out, code=0)
        text = contents(out)
        out.unlink()
        return said + text

    return way


def _statements(here: Marked, clearance: str) -> str:
    file = here.folder / "questions.sql"
    file.write_text("-- two\nselect 1;\nselect input from gold.instructions;", encoding="utf-8")
    return here.ask("sql", "-f", file, "--clearance", clearance, code=0)


def _prompted(here: Marked, clearance: str) -> str:
    """The terminal shows all; the file is what counts."""
    out = here.folder / "out" / "prompted.csv"
    asking = Asking(here.lake, {}, clearance, Form.table, whole=True)
    with stdout_kept_clean():
        asking.answer("select * from gold.benchmark;")
        asking.answer(f".out {out}")
    text = contents(out)
    out.unlink()
    return text


def _export(form: str, *more: str) -> Way:
    return lambda here, clearance: here.files("export", "export", form, "--clearance", clearance, *more)


def _medsins(split: str) -> Way:
    def way(here: Marked, clearance: str) -> str:
        words = ("export", "medsins", "--clearance", clearance, "--split", split, "--task")
        return "".join(here.files(task, *words, task) for task in TASKS.values())

    return way


def _report(here: Marked, clearance: str) -> str:
    return here.ask("report", "--clearance", clearance, code=0) + said_by(Path(here.lake.root) / "report.html")


def _traced(kind: str, table: str, column: str, where: str = "true") -> Way:
    """Of the ids, which a trace tells, nothing is looked for."""

    def way(here: Marked, clearance: str) -> str:
        ids = here.lake.query(f"select min({column}) id from {table} where {where} group by access").to_pylist()
        return _without_ids("".join(here.ask("trace", kind, row["id"], "--clearance", clearance, "--json", code=0) for row in ids))

    return way


def _trace_of_benchmark(here: Marked, clearance: str) -> str:
    ids = here.lake.query("select row_id from gold.benchmark")["row_id"].to_pylist()
    return _without_ids("".join(repr(here.lake.trace("benchmark", id, clearance=clearance)) for id in ids))


def _without_ids(text: str) -> str:
    for id in IDS.values():
        text = text.replace(id, "")
    return text


def _remote(here: Marked, clearance: str) -> str:
    here.sent.clear()
    words = ("infer", "--engine", "marked_far", "--model", "far", "--set", f"clearance={clearance}", "--name", f"far-{clearance}")
    said = ""
    for task in TASKS.values():
        said += here.ask(*words, "--task", task)
    return said + "".join(here.sent)


WAYS: dict[str, Way] = {
    **{f"sql, {name}": _sql(query) for name, query in FORMS.items() if name not in SHUT},
    **{f"sql of {name}": _sql(f"select * from {name}") for name in CLASSED},
    **{f"sql of bronze of {access}": _sql(f"select * from bronze.marked_{access}__records") for access in WORDS},
    "bronze of all": _each("select * from bronze.marked_{access}__records"),
    "sql, version": _sql("select * from silver.documents", {"silver.documents": 0}),
    "sql, older version": _sql("select * from gold.predictions", {"gold.predictions": 2}),
    "sql to a pipe": _pipe(),
    "sql to a pipe, json": _pipe("--json"),
    "sql to a pipe, csv": _pipe("--format", "csv"),
    "sql to a pipe, JSON form": _pipe("--format", "json"),
    "sql to a pipe, version": _pipe("--at", "gold.instructions=0"),
    **{f"sql to a pipe, {form}": _pipe("--format", form) for form in ("tsv", "jsonl", "md", "line")},
    **{f"sql to a file, {form}": _file(form) for form in FILES},
    "sql of a file of statements": _statements,
    "sql of the prompt to a file": _prompted,
    "sql, version in the query": _sql("select * from silver.documents version as of 0"),
    "sql, older version in the query": _sql("select * from gold.predictions for version as of 2"),
    "sql, two versions": _sql("select b.* from gold.instructions version as of 0 a join gold.instructions b using (instance_id)"),
    "sql, by the name of a version": _sql("select input from gold__v0.instructions, (select count(*) from {t} version as of 0)"),
    "export lm-eval": _export("lm-eval"),
    "export inspect": _export("inspect"),
    "export hf": _export("hf"),
    **{f"export medsins, {split}": _medsins(split) for split in ("train", "test", "all")},
    "report": _report,
    "trace of an instance": _traced("instance", "gold.instructions", "instance_id"),
    "trace of a prediction": _traced("prediction", "gold.predictions", "prediction_id", "model = 'public'"),
    "trace of a score": _traced("score", "gold.scores", "score_id", "level = 'row'"),
    "trace of a score of a task": _traced("score", "gold.scores", "score_id", "level = 'task' and engine <> 'baseline'"),
    "trace of a benchmark row, by the API": _trace_of_benchmark,
    "a remote engine": _remote,
    **{f"rows of {name}": _packed(name) for name in ("gold.pack_instances", "gold.scores", "gold.set_matches", "gold.tags")},
    # A row of tokens holds instances of several classes, and bears the highest.
    "packs of private": _packed("gold.packs"),
    "sql, summarize": _each("summarize select input, output from {t} where source = 'marked_{access}'"),
}


def _folder(*parts: str) -> Way:
    return lambda here, _: contents(Path(here.lake.root, *parts))


def _logs(layer: str) -> Way:
    """Bounds of ids may stand there."""

    def way(here: Marked, _: str) -> str:
        logs = sorted((Path(here.lake.root) / layer).glob("*/_delta_log"))
        assert logs
        return _without_ids("".join(map(contents, logs)))

    return way


def _said(*words: str) -> Way:
    return lambda here, _: here.ask(*[word.format(lake=here.lake.root, folder=here.folder) for word in words])


def _script(path: str, *words: str) -> Way:
    def way(here: Marked, _: str) -> str:
        with pytest.MonkeyPatch.context() as patch:
            script = str(ROOT / path)
            patch.setattr(sys, "argv", [script, *(word.format(folder=here.folder) for word in words), "--lake", here.lake.root])
            with heard() as text, pytest.raises(SystemExit):
                runpy.run_path(script, run_name="__main__")
        return str(text())

    return way


def _whole(table: str) -> Way:
    return lambda here, _: repr(here.lake.arrow.read(table).to_pylist()) if here.lake.exists(table) else ""


def _aside(here: Marked, _: str) -> str:
    """Of rows that were set aside all but what they say."""
    rows = here.lake.query("select * exclude (content) from ops.quarantine").to_pylist()
    assert {row["access"] for row in rows} == set(WORDS)
    return repr(rows)


#: Ways that no row takes, whatever the clearance.
CLOSED: dict[str, Way] = {
    **{f"sql, {name}": _sql(FORMS[name]) for name in FORMS if name in SHUT},
    **{f"all of {name}": _whole(name) for name in BARE},
    **{
        f"all of ops.{name}": _whole(f"ops.{name}")
        for name in ("contamination", "leak_checks", "lineage", "quality_results", "runs", "sources", "training_steps")
    },
    "ops.quarantine but the rows": _aside,
    **{f"logs of {layer}": _logs(layer) for layer in LAYERS},
    "events": _folder("_events"),
    "checks": _folder("_quality"),
    "models": _folder("_models"),
    "doctor": _said("doctor"),
    **{f"list {what}": _said("list", what) for what in ("sources", "tasks", "tables", "runs", "recipes")},
    "list of the benchmark": _said("list", "tasks", "--bench"),
    "compare": _said("compare", "public", "private"),
    "mixture": _said("mixture", "--by", "task"),
    "score again": _said("score"),
    "pack again": _said("pack", "--set", "holdout=0"),
    "train, outline": _said("train", "--set", "holdout=0", "--dry-run"),
    "infer again": _said("infer", "--model", "{folder}/model-private", "--name", "private"),
    "no clearance": _said("sql", "select * from gold.instructions"),
    "no clearance, file": _said("sql", "select * from ops.quarantine", "--out", "{folder}/no.csv", "--format", "csv"),
    "no clearance, version": _said("sql", "select * from gold.instructions version as of 0"),
    "no clearance, file of statements": _said("sql", "select 1; select * from gold.instructions"),
    "show tables": _said("sql", "show tables"),
    "describe": _said("sql", "describe gold.instructions"),
    "information_schema": _said("sql", "select * from information_schema.columns join information_schema.tables using (table_name)"),
    "list views": _said("list", "views"),
    "no such column": _said("sql", "select texts from silver.documents", "--clearance", "private"),
    "a value that does not fit": _said("sql", "select text::int from silver.pairs", "--clearance", "private"),
    "an id that is not there": _said("trace", "instance", "none"),
    "several ids": _said("trace", "prediction", ""),
    "a task that is not there": _said("export", "medsins", "--task", "none"),
    "a task above the clearance": _said("export", "medsins", "--task", TASKS["private"]),
    "a remote engine above its clearance": _said("infer", "--engine", "marked_far", "--model", "far"),
    "an engine without a server": _said("infer", "--engine", "openai_api", "--model", "m", "--set", "base_url=http://127.0.0.1:9/v1"),
    "jobs/ingest.py": _script("jobs/ingest.py", "marked_private", "--from", "{folder}/files/marked_private"),
    "ray_jobs/score.py": _script("ray_jobs/score.py"),
    "ray_jobs/pack.py": _script("ray_jobs/pack.py", "--set", "holdout=0"),
    "ingest --limit": _said("ingest", "marked_private", "--from", "{folder}/files/marked_private", "--limit", "1"),
    "ingest without its files": _said("ingest", "marked_private", "--from", "{folder}"),
    "check of a table": _said("check", "silver.questions"),
    "what was said by the verbs": lambda here, _: "".join(here.said.values()),
}


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory, spark: Any) -> Iterator[Marked]:
    folder = tmp_path_factory.mktemp("marked")
    sent: list[str] = []
    with plugged_in(folder / "plugins"), answering(sent):
        lake = made(folder, spark, gate=LONG)
        lake.sent = sent
        yield lake


def test_there_are_enough() -> None:
    assert len(WAYS) + len(CLOSED) >= 60
    assert not set(WAYS) & set(CLOSED)


def test_lake_and_models_are_their_owner_s(marked: Marked) -> None:
    root = Path(marked.lake.root)
    for folder in (root, root / "_models", *(root / "_models").iterdir()):
        assert folder.stat().st_mode & 0o777 == 0o700, folder


def test_every_table_that_holds_texts_has_its_words(marked: Marked) -> None:
    for table in (name for name in CLASSED if name not in views()):
        assert words_in(_whole(table)(marked, "private"), WORDS) == set(WORDS), table


@pytest.mark.parametrize("clearance", WORDS)
def test_a_way_shows_what_the_clearance_lets_out(marked: Marked, clearance: str) -> None:
    open_to = set(list(WORDS)[: list(WORDS).index(clearance) + 1])
    gone = sorted(WAYS) if LONG or clearance == "public" else sorted(Random(clearance).sample(sorted(WAYS), SAMPLE))
    wrong = {}
    for name in gone:
        way = WAYS[name]
        text = way(marked, clearance)
        there = words_in(text, WORDS)
        wanted = open_to & ({name.rsplit(" ", 1)[1]} if name.startswith(("sql of bronze", "packs")) else set(WORDS))
        if there != wanted or words_in(text, IDS) - open_to:
            wrong[name] = (sorted(there), sorted(words_in(text, IDS)), text[:300] if not there else "")
    assert wrong == {}


def test_no_row_takes_another_way(marked: Marked, record_property: Callable[[str, object], None]) -> None:
    wrong = {}
    for name, way in CLOSED.items():
        text = way(marked, "private")
        if found := words_in(text, WORDS) | words_in(text, IDS):
            at = next(text.index(word) for word in (*WORDS.values(), *IDS.values()) if word in text)
            wrong[name] = (sorted(found), text[max(0, at - 200) : at + 100])
    assert wrong == {}
    record_property("ways out of a lake tried", len(WAYS) + len(CLOSED))
