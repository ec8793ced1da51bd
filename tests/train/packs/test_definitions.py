"""Which definitions are drawn among: accepted ones of the recipe's kinds and languages; gold.instructions names written ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from training_corpus import Packed, definitions, fill, instances, tasks

from medslake import registry
from medslake.errors import UsageError
from medslake.lake import open_lake
from medslake.lake.storage.tables import CommitInfo
from medslake.recipes import Recipe, override
from medslake.recipes.tiny import RECIPE as TINY
from medslake.train.models import load_tokenizer
from medslake.train.packs.chat import chat_format
from medslake.train.packs.instances import Definitions, tokenise_definitions
from medslake.train.packs.pack import pack
from medslake.train.packs.plan import plan_of
from medslake.train.packs.token_pool import TokenPool

pytestmark = pytest.mark.slow

ROWS = [
    ("w1", "written", True, "English"),
    ("w2", "written", None, "English"),
    ("w3", "written", False, "English"),
    ("s4", "written", True, "Spanish"),
    ("s5", "written", True, "Spanish"),
    ("s6", "written", False, "Spanish"),
    ("k7", "written", True, "Catalan"),
    ("c1", "combined", True, "English"),
    ("c2", "combined", False, "English"),
    ("i1", "imported", True, "English"),
]


def made(
    packed: Packed, tmp_path: Path, *kinds: str, task: str = "task11", languages: tuple[str, ...] = ("task",)
) -> tuple[Definitions, set[str]]:
    rows = [
        {
            "definition_id": name,
            "task_id": task,
            "text": f"Do {name}.",
            "number": n,
            "kind": kind,
            "accepted": accepted,
            "language": language,
        }
        for n, (name, kind, accepted, language) in enumerate(ROWS, start=1)
    ]
    found = tokenise_definitions(
        pa.Table.from_pylist(rows), chat_format(load_tokenizer(packed.plan.model)), TokenPool(tmp_path / "pool"), kinds, languages
    )
    return found, {found.ids[int(at)].as_py() for at in found.by_task[task]}


def test_accepted_ones_of_the_kinds_are_drawn_among(packed: Packed, tmp_path: Path) -> None:
    assert made(packed, tmp_path, "written")[1] == {"w1", "w2"}
    found, drawn = made(packed, tmp_path, "combined", "imported")
    assert drawn == {"c1", "i1"}
    assert set(found.ids.to_pylist()) == {"w1", "w2", "w3", "c1", "i1"} and not found.by_language
    assert made(packed, tmp_path, "written", "combined")[1] == {"w1", "w2", "c1"}


def test_a_task_without_any_of_the_kinds_falls_back_to_its_written_ones(packed: Packed, tmp_path: Path) -> None:
    assert made(packed, tmp_path, "rewritten")[1] == {"w1", "w2"}


@pytest.mark.parametrize(
    ("languages", "kinds", "spanish"),
    [
        (("data",), ("written",), {"s4", "s5"}),
        (("task", "data"), ("written",), {"s4", "s5", "w1", "w2"}),
        (("data", "task"), ("written", "combined"), {"s4", "s5", "w1", "w2", "c1"}),
        # Of these kinds there is none in the language of the data.
        (("data",), ("imported",), {"s4", "s5"}),
        (("task", "data"), ("imported",), {"s4", "s5", "i1"}),
    ],
)
def test_wordings_in_the_language_of_the_data_are_for_instances_in_it(
    packed: Packed, tmp_path: Path, languages: tuple[str, ...], kinds: tuple[str, ...], spanish: set[str]
) -> None:
    found, others = made(packed, tmp_path, *kinds, languages=languages)
    drawn = {key: {found.ids[int(at)].as_py() for at in places} for key, places in found.by_language.items()}
    assert drawn == {("task11", "Spanish"): spanish, ("task11", "Catalan"): spanish - {"s4", "s5"} | {"k7"}}
    assert others == made(packed, tmp_path, *kinds)[1]


def spanish_corpus(home: Path, *, native: bool) -> Any:
    """English inputs of task57; of task11 Spanish, Catalan and German ones, with wordings in the first two where `native` says so."""
    rows = instances(120)
    for number, row in enumerate(one for one in rows if one["task_id"] == "task11"):
        row["input_language"] = ("Spanish", "Catalan", "German")[number % 3]
        row["output_language"] = "Spanish"
    lake = fill(open_lake(str(home)), rows)
    told = definitions()
    if native:
        shared = {**told[0], "task_id": "task11"}
        told += [{**shared, "definition_id": f"d{n}", "text": f"Lee esto, {n}.", "language": "Spanish", "number": n} for n in range(4, 9)]
        told.append({**shared, "definition_id": "d9", "text": "Llegiu això.", "language": "Catalan", "number": 9})
    table = pa.Table.from_pylist(told, schema=lake.spec("gold.definitions").arrow_schema())
    lake.arrow.replace("gold.definitions", table, CommitInfo("test"))
    return lake


def given(lake: Any, *settings: str) -> tuple[list[dict[str, Any]], set[tuple[int, str, str]]]:
    """Packed rows, but for the plan's name, and of each segment epoch, language of its data and definition."""
    result = pack(lake, override(TINY, ["epochs=2", *settings]))
    table = lake.arrow.read("gold.packs", where={"plan": result["plan"]}).sort_by("row").drop_columns(["plan", "instructions_version"])
    rows = table.to_pylist()
    spoken = {row["instance_id"]: row["input_language"] for row in lake.arrow.read("gold.instructions").to_pylist()}
    return rows, {(row["epoch"], spoken[one["instance_id"]], one["definition_id"]) for row in rows for one in row["segments"]}


def test_a_plan_takes_them_where_its_recipe_says_so_and_only_there(tmp_path: Path) -> None:
    lake, without = spanish_corpus(tmp_path / "a", native=True), spanish_corpus(tmp_path / "b", native=False)
    english = {f"{task}-d{n}" for task in ("task11", "task57") for n in (1, 2, 3)}
    rows, seen = given(lake)
    assert rows == given(without)[0] and {definition for *_, definition in seen} == english
    assert {recipe.definition_languages for recipe in registry.items("recipe").values()} == {("task",)}

    rows, seen = given(lake, "definition_languages=data")
    of = {
        language: {definition for _, spoken, definition in seen if spoken == language}
        for language in ("Spanish", "Catalan", "German", "English")
    }
    assert (of["Spanish"], of["Catalan"]) == ({"d4", "d5", "d6", "d7", "d8"}, {"d9"})
    assert of["German"] | of["English"] == english
    assert rows == given(spanish_corpus(tmp_path / "c", native=True), "definition_languages=data")[0]
    assert given(without, "definition_languages=data")[1] == given(without)[1]

    seen = given(lake, "definition_languages=task,data")[1]
    assert {definition for epoch, *_, definition in seen if epoch == 0} == english
    assert {"d4", "d9", "task11-d1"} <= {definition for epoch, *_, definition in seen if epoch == 1}


def test_the_published_rendering_is_asked_in_its_own_words(tmp_path: Path) -> None:
    lake = fill(open_lake(str(tmp_path)), instances(60))

    def packed_text(words: dict[str, str], rendering: str) -> tuple[str, str]:
        told = [row | ({"published_words": [*words.items()]} if row["task_id"] == "task11" else {}) for row in tasks(())]
        lake.arrow.replace("gold.tasks", pa.Table.from_pylist(told, schema=lake.spec("gold.tasks").arrow_schema()), CommitInfo(str(words)))
        recipe = override(TINY, ["epochs=1", f"rendering={rendering}"])
        plan, tokenizer = pack(lake, recipe)["plan"], load_tokenizer(plan_of(lake, recipe).model)
        rows = lake.arrow.read("gold.packs", where={"plan": plan}).to_pylist()
        return plan, " ".join(tokenizer.decode(row["input_ids"]) for row in rows)

    plan, text = packed_text({"Read": "Raed"}, "paper")
    assert "Raed the note and answer for task11" in text and "Read the note and answer for task11" not in text
    assert "Read the note and answer for task57" in text
    others = {packed_text({"Read": "Reda"}, "paper")[0], packed_text({}, "paper")[0], packed_text({"Read": "Raed"}, "strict")[0]}
    assert len(others | {plan}) == 4
    assert "Read the note and answer for task11" in packed_text({"Read": "Raed"}, "strict")[1]


def test_a_recipe_names_kinds_and_languages_that_there_are() -> None:
    for fields, said in (
        ({"definition_languages": ("Spanish",)}, "names Spanish; it takes task, data or both"),
        ({"definition_languages": ()}, "names none"),
        ({"definition_languages": ("data",), "definitions": "fixed"}, "definitions=fixed draws none"),
    ):
        with pytest.raises(UsageError, match=said):
            Recipe("r", "about", model="tiny", **fields)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="found"):
        Recipe("r", "about", model="tiny", definition_kinds=("found",))
    with pytest.raises(UsageError, match="no kind"):
        Recipe("r", "about", model="tiny", definition_kinds=())
