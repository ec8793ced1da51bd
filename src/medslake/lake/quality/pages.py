"""Data Docs: Great Expectations' JSON per table and one page over all, in `<lake>/_quality`.

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
from medslake.lake.storage.transactions import WHOLE

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
    """Outcome of the checks of one table. rows: of the version that was checked."""

    table: str
    version: int
    rows: int
    results: Sequence[CheckResult]
    validation: dict[str, Any]


def write_pages(place: Place, pages: Sequence[Page], checked: datetime) -> None:
    """Put the outcomes beside those of tables that were checked earlier, and draw the page anew."""
    if not pages:
        return
    place.filesystem.create_dir(_path(place, ""), recursive=True)
    for page in pages:
        _write(place, f"{page.table}.json", json.dumps(_outcome(page, checked), indent=1, sort_keys=True, ensure_ascii=False, default=str))
    _write(place, "index.html", _html(_all(place)))


def _outcome(page: Page, checked: datetime) -> dict[str, Any]:
    # Great Expectations repeats what it was given to check; only its verdicts are kept.
    kept = {k: page.validation[k] for k in ("success", "statistics", "results", "suite_name") if k in page.validation}
    return {
        "table": page.table,
        "version": page.version,
        "checked": checked.isoformat(timespec="seconds"),
        "rows": page.rows,
        "rules": [asdict(r) for r in page.results],
        "great_expectations": kept,
    }


def _all(place: Place) -> list[dict[str, Any]]:
    from pyarrow.fs import FileSelector

    names = [i.base_name for i in place.filesystem.get_file_info(FileSelector(_path(place, ""))) if i.base_name.endswith(".json")]
    return [_read(place, name) for name in sorted(names)]


def _html(tables: Sequence[dict[str, Any]]) -> str:
    body = "".join(_section(outcome) for outcome in tables)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Quality of the lake</title><style>{_STYLE}</style></head><body><h1>Quality of the lake</h1>"
        "<p>What every table was held to when it was last checked. At a write rules of severity quarantine set rows aside "
        "(ops.quarantine), error refuses it, warn is only recorded.</p>"
        f"{body}</body></html>\n"
    )


def _section(outcome: dict[str, Any]) -> str:
    broken = [r for r in outcome["rules"] if r["unexpected"] or not r["success"]]
    held = [r for r in outcome["rules"] if not (r["unexpected"] or not r["success"])]
    table, version, count, checked = (outcome[name] for name in ("table", "version", "rows", "checked"))
    head = f"<p>version {version}, {count:,} rows; checked {escape(checked)}</p>"
    rest = f"<details><summary>{len(held)} rules hold for every row</summary>{_rules(held)}</details>" if held else ""
    return f"<h2>{escape(table)}</h2>{head}{_rules(broken) if broken else ''}{rest}"


def _rules(rules: Sequence[dict[str, Any]]) -> str:
    rows = []
    for r in rules:
        if not r["success"]:
            state, outcome = "failed", "does not hold"
        else:
            state, outcome = ("some", "holds for enough rows") if r["unexpected"] else ("held", "holds")
        rows.append(
            f"<tr><td>{escape(r['rule'])}{escape(_of(r))}</td><td>{escape(r['severity'])}</td><td class='{state}'>{outcome}</td>"
            f"<td class=n>{r['unexpected']:,}</td></tr>"
        )
    return f"<table><tr><th>rule</th><th>severity</th><th>outcome</th><th class=n>rows that break it</th></tr>{''.join(rows)}</table>"


def _of(rule: dict[str, Any]) -> str:
    """The slice that was looked at, where it is not the whole table."""
    return "" if rule.get("slice", WHOLE) == WHOLE else f", {rule['slice']}"


def _path(place: Place, name: str) -> str:
    return place.folder(FOLDER) + (f"/{name}" if name else "")


def _read(place: Place, name: str) -> dict[str, Any]:
    with place.filesystem.open_input_stream(_path(place, name)) as file:
        found: dict[str, Any] = json.loads(file.read())
    return found


def _write(place: Place, name: str, text: str) -> None:
    """Write beside and rename, so that a reader never sees half a file."""
    beside = _path(place, f".{name}.{uuid.uuid4().hex}")
    with place.filesystem.open_output_stream(beside) as file:
        file.write(text.encode())
    place.filesystem.move(beside, _path(place, name))
