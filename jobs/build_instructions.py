"""Silver rows to gold.instructions, as a Spark job; takes what `medslake build instructions` takes.

spark-submit jobs/build_instructions.py --lake ./lake
spark-submit jobs/build_instructions.py --lake ./lake --task task106 --dry-run

spark-submit itself folds stderr into stdout: there the JSON object of --json is the last line, with plain python it is the only one.
"""

from __future__ import annotations

from medslake.cli import script

if __name__ == "__main__":
    script(__doc__, "build", "instructions")
