"""Take the eight pictures of docs/report.md: python tests/report_pictures.py DEMO_REPORT MADE_REPORT

Of a report of `make demo` and of one of `made_scored_lake`, in a wide and a narrow window, light and dark.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from chromium import READY, browsing

FOLDER = Path(__file__).parents[1] / "docs" / "report"
WINDOWS = {"wide": (1280, 1500), "narrow": (390, 1500)}
#: What of it is shown: the head of one, a sample of the other.
VIEWS = {"demo": "", "made": "#samples"}


def main(demo: str, made: str) -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, browsing(Path(folder)) as tab:
        for name, page in (("demo", demo), ("made", made)):
            for window, size in WINDOWS.items():
                for dark in (False, True):
                    tab.window(*size, dark=dark)
                    tab.open(Path(page).resolve().as_uri() + VIEWS[name])
                    tab.until(f"{READY} || !document.getElementById('sampler')")
                    if name == "made":
                        tab.run("document.querySelector('#sampler [name=b]').selectedIndex = 2")
                        tab.run("document.querySelector('#sampler [name=b]').dispatchEvent(new Event('input', {bubbles: true}))")
                        tab.run("document.querySelectorAll('#list button')[2].click(); document.getElementById('samples').scrollIntoView()")
                    tab.picture(FOLDER / f"{name}-{window}-{'dark' if dark else 'light'}.webp", quality=45)


if __name__ == "__main__":
    main(*sys.argv[1:])
