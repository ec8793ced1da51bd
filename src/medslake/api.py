"""The verbs as functions of a lake; `import medslake` gives them, each loaded when it is first used.

    lake = medslake.open_lake("./lake")
    medslake.ingest(lake, "bc5cdr", "~/corpora/bc5cdr")
    medslake.build(lake, "instructions", tasks=["task126"])
    medslake.sql(lake, "select * from ops.mixture").to_pandas()

The command line and the scripts in `jobs/` and `ray_jobs/` call these. Errors that a user can mend are `medslake.errors.MedslakeError`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from medslake.care import history, optimize, restore, vacuum
from medslake.declared import typed
from medslake.errors import UsageError
from medslake.extras import needs
from medslake.progress import Progress, quiet
from medslake.results import (
    BuildResult,
    Checked,
    CheckResults,
    Compared,
    CompareSetResult,
    DefinitionsResult,
    DiffResult,
    ExportResult,
    FetchedFile,
    FetchResult,
    InferResult,
    IngestResult,
    LeakResult,
    Missing,
    MixtureResult,
    MixtureRow,
    PackResult,
    ReportResult,
    ScoreResult,
    SetRefused,
    SetShares,
    SynthFile,
    SynthResult,
    SynthSource,
    TagResult,
    TrainResult,
    Written,
)

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import SparkSession

    from medslake.lake import Lake
    from medslake.lake.store import Storage
    from medslake.score.compare import Comparison

__all__ = [
    "build",
    "check",
    "compare",
    "compare_set",
    "definitions",
    "describe",
    "diff",
    "export",
    "fetch",
    "history",
    "import_definitions",
    "infer",
    "ingest",
    "leaks",
    "mixture",
    "open_lake",
    "optimize",
    "pack",
    "report",
    "restore",
    "rewrite_definitions",
    "score",
    "sql",
    "synth",
    "tag",
    "trace",
    "train",
    "vacuum",
]


@typed
def open_lake(root: str | Path, spark: SparkSession | None = None, storage: Storage = "auto") -> Lake:
    """The lake below a local folder or URI; it need not exist yet. spark: a session to use instead of one started when needed.

    storage: embedded, native (the Delta connector on Spark's class path) or auto. Raises UsageError.
    """
    from medslake.lake import open_lake as run

    return run(str(root), spark, storage)


@typed
def fetch(
    source: str | Sequence[str],
    out: str | Path,
    *,
    lake: Lake | None = None,
    signed: bool = False,
    retries: int = 5,
    timeout: float = 60.0,
    dry_run: bool = False,
    progress: Progress = quiet,
) -> FetchResult:
    """Fetch the files of one source, of several, or of `all`, from their publishers to `out/<source>`, where an ingest of all finds them.

    lake: keeps in ops.runs what was fetched and which agreements were confirmed. signed: the agreements that the named sources ask for have
    been signed. retries: attempts in a row that bring nothing, after which a file is given up. timeout: seconds without an answer or a byte
    worth speaking of. dry_run: the files as they are, nothing is asked or written. Logins come from the environment, see docs/fetch.md.
    Of several sources one that fails costs itself alone: `failed` says why. A single one raises UnknownName, UsageError, AccessDenied (an
    agreement is not confirmed), InputRefused (what a server has or says, another digest or size).
    """
    from medslake.fetch.run import fetch as run
    from medslake.fetch.wanted import Patience

    if retries < 0 or timeout <= 0:
        raise UsageError("fetch: retries is not below 0, and timeout is above 0.")
    if "://" in str(out):
        raise UsageError(f"fetch: {out} is a URI, and files are fetched to a folder.", hint="Name a folder, and copy it from there.")
    done = run(
        [source] if isinstance(source, str) else list(source),
        Path(out).expanduser(),
        lake=lake,
        signed=signed,
        patience=Patience(retries=retries, timeout=timeout),
        dry_run=dry_run,
        progress=progress,
    )
    return FetchResult(done["run"], tuple(FetchedFile(**file) for file in done["files"]), done["by_hand"], done["failed"])


@typed
def synth(
    source: str | Sequence[str],
    out: str | Path,
    *,
    scale: float = 0.01,
    seed: int = 7,
    dirt: bool = False,
    jobs: int | None = None,
    progress: Progress = quiet,
) -> SynthResult:
    """Write invented native files of one source, of several, or of `all`, to `out/<source>`, where an ingest of all finds them.

    scale: 1.0 is as many records as the real data set has; each source gets at least 20. seed: the same seed gives the same bytes.
    dirt: plant the faults of the real files at their rates, listed in `SYNTHETIC.dirt` of each folder. jobs: processes, default one per
    core. What broke off goes on where it stopped. Raises UnknownName, UsageError (a folder that holds other things).
    """
    from medslake.ingest.synthetic import synthesise as run

    names = [source] if isinstance(source, str) else list(source)
    made = run(names, Path(out).expanduser(), scale=scale, seed=seed, dirt=dirt, jobs=jobs, progress=progress)
    told = []
    for one in made:
        files = tuple(SynthFile(file.path, file.bytes, file.records) for file in one.files)
        told.append(SynthSource(one.name, str(one.home), files, one.dirt, one.there, round(one.seconds, 3)))
    return SynthResult(tuple(told))


@typed
@needs("spark")
def ingest(
    lake: Lake,
    source: str | Mapping[str, str | Path],
    folder: str | Path | None = None,
    *,
    access: str | None = None,
    limit: int | None = None,
    max_aside: float | None = None,
    replace: bool = False,
    follow_links: bool = False,
    dry_run: bool = False,
    progress: Progress = quiet,
) -> IngestResult:
    """Read native files into bronze and silver: of one source below `folder` (path or URI), or of several in one run, name -> folder.

    access: class of these copies where it differs from the sources'. limit: at most so many records of each file; only with
    `replace` are tables that stand replaced by so few. max_aside: share of a
    table's rows that may be set aside, instead of the sources' own ceilings. follow_links: read files to which a link leads out of its
    folder, too. Of several sources one that fails costs itself alone, and
    `failed` says why; a single one raises UnknownName, UsageError, InputRefused (a file that cannot be read) or DataCheckFailed (a rule of
    severity error).
    """
    from medslake.errors import UsageError
    from medslake.ingest.ingest import ingest as run

    if not isinstance(source, str) and folder is not None:
        raise UsageError("Several sources bring their folders with them; the other folder would not be read.", hint="Leave it out.")
    if isinstance(source, str):
        if folder is None:
            raise UsageError(f"Where are the files of {source}?", hint=f"Example: medslake ingest {source} --from FOLDER")
        source = {source: folder}
    folders = {name: str(where) if "://" in str(where) else str(Path(where).expanduser()) for name, where in source.items()}
    done = run(
        lake,
        folders,
        limit=limit,
        access=access,
        max_aside=max_aside,
        replace=replace,
        follow_links=follow_links,
        dry_run=dry_run,
        progress=progress,
    )
    return IngestResult.of(done)


@typed
@needs("spark")
def build(
    lake: Lake,
    what: Literal["instructions", "benchmark"],
    *,
    tasks: Sequence[str] | None = None,
    prompt: str = "paper",
    shots: str | None = None,
    size: str = "paper",
    seed: int | None = None,
    budget: int | None = None,
    policy: Sequence[str] = (),
    limit: int | None = None,
    allow_empty: bool = False,
    max_aside: float | None = None,
    dry_run: bool = False,
    progress: Progress = quiet,
) -> BuildResult:
    """Render silver rows to gold.instructions, or test instances to gold.benchmark, behind the leak gate.

    tasks: ids, default all. policy: what a leak test does on a hit, such as `ngram=block`. limit: instances or rows per task.
    allow_empty: no error for a task asked for by name that has no instance. max_aside: share of a task's rows that
    may be set aside, instead of 5 % from 100 rows on.
    benchmark only: prompt (`paper` or `chat`); shots (`3`, `fixed`, `fixed:3`; default as published); size (`paper`: rows that the authors
    scored, `full`: all); seed; budget (tokens of a prompt, estimated).
    Raises UnknownName, UsageError when nothing can be built, DataCheckFailed from the quality gate or the leak gate.
    """
    lake.require()
    from medslake.errors import UsageError

    if budget is not None and budget < 1:
        raise UsageError(f"The budget is {budget} tokens, but must be 1 or more.")
    wanted = list(tasks) if tasks is not None else None
    if what == "instructions":
        from medslake.instructions.build import build_instructions

        return BuildResult.of(
            build_instructions(
                lake,
                wanted,
                limit=limit,
                policy=policy,
                allow_empty=allow_empty,
                max_aside=max_aside,
                dry_run=dry_run,
                progress=progress,
            )
        )
    from medslake.bench.build import build_benchmark
    from medslake.bench.prompts import PROMPT_BUDGET
    from medslake.bench.shots import read_shots

    count, fixed = read_shots(shots)
    return BuildResult.of(
        build_benchmark(
            lake,
            wanted,
            prompt=prompt,
            shots=count,
            fixed=fixed,
            size=size,
            seed=seed,
            budget=PROMPT_BUDGET if budget is None else budget,
            limit=limit,
            policy=policy,
            max_aside=max_aside,
            dry_run=dry_run,
            progress=progress,
        )
    )


@typed
@needs("spark")
def check(lake: Lake, table: str | None = None) -> CheckResults:
    """Run the expectations of one or all tables over what is committed; what measures say is recorded. Raises UnknownName."""
    lake.require()
    with lake.run("check", {"table": table}) as run:
        told = lake.check(table)
        rows = {c.table: c.rows for c in told if not c.measure}
        aside = {name: max((c.unexpected for c in told if c.table == name and c.severity == "quarantine"), default=0) for name in rows}
        tables = {name: Written(count, aside[name], lake.version(name), committed=False) for name, count in rows.items()}
        run.tell_measures(c for c in told if c.measure)
    found = tuple(Checked(c.table, c.rule, c.severity, c.success, c.unexpected, c.rows, c.slice) for c in told)
    return CheckResults(run=run.id, tables=tables, checks=found)


@typed
@needs("spark")
def leaks(lake: Lake, *, policy: Sequence[str] = (), dry_run: bool = False, progress: Progress = quiet) -> LeakResult:
    """Look for benchmark rows that training rows, shots or other sets give away; recorded in ops.contamination unless dry_run.

    policy: what a leak test does on a hit, `test=action` or `side:test=action`. Raises UsageError.
    """
    lake.require()
    from medslake.leakage.gate import record_leaks
    from medslake.leakage.policy import Policy

    found, result = record_leaks(lake, Policy.of(policy), dry_run=dry_run, progress=progress)
    counts = {action: sum(leak.action == action for leak in found) for action in ("tagged", "noted")}
    told = {**result, "leaks": tuple(leak for leak in found if leak.action == "found"), **counts}
    return LeakResult.of(told)


@typed
@needs("spark")
def tag(
    lake: Lake,
    table: str = "silver.dialogues",
    *,
    tagger: str = "lexical",
    sources: Sequence[str] | None = None,
    model: str | None = None,
    engine: str = "transformers",
    settings: Sequence[str] = (),
    name: str | None = None,
    workers: int = 1,
    progress: Progress = quiet,
) -> TagResult:
    """Say of each conversation of a table how medical it is: gold.tags, a score from 0 to 1 and what spoke for it.

    tagger: lexical (terms of the lake, no model), chat, or a plug-in. sources: default all of the table. model, engine, settings, name,
    workers: of a tagger that asks a model, as for `infer`. Conversations that have not changed are not judged again.
    Raises UnknownName, UsageError, AccessDenied (a remote engine and conversations above its clearance), InferenceFailed.
    """
    lake.require()
    from medslake.tagging.run import tag as run

    wanted = list(sources) if sources is not None else None
    done = run(
        lake,
        table,
        tagger,
        sources=wanted,
        model=model,
        engine=engine,
        name=name,
        options=list(settings),
        workers=workers,
        progress=progress,
    )
    return TagResult.of(done)


@typed
def definitions(lake: Lake, *, tasks: Sequence[str] | None = None, kind: str | None = None, rejected: bool = False) -> list[dict[str, Any]]:
    """Definitions of these tasks, or of all, as rows of gold.definitions by task, kind and number.

    kind: written, combined, imported or rewritten; default all. rejected: those that did not pass the gate, with what they lack, instead of
    those that did. Raises UnknownName, UsageError before `build instructions`.
    """
    lake.require()
    from medslake.definitions.told import listed_definitions

    return listed_definitions(lake, tasks, kind, rejected=rejected)


@typed
def describe(name: str, *, lake: Lake | None = None) -> dict[str, Any]:
    """What is known of a table, a view, a source or a task; the first key says which. Raises UnknownName.

    lake: tells what a table holds: rows, files, versions, classes, its last run; of a source which tables are there; of a task the number
    of its instances.
    """
    from medslake.report.described import describe as run

    return run(name, lake)


@typed
def import_definitions(lake: Lake, file: str | Path) -> DefinitionsResult:
    """Put the rewrites of a copy of MedS-Ins' `RewriteDefinitions.json` into gold.definitions, each with the verdict of the gate.

    They stand in the place of those imported before. Raises UsageError where there is no such file, InputRefused for another layout.
    """
    from medslake.definitions.imported import import_definitions as run

    return DefinitionsResult.of(run(lake, file))


@typed
@needs("infer")
def rewrite_definitions(
    lake: Lake,
    model: str,
    *,
    engine: str = "transformers",
    tasks: Sequence[str] | None = None,
    per: int = 1,
    seed: int = 2025,
    settings: Sequence[str] = (),
    name: str | None = None,
    workers: int = 1,
    progress: Progress = quiet,
) -> DefinitionsResult:
    """Have a chat model rewrite each written definition `per` times; what stands already is not asked for again.

    tasks: ids, default all. seed: decides which turn each rewriting takes. settings: options of the engine, `name=value`. name: of the
    model in the rows. Raises UnknownName, UsageError, InferenceFailed.
    """
    from medslake.rewriting.run import rewrite_definitions as run

    wanted = list(tasks) if tasks is not None else None
    done = run(
        lake,
        model,
        engine=engine,
        tasks=wanted,
        per=per,
        seed=seed,
        name=name,
        options=list(settings),
        workers=workers,
        progress=progress,
    )
    return DefinitionsResult.of(done)


@typed
@needs("train")
def pack(
    lake: Lake,
    recipe: str = "tiny",
    *,
    settings: Sequence[str] = (),
    length: int | None = None,
    limit: int | None = None,
    progress: Progress = quiet,
) -> PackResult:
    """Tokenise the training instructions and pack them into rows of fixed length; a plan that is there already is not written again.

    settings: recipe fields to override, `field=value`. length: tokens per row. limit: a seeded sample of so many instances.
    Raises UnknownName, UsageError.
    """
    from medslake import registry
    from medslake.recipes import override
    from medslake.train.packs.pack import pack as run

    chosen = override(registry.get("recipe", recipe), settings)
    lake.require()
    return PackResult.of(run(lake, chosen, length=length, limit=limit, progress=progress))


@typed
@needs("train")
def train(
    lake: Lake,
    recipe: str = "tiny",
    *,
    settings: Sequence[str] = (),
    workers: int | None = None,
    steps: int | None = None,
    out: str | Path | None = None,
    device: str = "auto",
    resume: bool = True,
    dry_run: bool = False,
    progress: Progress = quiet,
) -> TrainResult:
    """Train on the pack plan, from the newest whole checkpoint on, and export a folder that transformers loads.

    settings: recipe fields to override, `field=value`. workers: Ray Train workers. steps: optimiser steps. out: folder of checkpoints and
    model, default below the lake. device: auto or an accelerator's name. resume False starts over.
    Raises UnknownName, UsageError, TrainingFailed.
    """
    from medslake import registry
    from medslake.recipes import override
    from medslake.train.run import train as run

    chosen = override(registry.get("recipe", recipe), settings)
    lake.require()
    done = run(
        lake,
        chosen,
        resume=resume,
        workers=workers,
        out=out,
        steps=steps,
        accelerator=device,
        dry_run=dry_run,
        progress=progress,
    )
    return TrainResult.of(done)


@typed
@needs("infer")
def infer(
    lake: Lake,
    model: str,
    *,
    engine: str = "transformers",
    mode: str = "generate",
    settings: Sequence[str] = (),
    name: str | None = None,
    dtype: str = "auto",
    workers: int = 1,
    shard_rows: int | None = None,
    tasks: Sequence[str] | None = None,
    limit: int | None = None,
    progress: Progress = quiet,
) -> InferResult:
    """Answer the newest benchmark in batches; shards that are there are not asked again.

    model: what the engine opens, such as a folder. mode: generate or loglikelihood. settings: options of the engine, `name=value`. name:
    under which the answers stand. workers: actors, one device each. shard_rows: rows that are committed together. limit: rows per task.
    Raises UnknownName, UsageError, AccessDenied (a remote engine and rows above its clearance), InferenceFailed.
    """
    lake.require()
    from medslake.infer.run import SHARD_ROWS
    from medslake.infer.run import infer as run

    done = run(
        lake,
        model,
        engine=engine,
        mode=mode,
        options=list(settings),
        name=name,
        dtype=dtype,
        workers=workers,
        shard_rows=SHARD_ROWS if shard_rows is None else shard_rows,
        tasks=list(tasks) if tasks is not None else None,
        limit=limit,
        progress=progress,
    )
    return InferResult.of(done)


@typed
@needs("score")
def score(lake: Lake, *, model: str | None = None, progress: Progress = quiet) -> ScoreResult:
    """Score the answers of one or all models, `paper` and `strict`, with 95 % bootstrap intervals, for all rows and the clean ones.

    Raises UsageError without predictions, UnknownName for a model that has none.
    """
    lake.require()
    from medslake.score.run import score as run

    return ScoreResult.of(run(lake, model=model, progress=progress))


@typed
@needs("score")
def compare(
    lake: Lake, a: str, b: str, *, tasks: Sequence[str] | None = None, variant: str = "strict", clean: bool = False
) -> list[Comparison]:
    """Whether two models differ: McNemar where rows are right or wrong, else paired bootstrap, with Holm's correction.

    a, b: models, or `model@start-of-run-set`. clean: leave out rows of which the leak gate knows a training copy. Raises UnknownName.
    """
    lake.require()
    from medslake.score.compare import compare as run

    return run(lake, a, b, variant=variant, tasks=list(tasks) if tasks is not None else None, clean=clean)


@typed
def mixture(lake: Lake, *, by: str = "source") -> MixtureResult:
    """What the training mixture holds beside the paper's, and which source a gap waits for, without a JVM.

    by: source, task, category, domain, language (of the output) or access. Counted are train rows of trained tasks, each once where it is
    rendered in two ways; `ops.mixture` has the same counts. Raises UnknownName.
    """
    lake.require()
    from medslake.bench.mixture import mixture as run

    found = run(lake, by)
    rows = [{**row, "missing": tuple(Missing(**one) for one in row["missing"])} for row in found["rows"]]
    return MixtureResult(found["by"], found["instances"], found["paper"], tuple(MixtureRow(**row) for row in rows))


@typed
def compare_set(
    lake: Lake,
    folder: str | Path,
    *,
    rendering: str = "paper",
    split: str = "train",
    near: float = 0.7,
    task_of: Sequence[str] = (),
    progress: Progress = quiet,
) -> CompareSetResult:
    """Match the published MedS-Ins JSON files of a folder with the instructions of one rendering, one by one: gold.set_matches.

    rendering: paper or strict. split: of which instances count as only here (train, validation, test or all); pairs are sought in all.
    near: Jaccard of word trigrams from which on two inputs are near. task_of: `FILE=TASK`, where a file's name does not say its task.
    Raises UsageError (no files, no instructions), UnknownName (a task).
    """
    lake.require()
    from medslake.published_set.compare import compare_set as run

    done = run(lake, Path(folder).expanduser(), rendering=rendering, split=split, near=near, task_of=task_of, progress=progress)
    shares = {task: SetShares(**row) for task, row in done["shares"].items()}
    refused = tuple(SetRefused(**row) for row in done["refused"])
    return CompareSetResult.of({**done, "shares": shares, "refused": refused, "without_file": tuple(done["without_file"])})


@typed
def diff(lake: Lake, table: str, before: int, after: int) -> DiffResult:
    """Count the rows that came, went and changed between two versions of a table, by source and by key, without a JVM.

    Silver goes by source and record_id, bronze by its source's key, or by file and row where that has none. Raises UnknownName, UsageError
    (a version that is not there any more, a table without a key).
    """
    lake.require()
    found = lake.diff(table, before, after)
    slices = {name: Compared(*counts) for name, counts in found.slices.items()}
    return DiffResult(table, before, after, found.key, slices, found.columns)


@typed
def report(lake: Lake, *, out: str | Path | None = None, clearance: str = "public", samples: int = 200) -> ReportResult:
    """Write the report: one HTML file that needs no server and no network; default: report.html in the lake.

    samples: single answers that it carries, of each task and set of answers. Raises UsageError.
    """
    lake.require()
    from medslake.report.page import write_report

    return ReportResult(Path(write_report(lake, Path(out) if out else None, clearance=clearance, samples=samples)))


@typed
def export(
    lake: Lake,
    form: str,
    *,
    tasks: Sequence[str] | None = None,
    out: str | Path = "export",
    split: str = "train",
    rendering: str = "paper",
    clearance: str = "public",
) -> ExportResult:
    """Write instructions (medsins, hf) or the benchmark (lm-eval, inspect) for others. Raises UnknownName, AccessDenied.

    split, rendering: of medsins; rendering is paper or strict.
    """
    lake.require()
    from medslake.export.run import export as run

    done = run(lake, form, list(tasks) if tasks is not None else None, Path(out), clearance=clearance, split=split, rendering=rendering)
    return ExportResult(tuple(map(Path, done["files"])), done["left_out"])


@typed
def trace(
    lake: Lake, kind: Literal["instance", "prediction", "score"], id: str, *, clearance: str = "noncommercial"
) -> list[dict[str, object]]:
    """The steps from a score, prediction or instance back to the native file and row, nearest first.

    id: whole, or the start of it where that is enough. clearance: text above it is left out. Raises UnknownName.
    """
    lake.require()
    return list(lake.trace(kind, id, clearance=clearance))


@typed
def sql(lake: Lake, query: str, *, at: Mapping[str, int] | None = None, clearance: str | None = None) -> pa.Table:
    """DuckDB SQL over `layer.table` names and views, without a JVM; an Arrow table. at: table -> version, for time travel.

    clearance: rows above this access class are left out of every table before the query; None leaves out none. `Lake.ask` counts them.
    """
    lake.require()
    return lake.ask(query, at, clearance).rows
