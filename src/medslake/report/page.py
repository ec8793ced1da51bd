"""One HTML file: leaderboard, single predictions, data mix, training, quality, lineage. No server, no network."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from medslake import __version__
from medslake.errors import UsageError
from medslake.lake.access import LEVELS
from medslake.report.gather import gather
from medslake.report.pictures import domain_bars, lineage_graph, loss_curve

if TYPE_CHECKING:
    from medslake.lake import Lake

__all__ = ["write_report"]


def write_report(lake: Lake, out: Path | None = None, *, clearance: str = "public", per_task: int = 10) -> Path:
    """Write the report and return its path.

    clearance: highest access class whose texts may stand on the page; rows above it are counted, not shown.
    per_task: single predictions shown for each task and model. The same lake gives the same bytes.
    """
    if clearance not in LEVELS:
        raise UsageError(f"No access class is named {clearance!r}.", hint=f"Known: {', '.join(LEVELS)}.")
    if out is None:
        if "://" in lake.root and not lake.root.startswith("file:"):
            raise UsageError("The report of a lake in an object store needs a local file.", hint="Add: --out report.html")
        out = Path(lake.root.removeprefix("file://")) / "report.html"
    facts = gather(lake, clearance, per_task)
    environment = Environment(
        loader=PackageLoader("medslake.report", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["thousands"] = lambda n: f"{n:,}"
    environment.filters["score"] = _score
    environment.filters["breakable"] = _breakable
    html = environment.get_template("template.html").render(
        facts=facts,
        version=__version__,
        clearance=clearance,
        domain_bars=domain_bars(facts.domains),
        curves={name: loss_curve(steps) for name, steps in facts.training.items() if steps},
        lineage=lineage_graph(facts.edges) if facts.edges else None,
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_suffix(f".{os.getpid()}.part")
    part.write_text(html, encoding="utf-8")
    part.replace(out)
    return out


def _score(cell: dict[str, Any] | None) -> str:
    return "" if cell is None else "–" if cell["value"] is None else f"{cell['value']:.2f}"


def _breakable(name: str) -> Markup:
    """A name that may go on in a new line after a mark between its parts."""
    return Markup(re.sub(r"([-:@/,_])(?=\w)", r"\1<wbr>", str(escape(name))))
