"""What a refusal says of commits is so: the versions of all tables before and after are compared with the sentence.

A seeded sample; all of them in the long tests.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pytest
from lake_rows import documents, instance, table
from marked_lake import heard

from format_sources import write_plugin
from made_benchmark import benchmark_row, lake_with
from made_silver import commit, exams
from made_tasks import write_tasks
from medslake import api, registry
from medslake.cli import main
from medslake.errors import MedslakeError
from medslake.lake import Lake, open_lake
from medslake.lake.storage.tables import CommitInfo
from score_lake import predict

SECRET = "vermilion"
LONG = bool(os.environ.get("MEDSLAKE_TEST_LONG"))
SAMPLE = 20
Refusal = tuple[str, ...] | Callable[[Lake], Any]
AT = ("--lake", "{lake}")
ASK = "select max(input) from gold.benchmark"
#: Sources whose first tables can be read, and what comes behind them not.
_HALVES = '''
"""Sources that are refused half-way."""
from medslake.sources import Example, NativeFile, Source, by_hash, mapped

TEXT = "array(named_struct('name', 'row', 'text', {0}))"
NOTES = NativeFile("notes", ("notes.jsonl",), "jsonl", "id STRING, text STRING")


def source(name, files, silver):
    return Source(
        name=name, title=name, citation="none", licence="CC0", access="private", domain="Exam", files=files, split=by_hash("record_id"),
        silver=silver, example=Example({{}}, {{kind: [{{"record_id": "1"}}] for kind in silver}}),
    )


GOOD = mapped("notes", record_id="id", sections=TEXT.format("text"))
SOURCES = (
    source("second_table", (NOTES, NativeFile("pages", ("pages.json",), "json_array", "id STRING, page INT")),
           {{"documents": GOOD}}),
    source("all_aside", (NOTES,), {{"documents": mapped("notes", record_id="id", sections=TEXT.format("CAST(NULL AS STRING)"),
                                                        title="CAST(NULL AS STRING)", language="'xx'")}}),
    source("second_kind", (NOTES,), {{"documents": GOOD, "pairs": mapped("notes", record_id="id", text="text", label_set="'x'",
                                                                         candidates="CAST(NULL AS ARRAY<STRUCT<id: STRING>>)")}}),
    source("rule_fails", (NOTES,), {{"documents": mapped("notes", record_id="nowhere", sections=TEXT.format("text"))}}),
    source("ceiling", (NOTES,), {{"documents": mapped("notes", record_id="id", sections=TEXT.format("text"))}}),
)
'''


def _files(folder: Path) -> None:
    """The native files of all cases."""
    lines = "".join(f'{{"id": "{n}", "text": "{SECRET} {n}"}}\n' for n in range(3))
    for name in ("second_table", "all_aside", "second_kind", "rule_fails"):
        (folder / name).mkdir(parents=True)
        (folder / name / "notes.jsonl").write_text(lines)
    (folder / "second_table" / "pages.json").write_text(f"[{SECRET}")
    (folder / "ceiling").mkdir()
    (folder / "ceiling" / "notes.jsonl").write_text("".join(f'{{"id": "{n}", "text": {SECRET}\n' for n in range(20)) + lines * 40)
    (folder / "limited").mkdir()
    (folder / "limited" / "notes.jsonl").write_text(lines)
    (folder / "empty").mkdir()
    (folder / "file").write_text(SECRET)
    (folder / "model").mkdir()
    (folder / "model" / "config.json").write_text(f'{{"{SECRET}"')
    (folder / "scores.csv").write_text(f"a,b\n{SECRET},1\n")
    for name, form in registry.items("format").items():
        for twin in (*TWINS, *SPOILT):
            where = folder / twin / name
            where.mkdir(parents=True)
            for file, content in form.example.files().items():
                (where / file).write_bytes((TWINS | SPOILT)[twin](content) if file == form.example.file else content)


#: What is done to the example of a format.
TWINS: dict[str, Callable[[bytes], bytes]] = {
    "emptied": lambda _: b"",
    "of other bytes": lambda content: b"\xff\xfe" + SECRET.encode() + content[1:2] + b"\x00\xff" * 9,
}
#: The same, where records, the file or nothing may be refused.
SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "with a word before each line": lambda content: b"\n".join(SECRET.encode() + b" " + line for line in content.split(b"\n")),
    "with a word in the middle": lambda content: (
        content[: len(content) // 2] + f'{SECRET} "{SECRET}'.encode() + content[len(content) // 2 :]
    ),
    "cut, with a word at the end": lambda content: content[: len(content) * 2 // 3] + SECRET.encode(),
}
UNKNOWN: dict[str, Refusal] = {
    f"unknown {words[0]} {n}": (*words, *AT)
    for n, words in enumerate(
        (
            ("ingest", "nothing", "--from", "{files}/empty"),
            ("ingest", "medqa", "--from", "{files}/none"),
            ("ingest", "medqa", "--from", "{files}/file"),
            ("ingest", "medqa"),
            ("ingest", "medqa", "--from", "{files}/empty", "--access", "open"),
            ("ingest", "medqa", "--from", "{files}/empty", "--limit", "0"),
            ("ingest", "medqa", "--from", "{files}/empty", "--max-aside", "2"),
            ("ingest", "medqa", "--from", "odd://bucket/x"),
            ("build", "instructions", "--task", "none"),
            ("build", "benchmark", "--task", "none"),
            ("build", "benchmark", "--task", "task11", "--task", "task11x"),
            ("build", "instructions", "--policy", "none=block"),
            ("build", "instructions", "--policy", "exact"),
            ("build", "benchmark", "--policy", "bench:exact=drop"),
            ("build", "benchmark", "--shots", "many"),
            ("build", "benchmark", "--prompt", "none"),
            ("build", "benchmark", "--budget", "0"),
            ("build", "nothing"),
            ("check", "gold.none"),
            ("check", "nothing"),
            ("leaks", "--policy", "exact=explode"),
            ("leaks", "--policy", "side:exact=block"),
            ("pack", "--recipe", "none"),
            ("pack", "--set", "none=1"),
            ("pack", "--set", "length"),
            ("pack", "--set", "length=long"),
            ("pack", "--set", "tasks=none"),
            ("pack", "--set", "model={files}/none"),
            ("pack", "--set", "model={files}/model"),
            ("pack", "--length", "1"),
            ("train", "--recipe", "none"),
            ("train", "--device", "none"),
            ("train", "--set", "lr=fast"),
            ("train", "--set", "precision=fp1"),
            ("infer", "--model", "{files}/none"),
            ("infer", "--model", "{files}/model"),
            ("infer", "--model", "{files}/empty"),
            ("infer", "--model", "m", "--engine", "none"),
            ("infer", "--model", "m", "--engine", "openai_api"),
            ("infer", "--model", "m", "--engine", "openai_api", "--set", "base_url=http://127.0.0.1:9/v1"),
            ("infer", "--model", "m", "--engine", "openai_api", "--set", "none=1"),
            ("infer", "--model", "m", "--engine", "openai_api", "--set", "clearance=open"),
            ("infer", "--model", "m", "--engine", "openai_api", "--mode", "none"),
            ("infer", "--model", "m", "--engine", "openai_api", "--task", "none"),
            ("infer", "--model", "m", "--engine", "openai_api", "--workers", "0"),
            ("score", "--model", "none"),
            ("score", "--predictions", "{files}/none.csv"),
            ("score", "--predictions", "{files}/scores.csv"),
            ("score", "--predictions", "{files}/empty"),
            ("compare", "m", "none"),
            ("compare", "none", "m"),
            ("compare", "m", "m", "--task", "none"),
            ("report", "--clearance", "open"),
            ("report", "--out", "/proc/none/report.html"),
            ("export", "none", "--out", "{files}/out"),
            ("export", "medsins", "--out", "{files}/out"),
            ("export", "medsins", "--task", "none", "--out", "{files}/out"),
            ("export", "lm-eval", "--task", "none", "--out", "{files}/out"),
            ("export", "hf", "--clearance", "open", "--out", "{files}/out"),
            ("export", "inspect", "--task", "task57", "--out", "{files}/out"),
            ("trace", "instance", "none"),
            ("trace", "prediction", "none"),
            ("trace", "score", "none"),
            ("trace", "nothing", "none"),
            ("trace", "prediction", "m", "--clearance", "open"),
            ("list", "nothing"),
            ("list", "sources", "--bench"),
            ("sql", ""),
            ("sql", "selec 1"),
            ("sql", "select 1; select 2", "--out", "{files}/two.csv"),
            ("sql", "select 1 a", "--out", "{files}/answer.xlsx"),
            ("sql", "select 1 a", "--out", "{files}/answer.csv", "--format", "json"),
            ("sql", "-f", "{files}/none.sql"),
            ("sql", "select * from gold.benchmark version as of 70"),
            ("sql", "select * from gold.chats version as of 0"),
            ("sql", "describe gold.none"),
            ("sql", "insert into gold.benchmark select * from gold.benchmark"),
            ("sql", "drop table gold.benchmark"),
            ("sql", "delete from gold.benchmark"),
            ("sql", "create table gold.x as select 1"),
            ("sql", "copy gold.benchmark to '{files}/x.csv'"),
            ("sql", "select * from gold.none"),
            ("sql", "select none from gold.tasks"),
            ("sql", "select * from '{files}/file'"),
            ("sql", ASK),
            ("sql", ASK, "--clearance", "open"),
            ("sql", "select input::int from gold.benchmark", "--clearance", "private"),
            ("sql", ASK, "--at", "gold.benchmark=70", "--clearance", "private"),
            ("sql", ASK, "--at", "gold.benchmark"),
            ("sql", ASK, "--at", "gold.tasks=0", "--clearance", "private"),
            ("sql", "select 1 a", "--format", "parquet"),
            ("sql", "select 1 a", "--format", "csv", "--out", "{files}/empty"),
        )
    )
}
MISSING: dict[str, Refusal] = {
    f"no files of {name}": ("ingest", name, "--from", "{files}/empty", *AT)
    for name in registry.names("source")
    if any(native.required for native in registry.get("source", name).files)
}
#: A folder of texts takes any text; an empty one is a record too.
UNREFUSED = {("text_folder", "emptied")}
BROKEN: dict[str, Refusal] = {
    f"{form}, {twin}": ("ingest", f"of_{form}", "--from", f"{{files}}/{twin}/{form}", *AT)
    for form in registry.names("format")
    for twin in TWINS
    if (form, twin) not in UNREFUSED
}
HALVES: dict[str, Refusal] = {
    name: ("ingest", name, "--from", f"{{files}}/{name}", *AT)
    for name in ("second_table", "all_aside", "second_kind", "rule_fails", "ceiling")
}


def _second_write(lake: Lake) -> None:
    """The first table of a run stands, the second is refused."""
    with lake.run("made") as run:
        run.write("silver.documents", table("silver.documents", documents(2)), slice={"source": "made"})
        run.write("gold.definitions", pa.table({"other": ["column"]}))


def _first_write(lake: Lake) -> None:
    with lake.run("made") as run:
        run.write("gold.definitions", pa.table({"other": ["column"]}))
        run.write("silver.documents", table("silver.documents", documents(2)), slice={"source": "made"})


def _unaccounted(lake: Lake) -> None:
    with lake.run("made") as run:
        run.write("silver.documents", table("silver.documents", documents(2)), slice={"source": "made"}, read=3)


def _append_twice(lake: Lake) -> None:
    with lake.run("made") as run:
        run.write("silver.documents", table("silver.documents", documents(1)), slice={"source": "other"})


CALLS: dict[str, Refusal] = {
    "the second write": _second_write,
    "the first write": _first_write,
    "rows unaccounted for": _unaccounted,
    "rows of another slice": _append_twice,
    "no folder": lambda lake: api.ingest(lake, "medqa"),
    "a folder too many": lambda lake: api.ingest(lake, {"medqa": "."}, "."),
    "no source": lambda lake: api.ingest(lake, {}),
    "no budget": lambda lake: api.build(lake, "benchmark", budget=0),
    "a text for tasks": lambda lake: api.build(lake, "instructions", tasks="task11"),
    "a number for a query": lambda lake: api.sql(lake, 7),  # type: ignore[arg-type]
    "an unknown clearance": lambda lake: api.sql(lake, ASK, clearance="open"),
    "a table that is not named": lambda lake: api.sql(lake, "select 1", at={"gold.tasks": 0}),
}
#: Refusals that leave tables, at their first time, with those that stand then.
STANDING = {
    "second_table": {"bronze.second_table__notes"},
    "second_kind": {"bronze.second_kind__notes", "silver.documents"},
    "all_aside": {"bronze.all_aside__notes"},
    "the second write": {"silver.documents"},
}
REFUSALS = {**UNKNOWN, **MISSING, **BROKEN, **HALVES, **CALLS}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, spark: Any) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("refusals")
    write_plugin(folder / "plugins")
    (folder / "plugins" / "sources" / "halves.py").write_text(_HALVES.format("{0}"))
    rows = [benchmark_row("task57", n, f"{SECRET} {n}?", "A: x", answer="A", access="private", choices=None) for n in range(3)]
    lake = lake_with(folder, rows)
    predict(lake, rows)
    write_tasks(lake, ["task11", "task57"])
    commit(lake, "questions", "medqa", exams(1, 3, "train"))
    made = [instance(n, input=f"{SECRET} {n}", access="private") for n in range(3)]
    lake.arrow.replace("gold.instructions", table("gold.instructions", made), CommitInfo("tests/gold.instructions"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEDSLAKE_PLUGINS", str(folder / "plugins"))
        patch.delenv("MEDSLAKE_CLEARANCE", raising=False)
        registry._load.cache_clear()
        _files(folder / "files")
        yield folder
    registry._load.cache_clear()


def versions(lake: Lake) -> dict[str, int]:
    """Of tables that hold what was asked for; what a run tells of itself does not count."""
    return {name: lake.version(name) for name in lake.names() if not name.startswith("ops.")}


def claimed(sentence: str) -> dict[str, int]:
    """The tables that stand, as the sentence says; one that says nothing of commits says that there is none."""
    found = re.search(r"what stands: ((?:[\w.]+ \(version \d+\)(?:, )?)+)", sentence)
    assert not (found and "nothing was committed" in sentence), sentence
    return {name: int(version) for name, version in re.findall(r"([\w.]+) \(version (\d+)\)", found[1])} if found else {}


def said(lake: Lake, refusal: Refusal, files: Path) -> tuple[int, str]:
    """Exit code, and all that was said."""
    if callable(refusal):
        with pytest.raises(MedslakeError) as caught:
            refusal(lake)
        return caught.value.exit_code, str(caught.value)
    with heard() as text, pytest.raises(SystemExit) as ended:
        main([word.format(lake=lake.root, files=files) for word in refusal])
    return int(ended.value.code or 0), str(text())


def test_there_are_enough() -> None:
    assert len(REFUSALS) >= 90


@pytest.mark.spark
def test_what_a_refusal_says_of_commits(place: Path, spark: Any, record_property: Callable[[str, object], None]) -> None:
    lake = open_lake(str(place / "lake"), spark=spark)
    sample = {*Random("refusals").sample(sorted(REFUSALS), SAMPLE), "second_kind", "the second write"}
    chosen = sorted(REFUSALS) if LONG else sorted(sample)
    wrong: dict[str, Any] = {}
    for name in chosen:
        before = versions(lake)
        code, sentence = said(lake, REFUSALS[name], place / "files")
        stand = {table: version for table, version in versions(lake).items() if before.get(table) != version}
        if code not in (1, 2) or claimed(sentence) != stand or (name in STANDING and set(stand) != STANDING[name]) or _quotes(sentence):
            wrong[name] = (code, stand, sentence[-400:])
    assert wrong == {}
    assert [name for name in lake.names() if name.startswith("ops.") and SECRET in _told(lake, name)] == []
    record_property("refusals compared", len(chosen))


@pytest.mark.spark
def test_what_is_said_of_a_spoilt_file(place: Path, spark: Any) -> None:
    """Whether records are set aside or the file is refused: no message holds a word of it."""
    lake = open_lake(str(place / "lake"), spark=spark)
    every = [(form, twin) for form in registry.names("format") for twin in SPOILT]
    wrong: dict[Any, Any] = {}
    for form, twin in every if LONG else Random("spoilt").sample(every, 4):
        before = versions(lake)
        code, sentence = said(lake, ("ingest", f"of_{form}", "--from", f"{{files}}/{twin}/{form}", *AT), place / "files")
        stand = {table: version for table, version in versions(lake).items() if before.get(table) != version}
        if code not in (0, 1, 2) or (code and claimed(sentence) != stand) or _quotes(sentence):
            wrong[form, twin] = (code, stand, sentence[-400:])
    assert wrong == {}
    assert [name for name in lake.names() if name.startswith("ops.") and SECRET in _told(lake, name)] == []


def _quotes(sentence: str) -> bool:
    return any(word in sentence for word in (SECRET, "Traceback", "defect of"))


def _told(lake: Lake, name: str) -> str:
    """All that a table of ops.* says, but for rows that were set aside, which bear their class."""
    rows = lake.arrow.read(name)
    return repr(rows.drop_columns([column for column in ("content",) if column in rows.column_names]).to_pylist())
