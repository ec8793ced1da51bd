"""Run the expectations of all tables, as a Spark job; takes what `medslake check` takes; exit code 1 when a rule fails.

spark-submit jobs/check.py --lake ./lake
spark-submit jobs/check.py silver.questions --lake ./lake --json

A schedule calls it between ingest and build.
spark-submit itself folds stderr into stdout: there the JSON object of --json is the last line, with plain python it is the only one.
"""

from __future__ import annotations

from medslake.cli import script

if __name__ == "__main__":
    script(__doc__, "check")
