"""A lake in which every text of a row bears a word of its access class: a word that is found somewhere tells which rows got there."""

from __future__ import annotations

import json
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from medslake import registry
from medslake.cli import main
from medslake.engines.base import Generation, Prompt
from medslake.infer.actors import Actors
from medslake.infer.batching import Shard
from medslake.lake import Lake, open_lake
from medslake.leak_tests.base import SIDES

#: Access class -> the word in every text of its rows, and the one in their ids, which are told where texts are not.
WORDS = {"public": "ochreous", "credentialed": "cobaltine", "private": "vermilion"}
IDS = {"public": "ochreid", "credentialed": "cobaltid", "private": "vermilid"}
NAMES = {access: f"marked_{access}" for access in WORDS}
TASKS = {access: f"marked_{access}_answers" for access in WORDS}

_SOURCES = '''
"""A source for each access class, its rows in every silver kind."""
from medslake.sources import Example, NativeFile, Source, mapped

WORDS = {words!r}
SHARED = dict(record_id="id", subject_id="person", split="split")


def told(what):
    return f"concat(word, ' {{what}} ', id, ' ', text)"


def pair(**fields):
    return "named_struct(" + ", ".join(f"'{{name}}', {{sql}}" for name, sql in fields.items()) + ")"


def source(access):
    name, text = f"marked_{{access}}", told("text")
    entity = pair(id="'T1'", start="0", end="length(word)", type="concat(word, 'type')", text="word", concept="concat(word, 'concept')")
    relation = pair(type="concat(word, 'relation')", head="'T1'", tail="'T1'")
    target = pair(type="concat(word, 'kind')", target="concat(word, 'target')", target_name=told("target"))
    section = pair(name="concat(word, 'section')", text=text)
    kinds = dict(
        annotated_texts=dict(
            text=text, unit="'sentence'", entity_types="array(concat(word, 'type'))", entities=f"array({{entity}})",
            relations=f"array({{relation}})",
        ),
        concepts=dict(
            concept_id="id", name=told("name"), synonyms=f"array({{told('synonym')}})", definition=told("definition"),
            relations=f"array({{target}})", xrefs="array(concat(word, 'xref'))",
            attributes=f"array({{pair(name=told('attribute'), value=told('value'))}})",
        ),
        dialogues=dict(
            turns=f"array({{pair(speaker='word', text=text)}})", instruction=told("instruction"), summary=told("summary"),
            collection="concat(word, 'collection')",
        ),
        documents=dict(title=told("title"), sections=f"array({{section}})", attributes=f"map(concat(word, 'fact'), {{told('fact')}})"),
        encounters=dict(
            features=f"array({{pair(name=told('feature'), value=text, unit='word')}})",
            outcomes=f"map(concat(word, 'outcome'), {{told('outcome')}})",
        ),
        labelled_texts=dict(text=text, labels="array(concat(word, 'label'))", label_set="concat(word, 'labels')", unit="'document'"),
        pairs=dict(
            text=text, label_set="concat(word, 'labels')",
            candidates=f"array({{pair(id='id', text=text, label='word', explanation=told('explanation'))}})",
        ),
        parallel_texts=dict(texts=f"map('en', {{text}}, 'fr', {{told('texte')}})"),
        prompts=dict(
            instruction=told("instruction"), input=text, outputs=f"array({{told('output')}})", collection="concat(word, 'collection')"
        ),
        questions=dict(
            question="text", context=f"array({{section}})", answer=told("answer"), long_answer=told("long"), rationale=told("rationale"),
            options=f"array({{pair(key=repr('A'), text=told('answer'))}}, {{pair(key=repr('B'), text=told('option'))}})",
            answer_keys="array('A')", topic="concat(word, 'topic')",
        ),
        statistics=dict(
            population=told("population"), strata=f"array({{pair(name=told('stratum'), value=text)}})",
            figures=f"array({{pair(name=told('figure'), value=told('number'), flag='word')}})",
        ),
    )
    return Source(
        name=name, title=name, citation="none", licence="none", access=access, domain="Exam",
        files=(
            NativeFile(
                "records", ("records.jsonl",), "jsonl", "id STRING, person STRING, split STRING, word STRING, text STRING",
                options={{"required": ("id",)}},
            ),
        ),
        silver={{kind: mapped("records", **SHARED, **columns) for kind, columns in kinds.items()}},
        example=Example({{}}, {{kind: [{{"record_id": "1"}}] for kind in kinds}}),
    )


SOURCES = tuple(map(source, WORDS))
'''
_TASKS = '''
"""A task for each access class, trained and asked."""
from medslake.tasks import STYLES, Bench, Definition, Task, TaskExample

ASK = tuple(Definition(style, f"Answer as {{style}} as in wording {{n}}.") for style in STYLES for n in (1, 2, 3))
ROW = {{"record_id": "1", "question": "q", "answer": "a", "topic": "t"}}
TASKS = tuple(
    Task(
        id=f"marked_{{access}}_answers", name=f"marked {{access}}", category="Question Answering", domain="Exam",
        source=f"marked_{{access}}", kind="questions", input_sql="question", output_sql="answer", alternatives_sql="array(long_answer)",
        choices_sql="array(answer, topic)", names_sql="array(answer)", definitions=ASK,
        bench=Bench("summarization", ("text_similarity",), "Marked", size=4, shots=1, max_new_tokens=8),
        example=TaskExample(ROW, (("q", "a"),)),
    )
    for access in {words!r}
)
'''
_ENGINE = '''
"""An engine on another machine, which may see what --set clearance= says."""
from medslake.engines import Engine, Measure


class There:
    def measure(self, prompts):
        return [Measure(len(prompt.messages[-1]["content"])) for prompt in prompts]


ENGINE = Engine(
    name="marked_far", about="On another machine.", identify=lambda model: model, remote=True, clearance="public",
    open=lambda model, weights=True, clearance="public": There(), options=(("clearance", "public"),),
)
'''


@dataclass
class Marked:
    """The lake, its folder, and what was said while it was made: verb -> standard output, standard error and logs."""

    folder: Path
    lake: Lake
    said: dict[str, str] = field(default_factory=dict)
    models: dict[str, Path] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)

    def ask(self, *words: str | Path, code: int | None = None) -> str:
        """All that a command says: standard output, standard error and logs. code: what it must exit with."""
        with heard() as text, pytest.raises(SystemExit) as ended:
            main([*map(str, words), "--lake", self.lake.root])
        assert code is None or ended.value.code == code, text()
        return text()

    def files(self, name: str, *words: str | Path) -> str:
        """What a command writes below --out, and what it says."""
        out = self.folder / "out" / name
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        return self.ask(*words, "--out", out) + contents(out)


@contextmanager
def heard() -> Iterator[Any]:
    """What this process writes to its standard streams and to its logs, by a function to be called at the end."""
    records: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(self.format(record))

    handler = Kept(logging.INFO)
    logging.getLogger().addHandler(handler)
    with tempfile.TemporaryFile() as file:
        sys.stdout.flush()
        sys.stderr.flush()
        kept = [os.dup(1), os.dup(2)]
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        streams = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = (os.fdopen(os.dup(fd), "w", encoding="utf-8", buffering=1) for fd in (1, 2))
        told: list[str] = []
        try:
            yield lambda: told[0]
        finally:
            for stream in (sys.stdout, sys.stderr):
                stream.close()
            sys.stdout, sys.stderr = streams
            for fd, old in zip((1, 2), kept, strict=True):
                os.dup2(old, fd)
                os.close(old)
            logging.getLogger().removeHandler(handler)
            file.seek(0)
            told.append(file.read().decode("utf-8", errors="replace") + "\n".join(records))


def contents(folder: Path) -> str:
    """All files below a folder, Parquet decoded."""
    found = []
    for path in sorted(folder.rglob("*") if folder.is_dir() else [folder]):
        if path.is_file():
            found.append(path.read_bytes().decode("utf-8", errors="replace"))
        if path.suffix == ".parquet":
            found.append(repr(pq.read_table(path).to_pylist()))
    return "\n".join(found)


def words_in(text: str, words: Mapping[str, str]) -> set[str]:
    """Access classes whose word occurs."""
    return {access for access, word in words.items() if word in text}


def records(access: str) -> str:
    """Ten records: train and test, a test question that stands in train too, one that a rule sets aside and one that no reader reads."""
    rows = []
    for n in range(1, 9):
        split = "test" if n in (2, 5, 6) else "train"
        asked = n if n != 7 else 6
        rows.append({"id": f"{IDS[access]}{n}", "person": f"{IDS[access]}p{n}", "split": split, "word": WORDS[access]})
        rows[-1] |= {"text": None if n == 8 else f"{WORDS[access]} of note number {asked} says {'abcdefgh'[asked] * 3}"}
    lines = [json.dumps(row) for row in rows]
    return "\n".join([*lines, f'{{"id": "{IDS[access]}9", "text": "{WORDS[access]} {{', ""])


@contextmanager
def plugged_in(folder: Path) -> Iterator[None]:
    for name, text in {"sources": _SOURCES, "tasks/question_answering": _TASKS, "engines": _ENGINE}.items():
        (folder / name).mkdir(parents=True)
        file = "marked_far.py" if name == "engines" else "marked.py"
        (folder / name / file).write_text(text.format(words=list(WORDS)) if name != "engines" else text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEDSLAKE_PLUGINS", str(folder))
        patch.delenv("MEDSLAKE_CLEARANCE", raising=False)
        registry._load.cache_clear()
        yield
    registry._load.cache_clear()


@contextmanager
def answering(sent: list[str]) -> Iterator[None]:
    """Every model says its question again; what it was sent is kept."""

    def answers(_: Actors, shards: Sequence[Shard], prompts: Mapping[str, Prompt]) -> Iterator[tuple[Shard, list[Generation], float]]:
        sent.append(repr(prompts))
        for shard in shards:
            yield shard, [Generation(id, prompts[id].messages[-1]["content"], "stop", 1, 1) for id in shard.row_ids], 0.0

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Actors, "answers", answers)
        yield


def made(folder: Path, spark: Any, *, gate: bool) -> Marked:
    """All verbs up to the scores; plug-ins and answers are those of `plugged_in` and `answering`. gate: compare as the leak gate does."""
    marked = Marked(folder, open_lake(str(folder / "lake"), spark=spark))
    for access, name in NAMES.items():
        (folder / "files" / name).mkdir(parents=True)
        (folder / "files" / name / "records.jsonl").write_text(records(access))
    marked.said["ingest"] = marked.ask("ingest", *NAMES.values(), "--from", folder / "files", code=0)
    tasks = [word for task in TASKS.values() for word in ("--task", task)]
    if not gate:
        off = [f"{side}:{test}=off" for test in registry.names("leak_test") for side in SIDES]
        tasks += [word for policy in off for word in ("--policy", policy)]
    marked.said["build instructions"] = marked.ask("build", "instructions", *tasks, code=0)
    marked.said["build benchmark"] = marked.ask("build", "benchmark", *tasks, code=0)
    marked.said["pack"] = marked.ask("pack", "--set", "holdout=0", code=0)
    base = next((folder / "lake" / "_models").glob("*/config.json")).parent
    for access in WORDS:
        marked.models[access] = shutil.copytree(base, folder / f"model-{access}")
        (marked.models[access] / "medslake.json").write_text(json.dumps({"access": access}))
        marked.said[f"infer {access}"] = marked.ask("infer", "--model", marked.models[access], "--name", access, code=0)
    marked.said["score"] = marked.ask("score", code=0)
    # What it says is no verdict, so none has a score; whether all fail is not what is asked here.
    marked.said["tag"] = marked.ask("tag", "silver.dialogues", "--tagger", "chat", "--model", marked.models["public"])
    written = [word for task in TASKS.values() for word in ("--task", task)]
    marked.said["export medsins"] = marked.ask("export", "medsins", "--clearance", "private", *written, "--out", folder / "set", code=0)
    marked.said["compare-set"] = marked.ask("compare-set", folder / "set", code=0)
    return marked
