"""Instructions and benchmark for `datasets.load_dataset(FOLDER, "instructions")`: Parquet with features, and a card."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from medslake import __version__
from medslake.errors import DataCheckFailed, UsageError
from medslake.export.files import by_class, replaced, write_text

if TYPE_CHECKING:
    from medslake.lake import Lake

__all__ = ["export_hugging_face"]

#: configuration -> table, splits, columns left out: what points into the lake.
_TABLES = {
    "instructions": ("gold.instructions", ("train", "validation"), ("split", "origin", "joined", "record_ids", "subject_id", "renderer")),
    "benchmark": ("gold.benchmark", ("test",), ("split", "origin", "joined", "record_ids", "subject_id")),
}


def export_hugging_face(lake: Lake, tasks: Sequence[str] | None, out: Path, clearance: str) -> tuple[list[Path], dict[str, int]]:
    """`<configuration>/<split>.parquet` and `README.md`, and the rows left out by access class.

    Test instances leave as benchmark rows alone. Raises UsageError where neither table is there, DataCheckFailed when there is nothing to
    write.
    """
    files: list[Path] = []
    left_out: Counter[str] = Counter()
    configurations: dict[str, list[str]] = {}
    versions = {}
    leaving = lake.leaving(clearance)
    for name, (table, splits, hidden) in _TABLES.items():
        if not lake.exists(table):
            continue
        versions[table] = lake.version(table)
        for split in splits:
            rows, above = leaving.split(_rows(lake, table, split, tasks, versions[table]))
            left_out.update(above)
            rows = rows.drop_columns([column for column in hidden if column in rows.column_names])
            if rows.num_rows:
                files.append(_write(rows, out / name / f"{split}.parquet"))
                configurations.setdefault(name, []).append(split)
    if not versions:
        raise UsageError("There are no instructions and no benchmark to export.", hint="Run: medslake build instructions")
    if not files:
        raise DataCheckFailed(
            f"Nothing to export at clearance {clearance!r} ({sum(left_out.values()):,} rows are above it).",
            hint="Run: medslake build instructions",
        )
    made_from = ", ".join(f"{table}@{version}" for table, version in versions.items())
    card = write_text(out / "README.md", _card(configurations, made_from, clearance, left_out))
    return [card, *files], dict(sorted(left_out.items()))


def _rows(lake: Lake, table: str, split: str, tasks: Sequence[str] | None, version: int) -> pa.Table:
    where = ds.field("split") == split
    if tasks:
        where = where & ds.field("task_id").isin(list(tasks))
    key = "instance_id" if table == "gold.instructions" else "row_id"
    rows = lake.arrow.read(table, version, where=where).sort_by([("task_id", "ascending"), (key, "ascending")])
    if table == "gold.benchmark" or not lake.exists("gold.definitions"):
        return rows
    wordings = lake.arrow.read("gold.definitions", columns=["definition_id", "text"])
    at = pc.index_in(rows["definition_id"], value_set=wordings["definition_id"].combine_chunks())
    return rows.append_column("definition", wordings["text"].take(at))


def _write(rows: pa.Table, target: Path) -> Path:
    """With the features of `datasets` in the file's schema, so that they are read back as they are and not guessed."""
    from datasets import Features

    plain = rows.replace_schema_metadata(None)
    with replaced(target) as part:
        pq.write_table(plain.cast(Features.from_arrow_schema(plain.schema).arrow_schema), part)
    return target


def _card(configurations: dict[str, list[str]], versions: str, clearance: str, left_out: Counter[str]) -> str:
    lines = ["---", "configs:"]
    for name, splits in configurations.items():
        lines += [f"- config_name: {name}", "  data_files:"]
        for split in splits:
            lines += [f"  - split: {split}", f"    path: {name}/{split}.parquet"]
    hidden = by_class(left_out) or "none"
    lines += [
        "---",
        "",
        f"Written by medslake {__version__} from {versions}. Access class of every row: {clearance} or below; rows left out: {hidden}.",
        "Each row keeps its own `access` and `source`; the licence of the source holds.",
    ]
    return "\n".join(lines) + "\n"
