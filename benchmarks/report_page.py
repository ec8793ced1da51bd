"""The report as a browser has it: bytes of the page, seconds until its samples can be asked, milliseconds of a search in all of them.

    python benchmarks/report_page.py --samples 200

Three models on all 53 tasks, prompts of 700 letters. Needs Chromium.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from record import record

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))
REPEATS = 5
SEARCH = (
    "(e => { const from = performance.now(); e.value = '%s'; e.dispatchEvent(new Event('input', {bubbles: true}));"
    " document.body.offsetHeight; return performance.now() - from; })(document.querySelector('#sampler [name=q]'))"
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=200, help="of each task (default: %(default)s)")
    parser.add_argument("--dry-run", action="store_true", help="print only")
    args = parser.parse_args()
    from chromium import BROWSER, MISSING, READY, browsing
    from made_scored_lake import NEEDLE, made_scored_lake
    from medslake.report.page import write_report

    if BROWSER is None:
        print(MISSING, file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        lake = made_scored_lake(folder, args.samples)
        page = write_report(lake, folder / "report.html", clearance="private", samples=args.samples)
        with browsing(folder) as tab:
            tab.window(1280)
            figures = [_figures(tab, page, READY, NEEDLE) for _ in range(REPEATS)]
        rows, size = lake.arrow.count("gold.benchmark"), page.stat().st_size
    loads, searches = (statistics.median(column) for column in zip(*figures, strict=True))
    lines = [
        f"{rows:,} samples; medians of {REPEATS}.",
        "",
        "| what | measured | bar |",
        "| --- | ---: | ---: |",
        f"| size, MB | {size / 1e6:.1f} | 8 |",
        f"| until the samples are there, s | {loads:.2f} | 2 |",
        f"| search of all samples, ms | {searches:.0f} | 300 |",
    ]
    record("Report page", f"python benchmarks/report_page.py --samples {args.samples}", lines, write=not args.dry_run)
    return 0


def _figures(tab: Any, page: Path, ready: str, needle: str) -> tuple[float, float]:
    started = time.perf_counter()
    tab.open(page.as_uri())
    tab.until(ready)
    return time.perf_counter() - started, float(tab.run(SEARCH % needle))


if __name__ == "__main__":
    sys.exit(main())
