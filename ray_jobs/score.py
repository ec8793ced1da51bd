"""Score predictions, `paper` and `strict`, as a Ray job; takes what `medslake score` takes.

Example: ray job submit --working-dir . -- python ray_jobs/score.py --lake /data/lake
         python ray_jobs/score.py --predictions eval_results.csv --variant both --json

The lake's folder is absolute, as a job runs in a copy of the working directory.
"""

from __future__ import annotations

from medslake.cli import script

if __name__ == "__main__":
    script(__doc__, "score")
