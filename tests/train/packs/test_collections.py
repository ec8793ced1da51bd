"""A recipe that names a collection trains on its trained tasks, and on no other."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from training_corpus import fill, instances, tasks

from medslake.errors import UnknownName
from medslake.lake import open_lake
from medslake.lake.storage.tables import CommitInfo
from medslake.recipes.base import Recipe
from medslake.train.packs.pack import _wanted


def test_a_collection_stands_for_its_trained_tasks(tmp_path: Path) -> None:
    lake = fill(open_lake(str(tmp_path / "lake")), instances(10))
    rows = [row | {"collection": "paper" if row["task_id"] == "task11" else "medslake"} for row in tasks(())]
    schema = lake.spec("gold.tasks").arrow_schema()
    lake.arrow.replace("gold.tasks", pa.Table.from_pylist(rows, schema=schema), CommitInfo("test/tasks", None))

    def trained_on(*names: str) -> set[str]:
        with lake.run("pack", params={}) as run:
            where = _wanted(run, Recipe("r", "x", model="tiny", tasks=names))
            return set(lake.arrow.read("gold.instructions", columns=["task_id"], where=where)["task_id"].to_pylist())

    assert trained_on("paper") == {"task11"} and trained_on("medslake") == {"task57"}
    assert trained_on("paper", "task57") == trained_on() == {"task11", "task57"}
    with pytest.raises(UnknownName):
        trained_on("papers")
