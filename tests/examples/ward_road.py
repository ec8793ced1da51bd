"""The whole road with the plug-ins of examples/ward_plugins, in a process of its own: python ward_road.py FOLDER. Facts as JSON.

Spark as SPARK_MASTER says; two Ray workers train, and two answer.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main(folder: Path) -> None:
    from medslake import registry
    from medslake.bench.build import build_benchmark
    from medslake.infer.run import infer
    from medslake.ingest.ingest import ingest
    from medslake.ingest.synthetic import generate_all
    from medslake.instructions.build import build_instructions
    from medslake.lake import open_lake
    from medslake.score.run import score
    from medslake.train.run import train

    files = generate_all(folder, n=120, sources=["ward_letters"])["ward_letters"]
    lake = open_lake(str(folder / "lake"))
    tasks = ["task901", "task902", "task903"]
    ingest(lake, {"ward_letters": str(files)})
    workers = lake.spark.sparkContext._jsc.sc().getExecutorMemoryStatus().size() - 1
    build_instructions(lake, tasks)
    build_benchmark(lake, ["task901", "task902"], prompt="chat", shots=1, limit=10)
    trained = train(lake, registry.get("recipe", "ward_short"), accelerator="cpu")
    answered = infer(lake, trained["model"], engine="ward_echo", workers=2, shard_rows=4)
    score(lake)
    facts = {
        "module": registry.place("engine", "ward_echo").module,
        "spark_workers": workers,
        "devices": lake.arrow.count("silver.ward_devices"),
        "tasks": sorted(set(lake.arrow.read("gold.instructions", columns=["task_id"])["task_id"].to_pylist())),
        "steps": trained["steps"],
        "ray_workers": trained["workers"],
        "failed": answered["failed"],
        "answers": answered["tables"]["gold.predictions"]["rows"],
        "metrics": sorted(set(lake.arrow.read("gold.scores", where={"run_set": answered["run_set"]})["metric"].to_pylist())),
    }
    print(json.dumps(facts))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
