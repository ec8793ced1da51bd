"""Say of each conversation how medical it is, as a Spark job; takes what `medslake tag` takes.

spark-submit jobs/tag.py silver.dialogues --lake ./lake
python jobs/tag.py silver.dialogues --lake ./lake --tagger lexical --source lima --json

spark-submit itself folds stderr into stdout: there the JSON object of --json is the last line, with plain python it is the only one.
"""

from __future__ import annotations

from medslake.cli import script

if __name__ == "__main__":
    script(__doc__, "tag")
