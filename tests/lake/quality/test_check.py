"""Checks of what is committed, and the pages that tell their outcome."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from lake_rows import CANARY, definition, document, documents, table

from medslake.lake import open_lake
from medslake.lake.quality import gate
from medslake.lake.quality.gate import CheckResult
from medslake.lake.quality.pages import Page, write_pages
from medslake.lake.storage.place import Place
from medslake.lake.storage.tables import CommitInfo

BY_HAND = CommitInfo("by hand")


@pytest.fixture
def behind_the_gate(tmp_path):
    """A lake with rows that no gate has seen."""
    lake = open_lake(str(tmp_path / "lake"))
    rows = [*documents(4), document(3), document(5, split="dev"), document(6, title=f"<b>{CANARY}</b>", sections=[])]
    lake.arrow.append("silver.documents", table("silver.documents", rows), BY_HAND)
    lake.arrow.append("gold.definitions", table("gold.definitions", [definition(1)]), BY_HAND)
    return lake


@pytest.mark.slow
def test_small_tables_are_checked_without_spark(behind_the_gate):
    results = behind_the_gate.check()
    failed = {(r.table, r.rule): (r.unexpected, r.rows) for r in results if not r.success}
    told = {"unique(source, record_id)": 1, "in_set(split)": 1, "sections": 1}
    assert failed == {("silver.documents", rule): (count, 7) for rule, count in told.items()}
    assert not behind_the_gate.has_spark


def test_large_tables_are_checked_alike(behind_the_gate, spark, monkeypatch):
    results = behind_the_gate.check("silver.documents")
    monkeypatch.setattr(gate, "SMALL_ROWS", 0)
    assert open_lake(behind_the_gate.root, spark).check("silver.documents") == results


@pytest.mark.slow
def test_pages_tell_all_but_the_rows(behind_the_gate):
    behind_the_gate.check("gold.definitions")
    behind_the_gate.check("silver.documents")
    folder = Path(behind_the_gate.root) / "_quality"
    html, told = ((folder / name).read_text() for name in ("index.html", "silver.documents.json"))
    assert "gold.definitions" in html and "in_set(split)" in html and "version 0, 7 rows" in html
    assert "http" not in html and CANARY not in html + told
    outcome = json.loads(told)
    assert outcome["great_expectations"]["statistics"]["evaluated_expectations"] > 10
    assert {r["rule"] for r in outcome["rules"] if not r["success"]} == {"unique(source, record_id)", "in_set(split)", "sections"}


def test_page_is_escaped(tmp_path):
    result = CheckResult("gold.t", "<b>rule</b>", "warn", False, 1, 2)
    write_pages(Place(str(tmp_path)), [Page("gold.t", 3, 2, [result], {"success": False})], dt.datetime.now(dt.UTC))
    html = (tmp_path / "_quality" / "index.html").read_text()
    assert "&lt;b&gt;rule&lt;/b&gt;" in html and "<b>" not in html and "does not hold" in html
