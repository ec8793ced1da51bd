"""What two versions of a table differ by: counted by key, by source, by column, and nothing of what rows say."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from things import NAME, arrow, specs, thing

import medslake
from medslake.cli import main
from medslake.errors import UnknownName, UsageError
from medslake.lake import Lake, open_lake
from medslake.lake.schema.ddl import bronze_spec
from medslake.lake.sql.diff import Counts, diff
from medslake.lake.storage.arrow import ArrowTables
from medslake.lake.storage.tables import CommitInfo

JOB = CommitInfo("job")


@pytest.fixture
def tables(tmp_path: Path) -> ArrowTables:
    return ArrowTables(str(tmp_path), specs)


def written(tables: ArrowTables, name: str, versions: list[list[dict[str, Any]]], spec: Any) -> None:
    for rows in versions:
        tables.replace(name, pa.Table.from_pylist(rows, schema=spec.arrow_schema()), JOB, spec=spec)


def test_every_type_is_compared_and_its_column_named(tables: ArrowTables) -> None:
    others: dict[str, Any] = {
        "n": None, "x": 0.2, "ok": False, "tags": ["t1", "", None], "pairs": [], "facts": {"k": "w"}, "made": None, "day": None,
        "amount": None, "raw": b"",
    }  # fmt: skip
    before = [thing(name) for name in (*others, "same", "gone")]
    after = [thing(name, **{name: value}) for name, value in others.items()] + [thing("same"), thing("new"), thing("newer")]
    for rows in (before, after):
        tables.replace(NAME, arrow(*rows), JOB)
    found = diff(tables.place, NAME, 0, 1)
    assert found.key == ("id",) and found.slices == {"whole": Counts(2, 1, len(others), 1)}
    assert found.columns == dict.fromkeys(others, 1)
    assert diff(tables.place, NAME, 1, 0).slices == {"whole": Counts(1, 2, len(others), 1)}
    assert diff(tables.place, NAME, 1, 1).slices == {"whole": Counts(0, 0, 0, len(after))}


def test_a_slice_that_was_not_written_is_the_same_without_its_files_being_opened(
    tables: ArrowTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables.append(NAME, arrow(*(thing(f"a{n}", "a") for n in range(5)), *(thing(f"b{n}", "b") for n in range(3))), JOB)
    tables.replace(NAME, arrow(thing("b0", "b", n=1), thing("b9", "b")), JOB, where={"part": "b"})
    assert diff(tables.place, NAME, 0, 1).slices == {"whole": Counts(1, 2, 1, 5)}


def test_silver_goes_by_source_and_record_whatever_the_place(tables: ArrowTables) -> None:
    spec = open_lake("unused").spec("silver.questions")

    def row(source: str, record: str, **more: Any) -> dict[str, Any]:
        origin = {"table": "bronze.x__y", "version": 0, "file": "x.csv", "sha256": "0" * 64, "row": 1}
        told = {"source": source, "record_id": record, "split": "train", "language": "en", "domain": "x", "access": "private"}
        return {**dict.fromkeys(spec.names), **told, "origin": origin, "question": "Is it?", **more}

    before = [row("one", "1"), row("one", "2"), row("two", "1"), row("two", "2")]
    moved = {"table": "bronze.x__y", "version": 1, "file": "y.csv", "sha256": "1" * 64, "row": 9}
    after = [row("one", "1", origin=moved), row("one", "3"), row("two", "1", question="Was it?", access="public"), row("two", "2")]
    written(tables, spec.name, [before, after], spec)
    found = diff(tables.place, spec.name, 0, 1)
    assert found.slices == {"one": Counts(1, 1, 0, 1), "two": Counts(0, 0, 1, 1)}
    assert found.columns == {"question": 1, "access": 1} and set(found.key) == {"source", "record_id"}


@pytest.mark.parametrize("key", [("id",), ()])
def test_bronze_goes_by_its_key_or_by_file_and_row(key: tuple[str, ...], tables: ArrowTables) -> None:
    spec = bronze_spec("probe", "rows", "id STRING, text STRING", key)

    def rows(*pairs: tuple[str, str], digest: str) -> list[dict[str, Any]]:
        place = {"_source": "probe", "_file": "rows.csv", "_sha256": digest * 64, "_access": "public"}
        return [{"id": id_, "text": text, "_row": at, **place} for at, (id_, text) in enumerate(pairs, start=1)]

    written(tables, spec.name, [rows(("a", "x"), ("b", "y"), digest="0"), rows(("0", "new"), ("a", "x"), ("b", "z"), digest="1")], spec)
    found = diff(tables.place, spec.name, 0, 1)
    if key:
        assert found.slices == {"probe": Counts(1, 0, 1, 1)} and found.columns == {"text": 1}
    else:
        assert found.key == ("_file", "_row")
        assert found.slices == {"probe": Counts(1, 0, 2, 0)} and found.columns == {"id": 2, "text": 2}


def test_counts_are_those_of_a_plain_comparison(tables: ArrowTables) -> None:
    spec = bronze_spec("probe", "rows", "id STRING, a STRING, b DOUBLE", ("id",))
    drawn = random.Random(7)

    def table() -> list[dict[str, Any]]:
        ids = [*drawn.sample(range(400), 300), None]
        place = {"_source": "probe", "_file": "f", "_sha256": "0", "_row": 1, "_access": "public"}
        return [
            {"id": None if n is None else str(n), "a": drawn.choice([None, "", "x"]), "b": drawn.choice([None, 0.5]), **place} for n in ids
        ]

    old, new = table(), table()
    written(tables, spec.name, [old, new], spec)
    by_key = [{row["id"]: (row["a"], row["b"]) for row in rows} for rows in (old, new)]
    both = by_key[0].keys() & by_key[1].keys()
    changed = [id_ for id_ in both if by_key[0][id_] != by_key[1][id_]]
    columns = Counter(name for id_ in both for name, x, y in zip("ab", by_key[0][id_], by_key[1][id_], strict=True) if x != y)
    found = diff(tables.place, spec.name, 0, 1)
    assert found.slices == {
        "probe": Counts(len(by_key[1].keys() - both), len(by_key[0].keys() - both), len(changed), len(both) - len(changed))
    }
    assert found.columns == dict(columns)


def test_keys_that_stand_twice_are_counted_as_rows(tables: ArrowTables) -> None:
    tables.append(NAME, arrow(thing("x"), thing("x", n=1), thing("y")), JOB)
    tables.replace(NAME, arrow(thing("x", n=1), thing("x"), thing("y"), thing("y")), JOB)
    assert diff(tables.place, NAME, 0, 1).slices == {"whole": Counts(1, 0, 0, 3)}


def test_the_verb_tells_counts_and_no_word_of_a_row(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    lake: Lake = open_lake(str(tmp_path / "lake"))
    spec = bronze_spec("probe", "rows", "id STRING, text STRING", ("id",))
    place = {"_source": "probe", "_file": "rows.csv", "_sha256": "0" * 64, "_row": 1, "_access": "private"}
    written(lake.arrow, spec.name, [[{"id": "cobalt", "text": text, **place}] for text in ("ochre", "vermilion")], spec)
    result = medslake.diff(lake, spec.name, 0, 1)
    assert result.differs and result.total.changed == 1
    for arguments in ([], ["--json"]):
        with pytest.raises(SystemExit) as ended:
            main(["diff", spec.name, "0", "1", "--lake", lake.root, *arguments])
        told = capfd.readouterr()
        assert ended.value.code == 0
        assert not {"cobalt", "ochre", "vermilion"} & set((told.out + told.err).replace(",", " ").split())
    assert json.loads(told.out) == result.to_dict()


def test_what_cannot_be_compared_is_one_sentence(tables: ArrowTables, tmp_path: Path) -> None:
    tables.append(NAME, arrow(thing("x")), JOB)
    with pytest.raises(UsageError, match=r"silver.things has no version 7 \(newest: 0\)"):
        diff(tables.place, NAME, 0, 7)
    with pytest.raises(UnknownName):
        diff(tables.place, "silver.none", 0, 1)
    spec = open_lake("unused").spec("ops.quarantine")
    written(tables, spec.name, [[], []], spec)
    with pytest.raises(UsageError, match="has no key"):
        diff(tables.place, spec.name, 0, 1)
    tables.replace(NAME, arrow(thing("y")), JOB)
    for path in (tmp_path / "silver" / "things").rglob("*.parquet"):
        path.unlink()
    with pytest.raises(UsageError) as caught:
        diff(tables.place, NAME, 0, 1)
    assert "\n" not in str(caught.value)
