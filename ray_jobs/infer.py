"""Answer the benchmark in batches, as a Ray job; takes what `medslake infer` takes.

Example: ray job submit --working-dir . -- python ray_jobs/infer.py --lake /data/lake --model /data/model --workers 8

The lake's folder is absolute, as a job runs in a copy of the working directory.
"""

from __future__ import annotations

from medslake.cli import script

if __name__ == "__main__":
    script(__doc__, "infer")
