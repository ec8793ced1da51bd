"""Instances that are kept out of the training, to see what it makes of them.

They come from the train split: the benchmark asks test rows, and only few sources have validation rows. Whoever is held out is held out
whole: no other instance of the same subject, or of the same record where no subject is known, stays in the training.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from medslake.train.packs.feed import make_feed
from medslake.train.packs.packed_rows import PackedRows
from medslake.train.packs.plan import INSTRUCTIONS, PACKS
from medslake.train.packs.seeding import digest64, mix, stream

if TYPE_CHECKING:
    from medslake.lake import Lake

__all__ = ["COLUMNS", "HeldOut", "held_out", "split_off"]

#: What `split_off` needs to know of an instance.
COLUMNS = ("domain", "source", "subject_id", "record_ids")
#: At most one instance in so many of a domain.
SHARE = 10


@dataclass(frozen=True)
class HeldOut:
    """feed: folder of the plan of held-out instances; domains: of its segments, in their order."""

    feed: Path
    domains: tuple[str, ...]


def split_off(index: pa.Table, holdout: int, seed: int) -> tuple[pa.Table, pa.Table]:
    """Rows to train on, and up to `holdout` rows of each domain to evaluate on.

    index: any rows with COLUMNS; a row's fate depends on its subject and on those of its domain, not on their order. A subject that is held
    out in one domain is not trained on in another either.
    """
    if not holdout:
        return index, index.slice(0, 0)
    drawn = mix(_subjects(index), stream(seed, "holdout"))
    encoded: Any = index["domain"].combine_chunks().dictionary_encode()
    domain = encoded.indices.to_numpy()
    held = np.zeros(drawn.size, bool)
    for code in np.unique(domain):
        at = np.flatnonzero(domain == code)
        wanted = min(holdout, at.size // SHARE)
        # Below the first that is too many: subjects with several instances are taken whole or not at all.
        held[at] = drawn[at] < np.sort(drawn[at])[wanted]
    trained = ~np.isin(drawn, drawn[held])
    return index.filter(pa.array(trained)), index.filter(pa.array(held))


def _subjects(index: pa.Table) -> np.ndarray:
    """Key of the subject, else of the first record, behind each row."""
    keys = []
    for batch in index.select(list(COLUMNS)).to_batches(max_chunksize=100_000):
        rows = zip(*(batch.column(name).to_pylist() for name in COLUMNS[1:]), strict=True)
        keys.append(
            digest64(f"{source}\x1f{records[0] if subject is None else subject}\x1f{subject is None}" for source, subject, records in rows)
        )
    return np.concatenate(keys) if keys else np.empty(0, np.uint64)


def held_out(lake: Lake, rows: PackedRows, version: int, instructions: int, parent: Path) -> HeldOut | None:
    """The plan of held-out instances at a version of gold.packs, with the domain of each in that version of gold.instructions.

    rows: of the plan there; None where it has none. parent: of the folder with its arrays.
    """
    if not len(rows):
        return None
    table = lake.arrow.read(PACKS, version, columns=["row", "segments"], where={"plan": rows.plan}).sort_by("row")
    segments: list[list[dict[str, Any]]] = table["segments"].to_pylist()  # type: ignore[assignment]
    ids = [segment["instance_id"] for row in segments for segment in row]
    known = lake.arrow.read(INSTRUCTIONS, instructions, columns=["instance_id", "domain"], where={"instance_id": ids})
    domain_of = {str(row["instance_id"]): str(row["domain"]) for row in known.to_pylist()}
    return HeldOut(make_feed(lake, rows, version, parent), tuple(domain_of[i] for i in ids))
