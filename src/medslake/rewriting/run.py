"""`medslake definitions rewrite`: further wordings of the written definitions by a chat model; what was written is not asked for again."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from medslake import registry
from medslake.definitions.rows import definition_id, standing, write_definitions
from medslake.definitions.told import told_of
from medslake.engines import Generation, Prompt
from medslake.errors import UsageError
from medslake.progress import Progress, quiet
from medslake.rewriting.prompts import prompt_of
from medslake.tagging.by_engine import Asked
from medslake.tasks.base import Task

if TYPE_CHECKING:
    from medslake.lake import Lake

__all__ = ["MAX_NEW_TOKENS", "SHARD", "rewrite_definitions"]

MAX_NEW_TOKENS = 400
_LOG = logging.getLogger(__name__)
#: Rewritings that are committed together.
SHARD = 512
SEED = 2025


@dataclass(frozen=True)
class _Writer(Asked):
    """The model, which writes whatever its engine could compare."""

    @property
    def mode(self) -> str:
        return "generate"


@dataclass(frozen=True)
class _Wanted:
    """One rewriting that is to be had. row: as gold.definitions has it, without text and verdict."""

    prompt: Prompt
    row: Mapping[str, Any]


def rewrite_definitions(
    lake: Lake,
    model: str,
    *,
    engine: str = "transformers",
    tasks: Sequence[str] | None = None,
    per: int = 1,
    seed: int = SEED,
    name: str | None = None,
    options: Sequence[str] = (),
    workers: int = 1,
    progress: Progress = quiet,
) -> dict[str, Any]:
    """Ask a model for `per` rewritings of each written definition; returns the run's result with `asked`, `failed` and `told_of`.

    Every answer is a row with its verdict, model, prompt, parent and seed, committed in lots of SHARD. A row that stands, of the same
    model's files, engine, settings and seed and of a parent with the same words, is not asked for again; one without an answer is.
    tasks: default all. name: of the model in the rows. options: `name=value` of the engine's options.
    Raises UnknownName, UsageError, InferenceFailed.
    """
    if per < 1:
        raise UsageError(f"{per} rewritings of each definition are none.", hint="Say --per 1 or more.")
    known: dict[str, Task] = registry.sound("task")
    chosen = [registry.get("task", one) for one in tasks] if tasks else list(known.values())
    asked = _Writer.of(lake, model, engine, name, options, workers)
    params = {"model": model, "name": asked.name, "engine": engine, "per": per, "seed": seed, "tasks": tasks, **asked.settings}
    with lake.run("definitions", params) as run:
        made_by = run.fingerprint(asked.files.digest, engine, dict(asked.settings), seed)[:32]
        others = standing(lake, ["imported", "rewritten"])
        wanted = {one.prompt.id: one for one in _wanted(chosen, per, seed, asked.name, made_by)}
        there = {row["definition_id"] for row in others}
        missing = [one.prompt for id, one in wanted.items() if id not in there]
        done, failed, reasons = len(wanted) - len(missing), 0, Counter[str]()
        progress("rewrite", done, len(wanted))
        for lot in _lots(asked.answers(missing)):
            texts = {answer.id: answer.text.strip() for answer in lot if answer.text and answer.text.strip()}
            failed += len(lot) - len(texts)
            reasons.update(answer.error or "an empty answer" for answer in lot if answer.id not in texts)
            others += [{**wanted[id].row, "text": text} for id, text in texts.items()]
            write_definitions(run, list(known.values()), others)
            done += len(lot)
            progress("rewrite", done, len(wanted))
        for reason, count in reasons.most_common(3):
            _LOG.warning("%d of %d rewritings have no answer: %s", count, len(missing), reason)
        if not missing:
            write_definitions(run, list(known.values()), others)
    return {**run.result, **told_of(lake), "asked": len(missing), "failed": failed}


def _wanted(tasks: Iterable[Task], per: int, seed: int, model: str, made_by: str) -> Iterator[_Wanted]:
    for task in tasks:
        for place, definition in enumerate(task.definitions):
            parent = definition_id(task.id, definition.text)
            for number in range(per):
                prompt = prompt_of(task, parent, number, seed)
                digest = hashlib.sha256(f"{made_by} {parent} {number} {prompt}".encode()).hexdigest()[:16]
                id = f"{task.id}-{digest}"
                row = {
                    "definition_id": id,
                    "task_id": task.id,
                    "language": task.definition_language,
                    "kind": "rewritten",
                    "style": definition.style,
                    "parent": parent,
                    "parent_text": None,
                    "writer": model,
                    "number": place * per + number + 1,
                    "prompt": prompt,
                    "seed": seed,
                    "made_by": made_by,
                }
                messages = [{"role": "user", "content": prompt.replace("{text}", definition.text)}]
                yield _Wanted(Prompt(id, messages, MAX_NEW_TOKENS), row)


def _lots(answers: Iterable[Generation]) -> Iterator[list[Generation]]:
    rest = iter(answers)
    while lot := list(islice(rest, SHARD)):
        yield lot
