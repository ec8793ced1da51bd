"""ICD code lists in their old encodings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from medslake import registry
from medslake.errors import InputRefused
from medslake.sources import NativeFile
from native_fixtures import silver_frames


def test_counts_and_hand_read_codes(test_data: Callable[[str], Path], bronze_of: Callable[..., Any]) -> None:
    source, folder = registry.get("source", "icd_codes"), test_data("icd_codes")
    bronze = bronze_of(source, folder)
    assert {table: frame.count() for table, frame in bronze.items()} == {
        "icd9cm_diagnoses": 14567,
        "icd9cm_procedures": 3882,
        "icd10cm": 12315,
        "icd10cm_list": 98505,
        "icd9_to_icd10": 23912,
    }
    concepts = {row["record_id"]: row for row in silver_frames(source, bronze)["concepts"].collect()}
    assert len(concepts) == 14567 + 3882 + 12315
    assert concepts["ICD9CM:386.00"]["name"] == "Ménière's disease, unspecified"
    assert concepts["ICD9PROC:39.61"]["attributes"][0]["value"] == "3961"
    cholera = concepts["ICD10CM:A00.0"]
    assert cholera["relations"] == [("is_a", "ICD10CM:A00", None)]
    assert concepts["ICD9CM:001.0"]["xrefs"] == ["ICD10CM:A00.0"]
    assert [one["row"] for one in concepts["ICD9CM:001.0"]["joined"]] == [1]
    lines = (folder / "CMS32_DESC_LONG_DX.txt").read_bytes().decode("latin-1").splitlines()
    for row in concepts.values():
        if row["record_id"].startswith("ICD9CM:"):
            assert lines[row["origin"]["row"] - 1] == f"{row['attributes'][0]['value']:<5} {row['name']}"


def test_lines_that_do_not_fit_are_set_aside(records: Callable[..., list[dict[str, Any]]]) -> None:
    native = NativeFile(
        table="codes",
        globs=("list.txt",),
        format="fixed_width",
        schema="code STRING, weight INT",
        options={"spans": {"code": (0, 4), "weight": (4, None)}},
    )
    rows = records({"list.txt": b"A1   7\r\n\nA2\nA3   x\nA4\xff  9\n     3\n"}, native)
    assert [(row["_row"], row["code"], row["weight"]) for row in rows if row["_error"] is None] == [(1, "A1", 7), (6, None, 3)]
    assert {row["_row"]: row["_error"].partition(":")[0] for row in rows if row["_error"]} == {
        3: "line_too_short",
        4: "type",
        5: "invalid_utf8",
    }


def test_an_unrelated_folder_is_refused(tmp_path: Path) -> None:
    from medslake.ingest.inventory import take_inventory

    (tmp_path / "readme.txt").write_text("nothing here")
    try:
        take_inventory(registry.get("source", "icd_codes"), str(tmp_path))
    except InputRefused as error:
        assert "CMS32_DESC_LONG_DX.txt" in str(error)
    else:
        raise AssertionError("a folder without code lists was taken")
