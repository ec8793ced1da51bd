"""One HTML file: leaderboard, single answers, data mix, training, quality, lineage. No server, no network."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from medslake import __version__
from medslake.bench.groups import GROUPS
from medslake.errors import UsageError
from medslake.lake.access import LEVELS
from medslake.languages import NAMES
from medslake.report.boards import note_of
from medslake.report.gather import Facts, gather

if TYPE_CHECKING:
    from medslake.lake import Lake

__all__ = ["SAMPLES", "write_report"]

#: Answers of each task and set of answers that the page carries.
SAMPLES = 200
#: Where `medslake check` writes its pages, below the lake.
_DATA_DOCS = "_quality/index.html"


def write_report(lake: Lake, out: Path | None = None, *, clearance: str = "public", samples: int = SAMPLES) -> Path:
    """Write the report and return its path.

    clearance: highest access class whose texts may stand on the page; rows above it are counted, not shown.
    samples: single answers carried for each task and set of answers. The same lake gives the same bytes. Raises UsageError.
    """
    if clearance not in LEVELS:
        raise UsageError(f"No access class is named {clearance!r}.", hint=f"Known: {', '.join(LEVELS)}.")
    if samples < 0:
        raise UsageError(f"A report cannot show {samples} samples.", hint="Give 0 or more.")
    if out is None:
        if "://" in lake.root and not lake.root.startswith("file:"):
            raise UsageError("The report of a lake in an object store needs a local file.", hint="Add: --out report.html")
        out = Path(lake.root.removeprefix("file://")) / "report.html"
    facts = gather(lake, clearance, samples)
    html = _rendered(facts, clearance, samples, _data_docs(lake, out))
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_suffix(f".{os.getpid()}.part")
    part.write_text(html, encoding="utf-8")
    part.replace(out)
    return out


def _rendered(facts: Facts, clearance: str, samples: int, data_docs: str) -> str:
    environment = Environment(
        loader=PackageLoader("medslake.report", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "thousands": lambda n: f"{n:,}",
        "score": _score,
        "breakable": _breakable,
        "note": note_of,
        "anchor": lambda name: "table-" + re.sub(r"[^\w.-]+", "-", name).strip("-"),
        "key": {group.title: key for key, group in GROUPS.items()}.get,
        "spoken": lambda tasks: " ".join(sorted({facts.languages[task] for task in tasks if task in facts.languages})),
        "published": lambda name: _marks(model=name),
    }
    dates = {a.set.key: a.date for a in facts.answered}
    text: str = environment.get_template("template.html").render(
        facts=facts,
        version=__version__,
        clearance=clearance,
        per_task=samples,
        # Its name alone: a copy elsewhere says the same, and nobody reads where it lies.
        lake=facts.root.rstrip("/").rpartition("/")[2],
        data_docs=data_docs,
        marks={s.key: _marks(model=s.key[0], prompt=s.key[2], date=dates.get(s.key, "")) for s in facts.sets},
        models=_models(facts),
        picks=_picks(facts),
        told=_json(_told(facts, dates)),
        packed=Markup(facts.samples.packed(facts.sets)),
        style=_own("style.css"),
        script=_own("page.js", "samples.js"),
    )
    return text


def _own(*names: str) -> Markup:
    folder = resources.files("medslake.report")
    return Markup("\n".join((folder / name).read_text(encoding="utf-8").strip() for name in names))


def _marks(**marks: str) -> Markup:
    """Attributes by which the pickers know a row; what is not known is left out, so that no choice hides it."""
    return Markup(" ").join(Markup('data-{}="{}"').format(name, value) for name, value in marks.items() if value)


def _models(facts: Facts) -> list[str]:
    printed = [row.name for board in (facts.overview, *facts.boards) for row in board.rows if row.set is None]
    return list(dict.fromkeys([*(s.key[0] for s in facts.sets), *printed]))


def _picks(facts: Facts) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Pickers but that of models: name, title, choices as (value, what is shown)."""

    def plain(values: Iterable[str]) -> list[tuple[str, str]]:
        return [(value, value) for value in sorted(set(values))]

    variants = {row.variant for board in facts.boards for row in board.rows}
    languages = sorted({facts.languages[p.task_id] for p in facts.pages if p.task_id in facts.languages}, key=lambda c: NAMES.get(c, c))
    return [
        ("date", "Date", plain(a.date for a in facts.answered if a.date)),
        ("prompt", "Prompt", plain(s.key[2] for s in facts.sets)),
        ("variant", "Variant", [(v, v) for v in ("paper", "strict", "published") if v in variants]),
        ("group", "Group", [(board.group, board.title) for board in facts.boards if board.ours]),
        ("language", "Language", [(code, NAMES.get(code, code)) for code in languages]),
    ]


def _told(facts: Facts, dates: dict[tuple[str, str, str], str]) -> dict[str, Any]:
    """What the page's script has to know: sets as the samples number them, tasks, languages."""
    return {
        "sets": [{"name": s.name, "model": s.key[0], "prompt": s.key[2], "date": dates.get(s.key, "")} for s in facts.sets],
        "tasks": {p.task_id: [p.name, p.group, facts.languages.get(p.task_id, "")] for p in facts.pages},
    }


def _json(value: Any) -> Markup:
    """JSON that no text in it can end early."""
    return Markup(json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c"))


def _data_docs(lake: Lake, out: Path) -> str:
    """Data Docs as seen from the report, where both lie in the lake's folder; else ""."""
    if not lake.place.is_local or not lake.place.filesystem.get_file_info(f"{lake.place.base}/{_DATA_DOCS}").is_file:
        return ""
    return _DATA_DOCS if out.absolute().parent == Path(lake.place.base) else ""


def _score(cell: dict[str, Any] | None) -> str:
    return "" if cell is None else "–" if cell["value"] is None else f"{cell['value']:.2f}"


def _breakable(name: str) -> Markup:
    """A name that may go on in a new line after a mark between its parts."""
    return Markup(re.sub(r"([-:@/,_.=])(?=\w)", r"\1<wbr>", str(escape(name))))
