"""The report in a real browser, where one is installed: it fits a phone, loads nothing, and can be used without a mouse."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from medslake.lake import Lake
from medslake.report.page import write_report

pytestmark = pytest.mark.browser

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
#: Put into a copy of the page; leaves what it sees in the page's text, which the browser prints.
LOOK = """
<script>
addEventListener("load", () => {
  const shown = e => e.getClientRects().length > 0;
  const seen = {asked: performance.getEntriesByType("resource").map(e => e.name)};
  location.hash = "#task57";
  seen.opened = document.getElementById("task57").closest("details").open;
  document.querySelectorAll("details").forEach(e => { e.open = true; });
  seen.width = innerWidth;
  seen.needed = document.documentElement.scrollWidth;
  seen.small = [...document.querySelectorAll("nav a, summary, label, td a")].filter(shown)
    .map(e => [e.textContent.trim(), e.getBoundingClientRect().height]).filter(([, height]) => height < 24);
  // Whatever scrolls on its own can be reached by the tabulator key.
  seen.stuck = [...document.querySelectorAll("body *")].filter(e => shown(e) && e.scrollWidth > e.clientWidth + 1
    && ["auto", "scroll"].includes(getComputedStyle(e).overflowX) && e.tabIndex < 0).map(e => e.outerHTML.slice(0, 80));
  const count = name => [...document.querySelectorAll(name)].filter(shown).length;
  seen.all = [count(".v-all"), count(".v-clean")];
  document.getElementById("rows-clean").click();
  seen.clean = [count(".v-all"), count(".v-clean")];
  document.body.innerHTML = "<pre id='seen'></pre>";
  document.getElementById("seen").textContent = JSON.stringify(seen);
});
</script>
"""


@pytest.fixture(params=[390, 1440])
def seen(request: pytest.FixtureRequest, lake: Lake, tmp_path: Path) -> dict[str, Any]:
    """What the page looks like in a window of this width."""
    if BROWSER is None:
        pytest.skip("no Chromium is installed")
    page = write_report(lake, tmp_path / "report.html").read_text(encoding="utf-8")
    copy = tmp_path / "looked_at.html"
    copy.write_text(page.replace("</body>", f"{LOOK}</body>"), encoding="utf-8")
    size = f"--window-size={request.param},900"
    told = subprocess.run(
        [BROWSER, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", size, "--dump-dom", copy.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    found = re.search(r'<pre id="seen">(.*?)</pre>', told.stdout, re.DOTALL)
    assert found is not None, told.stderr[-2000:]
    return json.loads(unescape(found.group(1)))


def test_the_page_fits_its_window_and_loads_nothing(seen: dict[str, Any]) -> None:
    assert seen["asked"] == []
    assert seen["needed"] <= seen["width"]


def test_fingers_and_keys_reach_everything(seen: dict[str, Any]) -> None:
    assert seen["small"] == [] and seen["stuck"] == []
    assert seen["opened"]


def test_the_switch_shows_clean_rows_in_place_of_all(seen: dict[str, Any]) -> None:
    assert seen["all"][0] > 0 and seen["all"][1] == 0
    assert seen["clean"] == seen["all"][::-1]
