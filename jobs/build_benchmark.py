"""gold.instructions to gold.benchmark, behind the leak gate, as a Spark job; takes what `medslake build benchmark` takes.

spark-submit jobs/build_benchmark.py --lake ./lake
spark-submit jobs/build_benchmark.py --lake ./lake --prompt chat --shots fixed:3
python jobs/build_benchmark.py --lake ./lake --task task126 --size full --json

spark-submit itself folds stderr into stdout: there the JSON object of --json is the last line, with plain python it is the only one.
"""

from __future__ import annotations

from medslake.cli import script

if __name__ == "__main__":
    script(__doc__, "build", "benchmark")
