"""Invented abstracts whose sentences bear hallmarks of cancer, in the layouts of that corpus."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from medslake.synth.parquet import parquet_bytes
from medslake.synth.words import FILLERS, HALLMARK_KEYWORDS

__all__ = ["hallmark_files", "sentence_table"]


def sentence_table(rows: list[tuple[str, str, list[int]]]) -> bytes:
    """Parquet of (document_id, text, label)."""
    import pyarrow as pa

    schema = pa.schema([("document_id", pa.string()), ("text", pa.string()), ("label", pa.list_(pa.int64()))])
    return parquet_bytes([{"document_id": d, "text": t, "label": c} for d, t, c in rows], schema)


def hallmark_files(rng: Random, n: int) -> Mapping[str, str]:
    """A text and a label file for each of about n / 4 abstracts."""
    files = {}
    for place in range(max(1, n // 4)):
        lines, groups = [], []
        for _ in range(rng.randint(3, 5)):
            names = rng.sample(list(HALLMARK_KEYWORDS), rng.choice([0, 1, 1, 2]))
            told = " and ".join(HALLMARK_KEYWORDS[name] for name in names)
            lines.append(f"The level of {told} rose in sample {rng.randint(1, 999)} ." if names else rng.choice(FILLERS))
            groups.append(" AND ".join(f"{name.capitalize()}--Invented" for name in names) or rng.choice(["", "NULL"]))
        files[f"text/{8_100_000 + place}.txt"] = "\n".join(lines) + "\n"
        files[f"labels/{8_100_000 + place}.txt"] = "".join(f"<{group}" for group in groups)
    return files
