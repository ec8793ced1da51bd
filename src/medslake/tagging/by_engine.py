"""Verdicts of a model: only conversations that it has not judged yet are asked, and what is answered is kept when the work ends early."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa

from medslake import registry
from medslake.accelerators import Accelerator
from medslake.engines import Engine, Generation, Measurer, Prompt
from medslake.engines.parts.model_folder import ModelFiles, model_access, model_name
from medslake.infer.actors import Actors
from medslake.infer.batching import Size, batched
from medslake.infer.options import device_of, engine_options, refuse_above
from medslake.lake.access import highest
from medslake.lake.storage.slices import Slice
from medslake.progress import Progress
from medslake.taggers import Tagger, Verdict
from medslake.tagging.conversations import COLUMNS, TABLE, conversation, verdict_key

if TYPE_CHECKING:
    from medslake.lake import Lake
    from medslake.lake.runs import Run

__all__ = ["SHARD_ROWS", "Asked", "tag_by_engine"]

#: Verdicts that are committed together.
SHARD_ROWS = 512


@dataclass(frozen=True)
class Asked:
    """The model that is asked, of this lake's conversations.

    name: under which its verdicts stand. settings: options that decide its answers. opened: with what it is opened.
    """

    lake: Lake
    engine: Engine
    files: ModelFiles
    name: str
    device: Accelerator
    opened: Mapping[str, Any]
    settings: Mapping[str, Any]
    workers: int
    access: str

    @classmethod
    def of(cls, lake: Lake, model: str, engine: str, name: str | None, options: Sequence[str], workers: int) -> Self:
        """Raises UnknownName, UsageError for a model or an option that the engine does not know."""
        chosen: Engine = registry.get("engine", engine)
        files = ModelFiles.of(model, chosen.identify)
        device = device_of(chosen)
        found = engine_options(chosen, "auto", device, options)
        opened = {**found, "device": device} if "device" in found else found
        return cls(lake, chosen, files, name or model_name(model), device, opened, found, workers, model_access(model))

    @property
    def mode(self) -> str:
        """Likelihoods where the engine gives them: they make a score of yes and no."""
        return "loglikelihood" if "loglikelihood" in self.engine.modes else "generate"

    def answers(self, prompts: Iterable[Prompt]) -> Iterator[Generation]:
        asked = {prompt.id: prompt for prompt in prompts}
        if not asked:
            return
        measurer: Measurer = self.engine.open(self.files.model, weights=False, **self.opened)
        opened = {**self.opened, **getattr(measurer, "settled", {})}
        sizes = [
            Size(prompt.id, one.tokens, prompt.max_new_tokens, one.head, one.shared)
            for prompt, one in zip(asked.values(), measurer.measure(list(asked.values())), strict=True)
        ]
        actors = Actors(self.engine, self.files, opened, self.device, self.workers, self.mode)
        for _, answers, _ in actors.answers(batched(sizes, SHARD_ROWS), asked):
            yield from answers


def tag_by_engine(
    run: Run, tagger: Tagger, said: str, table: str, there: Mapping[str, Slice], code: Sequence[str], asked: Asked, progress: Progress
) -> None:
    """Write the verdicts on these sources, each by itself. said: the name under which they stand."""
    made_by = run.fingerprint(tagger.name, code, asked.files.digest, asked.engine.name, asked.mode, dict(asked.settings))[:32]
    for number, (source, part) in enumerate(there.items()):
        progress("tag", number, len(there))
        where = {"tagger": said, "table_name": table, "source": source}
        columns = ["source", "record_id", "access", "joined", *COLUMNS[table]]
        rows = run.read_arrow(table, columns=columns, where={"source": source})
        talks = {row["record_id"]: conversation(row["record_id"], row) for row in rows.to_pylist()}
        keys = {id: verdict_key(made_by, talk.turns) for id, talk in talks.items()}
        classes = {str(row["record_id"]): str(row["access"]) for row in rows.select(["record_id", "access"]).to_pylist()}
        shared = {**where, "threshold": tagger.threshold, "made_by": made_by}

        def row(
            verdict: Verdict, shared: Mapping[str, Any] = shared, keys: Mapping[str, str] = keys, classes: Mapping[str, str] = classes
        ) -> dict[str, Any]:
            return {
                **shared,
                "record_id": verdict.id,
                "score": verdict.score,
                "evidence": list(verdict.evidence),
                "error": verdict.error,
                "verdict_key": keys[verdict.id],
                "access": highest(asked.access, classes[verdict.id]),
            }

        standing = {v.id: row(v) for v in _standing(asked.lake, where, keys)}
        missing = [talk for id, talk in talks.items() if id not in standing]
        if missing:
            refuse_above(asked.lake, asked.engine, asked.settings, rows, "Say what the server may see: --set clearance=CLASS.")
        whole = run.fingerprint("tag", made_by, tagger.threshold, part.state)
        for new in _together(tagger.open(asked.answers)(missing), bool(missing)):
            standing |= {verdict.id: row(verdict) for verdict in new}
            left = len(talks) - len(standing)
            # A part of a source has a state of its own, so that the rest is not taken for done.
            state = whole if not left else run.fingerprint(whole, left)
            _write(run, where, list(standing.values()), state, len(talks), left)
            progress("tag", number, len(there))
        if not missing:
            _write(run, where, list(standing.values()), whole, len(talks), 0)
    progress("tag", len(there), len(there))


def _write(run: Run, where: Mapping[str, str], rows: list[dict[str, Any]], state: str, read: int, left: int) -> None:
    table = pa.Table.from_pylist(sorted(rows, key=lambda row: row["record_id"]), schema=run.lake.spec(TABLE).arrow_schema())
    run.write(TABLE, table, slice=where, fingerprint=state, read=read, left_out={"not asked yet": left})


def _standing(lake: Lake, where: Mapping[str, str], keys: Mapping[str, str]) -> list[Verdict]:
    """Verdicts, and reasons why there is none, that hold for a conversation as it is now."""
    if not lake.exists(TABLE):
        return []
    columns = ["record_id", "score", "evidence", "error", "verdict_key"]
    rows = lake.arrow.read(TABLE, columns=columns, where=dict(where)).to_pylist()
    held = [row for row in rows if keys.get(row["record_id"]) == row["verdict_key"]]
    return [Verdict(row["record_id"], row["score"], tuple(row["evidence"]), row["error"]) for row in held]


def _together(verdicts: Iterable[Verdict], some: bool) -> Iterator[list[Verdict]]:
    """Verdicts in lots of SHARD_ROWS, the last one smaller."""
    if not some:
        return
    lot: list[Verdict] = []
    for verdict in verdicts:
        lot.append(verdict)
        if len(lot) == SHARD_ROWS:
            yield lot
            lot = []
    if lot:
        yield lot
