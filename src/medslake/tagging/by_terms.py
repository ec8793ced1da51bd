"""Verdicts by the terms of the lake: one Spark job over Arrow batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from medslake.lake.access import highest
from medslake.lake.parts import Part
from medslake.lake.storage.slices import Slice
from medslake.progress import Progress
from medslake.taggers import Tag, Tagger
from medslake.tagging.conversations import COLUMNS, TABLE, conversation, verdict_key
from medslake.tagging.vocabulary import Vocabulary, states, vocabulary

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame

    from medslake.lake.runs import Run

__all__ = ["tag_by_terms"]


def tag_by_terms(run: Run, tagger: Tagger, table: str, there: Mapping[str, Slice], code: Sequence[str], progress: Progress) -> None:
    """Write the verdicts on these sources, in one commit; nothing is read where neither they nor the vocabulary have changed."""
    found = states(run.lake, tagger)
    terms = [[vars(term), state] for term, state in found.items()]
    parts = {
        source: Part(fingerprint=run.fingerprint("tag", tagger.name, tagger.threshold, code, terms, part.state), read=part.rows)
        for source, part in there.items()
    }

    @cache
    def known() -> Vocabulary:
        return vocabulary(run, found)

    def rows(changed: Sequence[str]) -> DataFrame:
        words = known()
        made_by = run.fingerprint(tagger.name, code, words.digest)[:32]
        shared = {"tagger": tagger.name, "table_name": table, "threshold": tagger.threshold, "made_by": made_by, "joined": words.joined}
        frame = run.read(table).select("source", "record_id", "access", *COLUMNS[table])
        chosen = frame.where(frame["source"].isin(list(changed)))
        schema = run.lake.spec(TABLE).arrow_schema()
        return chosen.mapInArrow(_judging(tagger.open(words.terms), shared, words.access, schema), run.lake.spec(TABLE).spark_schema())

    progress("tag", 0, len(there))
    run.write_parts(TABLE, "source", parts, where={"tagger": tagger.name, "table_name": table}, rows=rows)
    progress("tag", len(there), len(there))


def _judging(
    tag: Tag, shared: Mapping[str, Any], access: str, schema: pa.Schema
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def judged(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        for batch in batches:
            rows = batch.to_pylist()
            asked = {str(number): conversation(str(number), row) for number, row in enumerate(rows)}
            made = []
            for verdict in tag(asked.values()):
                row = rows[int(verdict.id)]
                made.append(
                    {
                        **shared,
                        "source": row["source"],
                        "record_id": row["record_id"],
                        "score": verdict.score,
                        "evidence": list(verdict.evidence),
                        "error": verdict.error,
                        "verdict_key": verdict_key(shared["made_by"], asked[verdict.id].turns),
                        "access": highest(access, row["access"]),
                    }
                )
            yield from pa.Table.from_pylist(made, schema=schema).to_batches()

    return judged
