"""Which definitions are drawn among: accepted ones of the recipe's kinds; written ones stay, as gold.instructions names them."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from training_corpus import Packed

from medslake.errors import UsageError
from medslake.recipes import Recipe
from medslake.train.models import load_tokenizer
from medslake.train.packs.chat import chat_format
from medslake.train.packs.instances import Definitions, tokenise_definitions
from medslake.train.packs.token_pool import TokenPool

ROWS = [
    ("w1", "written", True),
    ("w2", "written", None),
    ("w3", "written", False),
    ("c1", "combined", True),
    ("c2", "combined", False),
    ("i1", "imported", True),
]


def made(packed: Packed, tmp_path: Path, *kinds: str, task: str = "task11") -> tuple[Definitions, set[str]]:
    rows = [
        {"definition_id": name, "task_id": task, "text": f"Do {name}.", "number": n, "kind": kind, "accepted": accepted}
        for n, (name, kind, accepted) in enumerate(ROWS)
    ]
    found = tokenise_definitions(
        pa.Table.from_pylist(rows), chat_format(load_tokenizer(packed.plan.model)), TokenPool(tmp_path / "pool"), kinds
    )
    return found, {found.ids[int(at)].as_py() for at in found.by_task[task]}


def test_accepted_ones_of_the_kinds_are_drawn_among(packed: Packed, tmp_path: Path) -> None:
    assert made(packed, tmp_path, "written")[1] == {"w1", "w2"}
    found, drawn = made(packed, tmp_path, "combined", "imported")
    assert drawn == {"c1", "i1"}
    assert {"w1", "w2", "w3"} <= set(found.ids.to_pylist()) and "c2" not in found.ids.to_pylist()
    assert made(packed, tmp_path, "written", "combined")[1] == {"w1", "w2", "c1"}


def test_a_task_without_any_of_the_kinds_falls_back_to_its_written_ones(packed: Packed, tmp_path: Path) -> None:
    assert made(packed, tmp_path, "rewritten")[1] == {"w1", "w2"}


def test_a_recipe_names_kinds_that_there_are() -> None:
    with pytest.raises(UsageError, match="found"):
        Recipe("r", "about", model="tiny", definition_kinds=("found",))
    with pytest.raises(UsageError, match="no kind"):
        Recipe("r", "about", model="tiny", definition_kinds=())
