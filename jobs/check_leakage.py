"""Look for benchmark rows that training gives away, as a Spark job; takes what `medslake leaks` takes; exit code 1 when it finds one.

spark-submit jobs/check_leakage.py --lake ./lake
python jobs/check_leakage.py --lake ./lake --policy ngram=block --dry-run --json

spark-submit itself folds stderr into stdout: there the JSON object of --json is the last line, with plain python it is the only one.
"""

from __future__ import annotations

from medslake.cli import script

if __name__ == "__main__":
    script(__doc__, "leaks")
