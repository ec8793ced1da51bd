"""Plug-ins that are broken in every way: refused on load or at the check, by file and line, and in nobody's way."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from medslake import registry
from medslake.conformance import Scratch, check_file, check_name
from medslake.errors import BrokenPlugins
from medslake.lake.schema.ddl import broken_specs

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = pytest.mark.slow

SOURCE = '''"""Notes, invented."""
from medslake.sources import Example, NativeFile, Source, by_hash, mapped, sections

SOURCE = Source(
    name="ward_notes",
    title="Ward notes",
    citation="none",
    licence="CC0",
    access="public",
    domain="Clinical Text",
    language="en",
    files=(NativeFile("notes", ("notes.csv",), "csv", "id STRING, patient STRING, course STRING", key=("id",)),),
    split=by_hash("subject_id"),
    silver={"documents": mapped("notes", record_id="id", subject_id="patient", sections=sections("course"))},
    example=Example(
        files={"notes.csv": "id,patient,course\\n7,3,Slept well.\\n"},
        rows={"documents": [{"record_id": "7", "subject_id": "3"}]},
    ),
)
'''
TASK = '''"""A question about a note, invented."""
from medslake.tasks import Bench, Task, TaskExample, section, wordings

TASK = Task(
    id="task951",
    name="ward_note",
    category="Text Completion",
    domain="Clinical Text",
    source="ward_notes",
    kind="documents",
    input_language="English",
    where="size(sections) = 1",
    input_sql="record_id",
    output_sql=section("course"),
    definitions=wordings(__file__),
    bench=Bench("summarization", ("text_similarity",), "Ward notes"),
    example=TaskExample({"record_id": "7", "sections": [{"name": "course", "text": "Slept well."}]}, (("7", "Slept well."),)),
)
'''
STYLES = ("plain", "role", "stepwise", "formal", "terse")
WORDINGS = "".join(f"# {style}\n" + "".join(f"- {style.title()} wording number {k}.\n" for k in "abc") for style in STYLES)
METRIC = '''"""Equal answers, invented."""
from medslake.metrics import Metric, MetricExample, Pair, mean_of_rows


def equal(pairs):
    return mean_of_rows(pairs, {"accuracy": [float(p.prediction == p.reference) for p in pairs]}, signature="equal-1")


METRIC = Metric(
    name="ward_equal",
    about="Share of equal answers.",
    paper=equal,
    strict=equal,
    example=MetricExample((Pair("no", "no"), Pair(None, "no")), {"accuracy": 50.0}, {"accuracy": 50.0}),
)
'''
ENGINE = '''"""Says the question again."""
from medslake.engines import Engine, Generation, Measure


class Again:
    def measure(self, prompts):
        return [Measure(len(p.messages[-1]["content"])) for p in prompts]

    def generate(self, prompts):
        return [self.said(p, p.messages[-1]["content"]) for p in prompts]

    def score(self, prompts):
        return [Generation.chosen(p, [-2.0] + [-1.0] * len(p.choices[1:]), [1] * len(p.choices), 1) for p in prompts]

    def said(self, p, text):
        return Generation(p.id, text, "stop", len(text), 1)


BOTH = ("generate", "loglikelihood")
ENGINE = Engine(name="ward_again", about="Says it.", open=lambda model, weights=True: Again(), identify=lambda model: "1", modes=BOTH)
'''
FORMAT = '''"""A line is a record."""
from medslake.formats import Format, FormatExample, Record, raw_lines

def parse(stream, name, options):
    for row, (line, _) in enumerate(raw_lines(stream), start=1):
        yield Record(row, {"text": line.decode("utf-8", "replace").strip()})

FORMAT = Format(
    name="ward_lines",
    about="A line is a record.",
    parse=parse,
    example=FormatExample("a word\\nanother\\n", schema="text STRING", rows=({"text": "a word"}, {"text": "another"})),
)
'''
RECIPE = '''"""Four steps, invented."""
from medslake.recipes import Recipe

RECIPE = Recipe("ward_short", about="Four steps.", model="tiny", steps=4)
'''
ACCELERATOR = '''"""An invented device."""
from medslake.accelerators import Accelerator

ACCELERATOR = Accelerator(
    name="ward_card",
    about="An invented device.",
    resource="WARD",
    torch_type="cpu",
    backend="gloo",
    visible_devices="WARD_VISIBLE",
    attention="sdpa",
    bf16=False,
    probe=lambda: 0,
)
'''
FILES = {
    "sources/ward_notes.py": SOURCE,
    "tasks/text_completion/ward_note.py": TASK,
    "tasks/text_completion/ward_note.md": WORDINGS,
    "metrics/ward_equal.py": METRIC,
    "engines/ward_again.py": ENGINE,
    "recipes/ward_short.py": RECIPE,
    "accelerators/ward_card.py": ACCELERATOR,
    "formats/ward_lines.py": FORMAT,
}
S, T, M, E, R, A, F = (name for name in FILES if name.endswith(".py"))


class Case(NamedTuple):
    """In `file`, `old` becomes `new`; the fault bears `line` and says `says`."""

    file: str
    old: str
    new: str
    line: int
    says: str


ON_LOAD = {
    "domain": Case(S, '"Clinical Text"', '"Ward Text"', 4, "Domain 'Ward Text' is not known"),
    "language": Case(S, '"en"', '"xx"', 4, "Language 'xx' is not known"),
    "access": Case(S, '"public"', '"secret"', 4, "Access class 'secret' is not known"),
    "kind": Case(S, '"documents": mapped', '"papers": mapped', 4, "No silver kind is named 'papers'"),
    "second_kind": Case(
        S, 'rows={"documents"', 'rows={"questions": [{}], "documents"', 4, "The example expects rows of documents, questions"
    ),
    "column": Case(S, "subject_id=", "subject=", 4, "makes subject, which silver.documents does not have"),
    "lacking_column": Case(S, ', sections=sections("course")', "", 4, "leaves out sections, which silver.documents requires"),
    "table": Case(S, 'mapped("notes"', 'mapped("note"', 4, "reads table 'note'"),
    "schema": Case(S, "course STRING", "course STRNG", 4, "STRNG"),
    "key": Case(S, 'key=("id",)', 'key=("nr",)', 4, "nr"),
    "no_example": Case(S, SOURCE[SOURCE.index("    example=") : SOURCE.rindex(")")], "", 4, "TypeError: "),
    "example_above": Case(S, '{"notes.csv": ', '{"../notes.csv": ', 4, "The example's file '../notes.csv' leaves the folder."),
    "example_elsewhere": Case(S, '{"notes.csv": ', '{"/tmp/notes.csv": ', 4, "The example's file '/tmp/notes.csv' leaves the folder."),
    "pattern_elsewhere": Case(
        S, '("notes.csv",)', '("a/../../*.csv",)', 4, "The pattern 'a/../../*.csv' of table notes leaves the folder."
    ),
    "example_of_format": Case(F, '", schema=', '", file="x/../../y", schema=', 8, "The example's file 'x/../../y' leaves the folder."),
    "syntax": Case(S, "SOURCE = Source(", "SOURCE = = Source(", 4, "SyntaxError: invalid syntax."),
    "import": Case(S, "sections\n\nSOURCE", "section_names\n\nSOURCE", 2, "ImportError: cannot import name 'section_names'"),
    "nothing": Case(S, "SOURCE = ", "SOURSE = ", 1, "It binds neither SOURCE nor SOURCES"),
    "type": Case(S, "SOURCE = Source(", "SOURCE = dict(", 4, "SOURCE is a dict, and must be a Source."),
    "family": Case(S, "SOURCE = Source(", "SOURCES = Source(", 4, "SOURCES is a Source, and must be a tuple of Source."),
    "name": Case(S, '"ward_notes"', '"Ward notes"', 4, "The name 'Ward notes' is not of small letters"),
    "name_of_all": Case(S, '"ward_notes"', '"all"', 4, "The name 'all' means something else on the command line."),
    "name_of_a_column": Case(R, '"ward_short"', '"type"', 4, "The name 'type' means something else on the command line."),
    "name_of_a_choice": Case(A, '"ward_card"', '"auto"', 4, "The name 'auto' means something else on the command line."),
    "name_of_a_file": Case(M, '"ward_equal"', '"equal.py"', 9, "The name 'equal.py' means something else on the command line."),
    "text_for_tuple": Case(S, '("notes.csv",)', '"notes.csv"', 4, "files[0].globs is a str, and must be a tuple of str."),
    "text_for_number": Case(S, 'language="en"', 'language="en", version="x"', 4, "version is a str, and must be int."),
    "text_for_rule": Case(S, "silver={", 'silver={"pairs": 3, ', 4, "silver is a dict of other things"),
    "exit": Case(S, "SOURCE = Source(", "raise SystemExit(3)\nSOURCE = Source(", 4, "SystemExit: 3."),
    "skip": Case(S, "SOURCE = Source(", "import pytest; pytest.skip('x')\nSOURCE = Source(", 4, "Skipped: "),
    "category": Case(T, '"Text Completion"', '"Guessing"', 4, "category 'Guessing' is none of"),
    "group": Case(T, '"summarization"', '"guessing"', 4, "guessing"),
    "task_language": Case(T, '"English"', '"Elvish"', 4, "input_language 'Elvish' is none of"),
    "wordings": Case(T, "wordings(__file__)", 'wordings(__file__, "gone")', 15, "The wordings of ward_note.py are missing."),
    "about": Case(M, '"Share of equal answers."', '""', 9, "`about` is not one line"),
    "expected": Case(M, '{"accuracy": 50.0})', "{})", 9, "The example expects no value of strict."),
    "options": Case(E, "about=", "options=(('width', 1),), about=", 20, "open(model, weights=True, ...) does not take its options"),
}
AT_THE_CHECK = {
    "format": Case(S, '"csv"', '"cvs"', 4, "No format is named 'cvs'. Did you mean 'csv'?"),
    "other_rows": Case(S, '"subject_id": "3"', '"subject_id": "4"', 4, "record_id 7: subject_id is '3', and '4' is expected."),
    "zero_rows": Case(S, 'mapped("notes", ', 'mapped("notes", where="false", ', 4, "The example cannot be ingested."),
    "ceiling": Case(
        S,
        '"id,patient,course\\n7,3,Slept well.\\n"',
        '"id,patient,course\\n" + "".join(f"{k},3,Slept well.\\n" for k in range(95)) + "x,y\\n" * 9',
        4,
        "9 of 104 records cannot be read, more than 5%",
    ),
    "made_elsewhere": Case(
        S, 'files={"notes.csv": ', 'files=lambda: {"../notes.csv": ', 4, "The example's file '../notes.csv' leaves the folder."
    ),
    "unknown_value": Case(F, '{"text": ', '{"txt": ', 8, "Record 1 of the example has txt; the schema has text alone."),
    "rule": Case(S, 'subject_id="patient"', 'subject_id="patent"', 4, "a rule of silver.documents fails"),
    "metric": Case(T, '"text_similarity"', '"text_likeness"', 4, "No metric is named 'text_likeness'."),
    "kind_of_source": Case(T, 'kind="documents"', 'kind="questions"', 4, "Source ward_notes makes no rows of silver.questions"),
    "source": Case(T, '"ward_notes"', '"ward_nodes"', 4, "No source is named 'ward_nodes'. Did you mean 'ward_notes'?"),
    "other_instance": Case(T, '(("7", "Slept well."),)', '(("7", "Slept ill."),)', 4, "The output is 'Slept well.', and 'Slept ill.' is"),
    "expression": Case(T, '"record_id"', '"recordid"', 4, "The example cannot be built."),
    "score": Case(M, '{"accuracy": 50.0},', '{"accuracy": 60.0},', 9, "paper: accuracy is 50.0 at the example, and 60.0 is expected."),
    "exit": Case(M, "    return mean", "    raise SystemExit(0)\n    return mean", 10, "It cannot be tried: SystemExit"),
    "raises": Case(M, "    return mean", "    1 / 0\n    return mean", 10, "paper fails at the example: ZeroDivisionError"),
    "late": Case(M, "    return mean", "    1 / (pairs[:1] != pairs[1:])\n    return mean", 10, "ZeroDivisionError"),
    "worker": Case(E, "lambda model: ", "lambda model, held=__import__('threading').Lock(): ", 20, "It cannot be pickled: "),
    "opened": Case(
        E, "weights=True: Again()", "weights=True: 1 / 0", 20, "It cannot be opened and asked for its measure. ZeroDivisionError"
    ),
    "measured": Case(E, "[Measure(len(", "[(len(", 20, "measure gives a int for the prompt 'system turn', and must give a Measure."),
    "row_raises": Case(
        E,
        "        return Generation(",
        "        assert text\n        return Generation(",
        21,
        "generate raises at the prompt 'empty'. AssertionError",
    ),
    "rows_lost": Case(
        E, "for p in prompts]\n\n    def score", "for p in prompts[:1]]\n\n    def score", 20, "answers 1 rows by their ids, of 7."
    ),
    "other_ids": Case(E, "Generation(p.id", 'Generation("1"', 20, "generate answers 1 rows by their ids, of 7."),
    "no_generations": Case(E, 'Generation(p.id, text, "stop", len(text), 1)', "text", 20, "generate gives no list of Generations."),
    "more_tokens": Case(
        E, '"stop", len(text), 1)', '"stop", len(text), 999)', 20, "new_tokens are 999, more than the row's max_new_tokens, 1."
    ),
    "odd_tokens": Case(E, '"stop", len(text), 1)', '"stop", len(text), 0.5)', 20, "new_tokens is a float, and must be int."),
    "chance": Case(
        E, "(p.id, text", "(p.id, str(id(self))", 20, "answers otherwise when the model is opened again, at the prompt 'system turn'."
    ),
    "weights": Case(E, 'identify=lambda model: "1"', "identify=lambda model: ''", 20, "identify gives '' and then ''"),
    "no_score": Case(E, "def score", "def scores", 20, "What it opens has no score, which the mode loglikelihood needs."),
    "not_chosen": Case(E, "Generation.chosen(p, ", "self.said(p, 'a') or (p, ", 20, "choices are not those of the row in their order"),
    "task_of_recipe": Case(R, "steps=4", "steps=4, tasks=('task9999',)", 4, "No task is named 'task9999'."),
    "devices": Case(A, "probe=lambda: 0", "probe=lambda: -1", 4, "probe gives -1, and must give a number of devices."),
    "no_vendor": Case(A, "probe=lambda: 0", "probe=lambda: 1 / 0", 4, "probe or missing fails on this host"),
}


def broken(tmp_path: Path, case: Case) -> Path:
    """A folder of plug-ins of which one is broken; returns that one's file."""
    for name, text in FILES.items():
        changed = text.replace(case.old, case.new, 1) if name == case.file else text
        assert name != case.file or changed != text
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(changed)
    return tmp_path / case.file


@pytest.fixture(scope="module")
def scratch(spark: SparkSession) -> Iterator[Scratch]:
    with Scratch(spark) as made:
        yield made


@pytest.mark.parametrize("name", ON_LOAD)
def test_refused_on_load(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = ON_LOAD[name]
    file = broken(tmp_path, case)
    monkeypatch.setenv("MEDSLAKE_PLUGINS", str(tmp_path))
    kind = next(kind for kind, form in registry.KINDS.items() if case.file.startswith(form.folder))
    (fault,) = (fault for fault in registry.broken(kind) if fault.file == file)
    assert fault.line == case.line and case.says in fault.what
    with pytest.raises(BrokenPlugins, match=re.escape(f"{file}, line {case.line}: ")):
        registry.items(kind)
    others = {"source": "ward_notes", "task": "task951", "metric": "ward_equal", "engine": "ward_again", "recipe": "ward_short"}
    assert all(registry.get(other, others[other]) for other in others if other != kind)


@pytest.mark.parametrize("name", AT_THE_CHECK)
def test_refused_at_the_check(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spark: SparkSession) -> None:
    case = AT_THE_CHECK[name]
    file = broken(tmp_path, case)
    monkeypatch.setenv("MEDSLAKE_PLUGINS", str(tmp_path))
    with Scratch(spark) as scratch:
        (one,), lost = check_file(file, scratch)
    assert lost == [] and one.faults
    assert all((fault.file, fault.line) == (file, case.line) for fault in one.faults)
    assert case.says in " ".join(fault.what for fault in one.faults)


@pytest.mark.parametrize("name", [S, T, M, E, R, A, F])
def test_unbroken_they_pass(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scratch: Scratch) -> None:
    file = broken(tmp_path, Case("", "", "", 0, ""))
    monkeypatch.setenv("MEDSLAKE_PLUGINS", str(tmp_path))
    (one,), lost = check_file(file / name, scratch)
    assert (one.faults, lost) == ((), [])


def test_what_cannot_be_read_costs_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken(tmp_path, Case("", "", "", 0, ""))
    (tmp_path / "metrics/.ipynb_checkpoints").mkdir()
    (tmp_path / "metrics/.ipynb_checkpoints/ward_equal-checkpoint.py").write_text(METRIC)
    (tmp_path / "metrics/my-metric v1.2.py").write_text(METRIC)
    kinds = tmp_path / "lakehouse/silver"
    (kinds / "folder.sql").mkdir(parents=True)
    (kinds / "latin.sql").write_bytes("CREATE TABLE silver.latin (x STRING COMMENT 'Größe')".encode("latin-1"))
    (kinds / "._mac.sql").write_bytes(b"\x00\x05\x16\x07\xff")
    monkeypatch.setenv("MEDSLAKE_PLUGINS", f"{tmp_path}{os.pathsep}{tmp_path / 'metrics' / '..'}{os.pathsep}~nobody-of-this-name/x")
    assert sorted(told.partition(" cannot be read")[0] for told in broken_specs()) == [str(kinds / "folder.sql"), str(kinds / "latin.sql")]
    assert "ward_equal" in registry.sound("metric") and "ward_notes" in registry.sound("source")
    told = [str(fault) for fault in registry.broken("metric")]
    assert len(told) == 2 and any("my-metric v1.2.py" in one for one in told) and any("~nobody" in one for one in told)


def test_a_family_that_is_tried_together_loses_the_one_at_fault_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scratch: Scratch
) -> None:
    file = broken(tmp_path, Case(M, "METRIC = Metric(", "METRICS = (Metric(", 0, ""))
    more = "def late(pairs):\n    raise SystemExit(1)\n\n\n"
    text = file.read_text().replace("METRICS", more + "METRICS").rstrip()
    other = (
        "Metric(name='ward_late', about='Ends.', paper=late, strict=late, example=MetricExample((Pair('a', 'a'),), {'x': 1.0}, {'x': 1.0}))"
    )
    file.write_text(f"{text}, {other})\n")
    monkeypatch.setenv("MEDSLAKE_PLUGINS", str(tmp_path))
    found, lost = check_file(file, scratch)
    assert lost == [] and {one.name: bool(one.faults) for one in found} == {"ward_equal": False, "ward_late": True}


def test_a_file_of_which_one_does_not_load_is_not_well_when_the_other_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scratch: Scratch
) -> None:
    file = broken(tmp_path, Case(M, "METRIC = Metric(", "METRICS = (Metric(", 0, ""))
    file.write_text(f"{file.read_text().rstrip()}, 'no metric')\n")
    monkeypatch.setenv("MEDSLAKE_PLUGINS", str(tmp_path))
    (one,), (lost,) = check_name("ward_equal", scratch)
    assert one.faults == () and (lost.file, lost.line) == (file, 9) and "METRIC is a str, and must be a Metric." in lost.what
    (one,), lost = check_name("ward_notes", scratch)
    assert (one.faults, lost) == ((), [])


def test_a_silver_kind_that_is_none_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lakehouse/silver").mkdir(parents=True)
    file = tmp_path / "lakehouse/silver/ward_beds.sql"
    file.write_text("CREATE TABLE silver.beds (bed STRING NOT NULL COMMENT 'number')")
    monkeypatch.setenv("MEDSLAKE_PLUGINS", str(tmp_path))
    (told,) = broken_specs()
    assert told.startswith(f"{file} declares silver.beds")


@pytest.mark.process
def test_the_command_line_says_so_without_a_traceback(tmp_path: Path) -> None:
    file = broken(tmp_path, ON_LOAD["domain"])
    (tmp_path / "metrics/twice.py").write_text(METRIC)
    beds = tmp_path / "lakehouse/silver/ward_beds.sql"
    beds.parent.mkdir(parents=True)
    beds.write_text("CREATE TABLE silver.beds (bed STRING)")
    environment = {**os.environ, "MEDSLAKE_PLUGINS": f"{tmp_path}{os.pathsep}{tmp_path / 'gone'}"}

    def medslake(*arguments: str) -> tuple[int, str]:
        command = [sys.executable, "-c", "from medslake.cli import main; main()", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        said = " ".join((done.stdout + done.stderr).split())
        assert "Traceback" not in said
        return done.returncode, said

    code, said = medslake("plugin", "check", str(file))
    assert code == 1 and f"FAIL {file}, line 4: ward_notes: Domain 'Ward Text' is not known" in said
    code, said = medslake("plugin", "check", "ward_equal")
    assert code == 1 and f"{tmp_path / 'metrics/ward_equal.py'}, line 9: ward_equal: {tmp_path / 'metrics/twice.py'}, line 9 has" in said
    code, said = medslake("plugin", "check", "ward_again")
    assert code == 0 and "ok engine ward_again" in said
    code, said = medslake("plugin", "check", "nobody")
    assert code == 2 and f"{tmp_path / 'gone'}, which is no folder" in said
    code, said = medslake("list", "sources")
    assert code == 0 and "medqa" in said and f"error: not loaded: {file}, line 4: ward_notes: Domain 'Ward Text' is not known" in said
    code, said = medslake("doctor")
    assert code == 1 and f"FAIL plug-in {tmp_path / 'gone'}" in said.replace("MEDSLAKE_PLUGINS names ", "")
    assert f"FAIL plug-in {beds} declares silver.beds" in said
    code, said = medslake("list", "tables", "--lake", str(tmp_path / "lake"))
    assert code == 2 and f"error: not loaded: {beds} declares silver.beds" in said
