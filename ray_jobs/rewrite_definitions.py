"""Rewrite definitions by a model in batches, as a Ray job; takes what `medslake definitions rewrite` takes.

Example: ray job submit --working-dir . -- python ray_jobs/rewrite_definitions.py --lake /data/lake --model /data/model --per 10

The lake's folder is absolute, as a job runs in a copy of the working directory.
"""

from __future__ import annotations

from medslake.cli import script

if __name__ == "__main__":
    script(__doc__, "definitions", "rewrite")
