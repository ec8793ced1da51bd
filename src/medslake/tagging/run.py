"""`medslake tag`: verdicts on the conversations of a table, by source; what has not changed is not judged again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from medslake import registry
from medslake.errors import UnknownName, UsageError
from medslake.lake.provenance import code_digest
from medslake.lake.storage.slices import Slice
from medslake.progress import Progress, quiet
from medslake.taggers import Tagger
from medslake.tagging.by_engine import Asked, tag_by_engine
from medslake.tagging.by_terms import tag_by_terms
from medslake.tagging.conversations import TABLE, require_turns

if TYPE_CHECKING:
    from medslake.lake import Lake

__all__ = ["tag"]


def tag(
    lake: Lake,
    table: str,
    tagger: str = "lexical",
    *,
    sources: Sequence[str] | None = None,
    model: str | None = None,
    engine: str = "transformers",
    name: str | None = None,
    options: Sequence[str] = (),
    workers: int = 1,
    progress: Progress = quiet,
) -> dict[str, Any]:
    """Judge the conversations of a silver table; returns the run's result with `tagger` (the name under which the verdicts stand) and
    `verdicts` (source -> conversations, medical, failed).

    sources: default all of the table. model, engine, name, options, workers: of a tagger that asks a model, as for `infer`. Everything that
    can change a verdict is in its key: code, word lists, terms of the vocabulary, or model, engine and settings, and the conversation.
    Raises UnknownName, UsageError (no such rows, a group of terms that the lake lacks, a model where none is asked), AccessDenied (a
    remote engine and conversations above its clearance), InferenceFailed.
    """
    chosen: Tagger = registry.get("tagger", tagger)
    require_turns(table)
    there = _there(lake, table, sources)
    code = [chosen.version, code_digest(registry.place("tagger", tagger).module, ("medslake.taggers",))]
    params = {"table": table, "tagger": tagger, "sources": sources, "model": model, "engine": engine if model else None, "name": name}
    if chosen.needs == "terms":
        if model is not None or options or name is not None:
            raise UsageError(f"Tagger {tagger} asks no model.", hint="Leave --model, --name and --set out, or say --tagger chat.")
        said = tagger
        with lake.run("tag", params) as run:
            tag_by_terms(run, chosen, table, there, code, progress)
    else:
        if model is None:
            raise UsageError(
                f"Tagger {tagger} asks a model; which one?", hint="Example: medslake tag silver.dialogues --tagger chat --model FOLDER"
            )
        asked = Asked.of(lake, model, engine, name, options, workers)
        said = f"{tagger}@{asked.name}"
        with lake.run("tag", {**params, **asked.settings}) as run:
            tag_by_engine(run, chosen, said, table, there, code, asked, progress)
    return _told(lake, run.result, said, table, there)


def _there(lake: Lake, table: str, sources: Sequence[str] | None) -> dict[str, Slice]:
    found = lake.slices(table, "source")
    if not found:
        raise UsageError(f"There is no {table} to tag.", hint="Run: medslake ingest lima --from FOLDER")
    for source in sources or ():
        if source not in found:
            raise UnknownName(f"source in {table}", source, list(found))
    return {source: part for source, part in found.items() if sources is None or source in sources}


def _told(lake: Lake, result: Mapping[str, Any], said: str, table: str, there: Mapping[str, Slice]) -> dict[str, Any]:
    """The run's result, its table counting the verdicts as they stand."""
    where = {"tagger": said, "table_name": table}
    rows = lake.arrow.read(TABLE, columns=["source", "score", "threshold", "error"], where=where).to_pylist()
    rows = [row for row in rows if row["source"] in there]
    conversations = Counter(row["source"] for row in rows)
    medical = Counter(row["source"] for row in rows if row["score"] is not None and row["score"] >= row["threshold"])
    failed = Counter(row["source"] for row in rows if row["error"] is not None)
    verdicts = {
        source: {"conversations": number, "medical": medical[source], "failed": failed[source]}
        for source, number in sorted(conversations.items())
    }
    # Lots of one source are commits of one run, of which each read the whole.
    account = {"read": len(rows), "left_out": {}} if "@" in said else {}
    written = {**result["tables"][TABLE], "rows": len(rows), **account}
    return {"run": result["run"], "tables": {TABLE: written}, "tagger": said, "verdicts": verdicts}
