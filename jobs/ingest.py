"""Native files into bronze and silver, as a Spark job; takes what `medslake ingest` takes.

spark-submit jobs/ingest.py medqa --lake ./lake --from /data/medqa
spark-submit jobs/ingest.py medqa --lake ./lake --from /data/medqa --dry-run
python jobs/ingest.py hoc --lake ./lake --from /data/hoc --limit 50 --json

spark-submit itself folds stderr into stdout: there the JSON object of --json is the last line, with plain python it is the only one.
"""

from __future__ import annotations

from medslake.cli import script

if __name__ == "__main__":
    script(__doc__, "ingest")
