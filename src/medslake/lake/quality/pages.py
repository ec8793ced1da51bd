"""Check results for people: Great Expectations' JSON per table and one page over all, in `<lake>/_quality`.

The page needs no server and no network, unlike Great Expectations' own, and shows rules and counts only: no value of a row gets into it.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from html import escape
from typing import Any

from medslake.lake.quality.gate import CheckResult
from medslake.lake.storage.place import Place

__all__ = ["Page", "write_pages"]

FOLDER = "_quality"
_STYLE = """
:root { color-scheme: light dark; --line: #8884; --dim: #888; --bad: #c33; --warn: #b70; --good: #283; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.05rem; margin: 2rem 0 .3rem; }
p { color: var(--dim); margin: .2rem 0; } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .25rem .6rem; border-bottom: 1px solid var(--line); } td.n, th.n { text-align: right; }
td { font-variant-numeric: tabular-nums; } .held { color: var(--good); } .failed { color: var(--bad); font-weight: 600; }
.some { color: var(--warn); } summary { cursor: pointer; color: var(--dim); }
"""


@dataclass(frozen=True)
class Page:
    """Outcome of one write's checks. slice: the part of the table that was written."""

    table: str
    slice: str
    run_id: str
    seen: int
    quarantined: int
    results: Sequence[CheckResult]
    validation: dict[str, Any]


def write_pages(place: Place, pages: Sequence[Page], checked: datetime) -> None:
    """Put the outcomes beside those of earlier runs, the newest per slice, and draw the page anew."""
    if not pages:
        return
    place.filesystem.create_dir(_path(place, ""), recursive=True)
    for table in sorted({p.table for p in pages}):
        told = _read(place, f"{table}.json") or {"table": table, "slices": {}}
        for page in (p for p in pages if p.table == table):
            # Of the batches of an append the page shows the last one.
            told["slices"][page.slice.partition(",batch=")[0]] = _told(page, checked)
        _write(place, f"{table}.json", json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False, default=str))
    _write(place, "index.html", _html(_all(place)))


def _told(page: Page, checked: datetime) -> dict[str, Any]:
    # Great Expectations repeats what it was given to check; only its verdicts are kept.
    kept = {k: page.validation[k] for k in ("success", "statistics", "results", "suite_name") if k in page.validation}
    return {
        "run": page.run_id,
        "checked": checked.isoformat(timespec="seconds"),
        "rows": page.seen,
        "quarantined": page.quarantined,
        "rules": [asdict(r) for r in page.results],
        "great_expectations": kept,
    }


def _all(place: Place) -> list[dict[str, Any]]:
    from pyarrow.fs import FileSelector

    names = [i.base_name for i in place.filesystem.get_file_info(FileSelector(_path(place, ""))) if i.base_name.endswith(".json")]
    return [told for name in sorted(names) if (told := _read(place, name))]


def _html(tables: Sequence[dict[str, Any]]) -> str:
    body = "".join(_section(told["table"], slice_, outcome) for told in tables for slice_, outcome in sorted(told["slices"].items()))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Quality of the lake</title><style>{_STYLE}</style></head><body><h1>Quality of the lake</h1>"
        "<p>What every table was held to when it was last written. Rules of severity quarantine set rows aside "
        "(ops.quarantine), error refuses the write, warn is only told.</p>"
        f"{body}</body></html>\n"
    )


def _section(table: str, slice_: str, outcome: dict[str, Any]) -> str:
    place = table if slice_ == "whole" else f"{table}, {slice_}"
    broken = [r for r in outcome["rules"] if r["unexpected"] or not r["success"]]
    held = [r for r in outcome["rules"] if not (r["unexpected"] or not r["success"])]
    told = f"{outcome['rows']:,} rows seen, {outcome['quarantined']:,} set aside; checked {outcome['checked']} by run {outcome['run']}"
    head = f"<p>{escape(told)}</p>"
    rest = f"<details><summary>{len(held)} rules held for every row</summary>{_rules(held)}</details>" if held else ""
    return f"<h2>{escape(place)}</h2>{head}{_rules(broken) if broken else ''}{rest}"


def _rules(rules: Sequence[dict[str, Any]]) -> str:
    rows = []
    for r in rules:
        if not r["success"]:
            state, outcome = "failed", "failed"
        else:
            state, outcome = ("some", "held on the others") if r["unexpected"] else ("held", "held")
        rows.append(
            f"<tr><td>{escape(r['rule'])}</td><td>{escape(r['severity'])}</td><td class='{state}'>{outcome}</td>"
            f"<td class=n>{r['unexpected']:,}</td></tr>"
        )
    return f"<table><tr><th>rule</th><th>severity</th><th>outcome</th><th class=n>rows that break it</th></tr>{''.join(rows)}</table>"


def _path(place: Place, name: str) -> str:
    return place.folder(FOLDER) + (f"/{name}" if name else "")


def _read(place: Place, name: str) -> dict[str, Any] | None:
    from pyarrow.fs import FileType

    if place.filesystem.get_file_info(_path(place, name)).type != FileType.File:
        return None
    with place.filesystem.open_input_stream(_path(place, name)) as file:
        found: dict[str, Any] = json.loads(file.read())
    return found


def _write(place: Place, name: str, text: str) -> None:
    """Write beside and rename, so that a reader never sees half a file."""
    beside = _path(place, f".{name}.{uuid.uuid4().hex}")
    with place.filesystem.open_output_stream(beside) as file:
        file.write(text.encode())
    place.filesystem.move(beside, _path(place, name))
