"""Train on a pack plan, as a Ray job; takes what `medslake train` takes.

Example: ray job submit --working-dir . -- python ray_jobs/train.py --lake /data/lake --recipe mmedins_llama3 --workers 32

The lake's folder is absolute, as a job runs in a copy of the working directory.
"""

from __future__ import annotations

from medslake.cli import script

if __name__ == "__main__":
    script(__doc__, "train")
