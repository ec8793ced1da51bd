"""The report in a real browser: it fits its window, loads nothing, is sound, and does by keyboard all that it does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from chromium import AXE, BROWSER, MISSING, READY, Tab, browsing
from made_scored_lake import MODELS, NEEDLE, made_scored_lake
from medslake.lake import Lake
from medslake.report.page import write_report

pytestmark = [pytest.mark.browser, pytest.mark.skipif(BROWSER is None, reason=MISSING)]

WIDTHS = (1280, 390)
#: Rows of each task of the full page, the figures of which it has to keep to.
SAMPLES = 200
MEGABYTE = 1e6
#: Opens all that opens, and one sample.
OPENED = "document.querySelectorAll('details').forEach(e => { e.open = true; }); document.querySelector('#list button')?.click()"
#: What is cut: text wider than its box that cannot be scrolled to, and what scrolls but is out of reach of the tabulator key.
CUT = """
(() => {
  const shown = e => e.checkVisibility({visibilityProperty: true});
  const named = e => e.outerHTML.slice(0, 90);
  const wide = [...document.querySelectorAll("body *")].filter(e => shown(e) && e.clientWidth && e.scrollWidth > e.clientWidth + 1);
  const way = e => getComputedStyle(e).overflowX;
  return {
    width: innerWidth, needed: document.documentElement.scrollWidth,
    cut: wide.filter(e => ["hidden", "clip"].includes(way(e))).map(named),
    stuck: wide.filter(e => ["auto", "scroll"].includes(way(e)) && e.tabIndex < 0).map(named),
    beside: [...document.querySelectorAll("main *, header *")].filter(e => shown(e) && !e.closest(".wide, pre, .plot") &&
      e.getBoundingClientRect().right > innerWidth + 1).map(named),
    small: [...document.querySelectorAll("a, button, summary, select, input, .switch + label")].filter(e => shown(e) && !e.matches(
      ".skip, .switch, p a, [type=checkbox]")).map(e => [named(e), e.getBoundingClientRect().height]).filter(([, height]) => height < 24),
  };
})()
"""
#: Every control that is seen, as the tabulator key should find it: of radio buttons the one that is chosen.
CONTROLS = """
[...document.querySelectorAll("a[href], button, summary, select, input, [tabindex='0']")]
  .filter(e => e.checkVisibility() && !e.disabled && !(e.type === "radio" && !e.checked) && !e.closest("[hidden]"))
  .map((e, n) => { e.dataset.control = n; return n; }).length
"""
#: What has the focus: its number, whether an outline shows it, and how it begins.
FOCUSED = """
(e => {
  const style = getComputedStyle(e.matches(".switch") ? e.nextElementSibling : e);
  return [e.dataset.control, style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2, e.outerHTML.slice(0, 80)];
})(document.activeElement)
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with all sections: eight tasks, three rows of each."""
    folder = tmp_path_factory.mktemp("small")
    return write_report(made_scored_lake(folder, 3, 8), folder / "report.html", clearance="private")


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three models, all 53 tasks, 200 samples of each, prompts of 700 letters."""
    folder = tmp_path_factory.mktemp("full")
    return write_report(made_scored_lake(folder, SAMPLES), folder / "report.html", clearance="private", samples=SAMPLES)


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    with browsing(tmp_path_factory.mktemp("browser")) as tab:
        yield tab


def show(tab: Tab, page: Path, view: str = "", *, width: int = 1280, dark: bool = False) -> None:
    tab.script(True)
    tab.window(width, dark=dark)
    tab.open(page.as_uri() + view)
    tab.until(READY)
    assert tab.requests == [page.as_uri()] and tab.errors == []


def texts(tab: Tab, what: str) -> list[str]:
    """Of what is seen of this kind."""
    found: list[str] = tab.run(
        f"[...document.querySelectorAll({json.dumps(what)})].filter(e => e.checkVisibility()).map(e => e.innerText.trim())"
    )
    return found


@contextmanager
def without_scripts(tab: Tab) -> Iterator[None]:
    """The page's own do not run; what is asked from here does."""
    tab.script(False)
    try:
        yield
    finally:
        tab.script(True)


def choose(tab: Tab, what: str, value: str, event: str = "change") -> None:
    found = f"document.querySelector({json.dumps(what)})"
    tab.run(f"(e => {{ e.value = {json.dumps(value)}; e.dispatchEvent(new Event('{event}', {{bubbles: true}})); }})({found})")


def address(tab: Tab) -> str:
    return str(tab.run("location.href"))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_it_fits_and_nothing_is_cut(tab: Tab, small: Path, width: int, dark: bool) -> None:
    show(tab, small, width=width, dark=dark)
    for _ in range(2):
        seen: dict[str, Any] = tab.run(CUT)
        assert seen["needed"] <= seen["width"] == width
        assert [seen[name] for name in ("cut", "stuck", "beside", "small")] == [[], [], [], []]
        # Once more with all opened.
        tab.run(OPENED)


@pytest.mark.skipif(AXE is None, reason="pip install axe-core-python checks accessibility")
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_serious(tab: Tab, small: Path, width: int, dark: bool) -> None:
    assert AXE is not None
    show(tab, small, width=width, dark=dark)
    tab.run(OPENED)
    tab.run(AXE.read_text(encoding="utf-8") + "; 0")
    told = tab.run(
        "axe.run(document).then(r => [r.passes.length, r.violations.map(v => [v.impact, v.id, v.nodes.slice(0, 3).map(n => n.html)])])"
    )
    assert told[0] > 20
    assert [found for found in told[1] if found[0] in ("serious", "critical")] == []


@pytest.mark.parametrize("width", WIDTHS)
def test_every_control_is_reached_by_tab_and_shows_it(tab: Tab, small: Path, width: int) -> None:
    show(tab, small, "#samples", width=width)
    tab.run(f"{OPENED}; document.activeElement.blur(); scrollTo(0, 0)")
    count = tab.run(CONTROLS)
    tab.run("document.body.tabIndex = -1; document.body.focus()")
    reached, unseen = set(), []
    for _ in range(count + 20):
        tab.press("Tab")
        number, outlined, html = tab.run(FOCUSED)
        if number is not None:
            reached.add(int(number))
            unseen += [] if outlined else [html]
    left = f"[...document.querySelectorAll('[data-control]')].filter(e => !{sorted(reached)}.includes(+e.dataset.control))"
    missed = tab.run(f"{left}.map(e => e.outerHTML.slice(0, 80))")
    assert count > 300 and missed == [] and unseen == []


def test_tables_are_sorted_by_a_press_and_the_address_keeps_it(tab: Tab, small: Path) -> None:
    show(tab, small)
    column = "#t-category tbody tr td:nth-child(4)"
    head = "#t-category thead th:nth-child(4) button"
    as_written = texts(tab, column)
    tab.run(f"document.querySelector('{head}').focus()")
    tab.press("Enter")
    largest = texts(tab, column)
    numbers = [int(text.replace(",", "")) for text in largest]
    assert numbers == sorted(numbers, reverse=True)
    assert tab.run("document.querySelector('#t-category [aria-sort]').getAttribute('aria-sort')") == "descending"
    tab.press("Enter")
    assert texts(tab, column) == largest[::-1] != largest
    link = address(tab)
    tab.press("Enter")
    assert texts(tab, column) == as_written and "sort" not in address(tab)
    show(tab, small, link.partition("report.html")[2])
    assert texts(tab, column) == largest[::-1]


def test_rows_are_found_by_their_words(tab: Tab, small: Path) -> None:
    show(tab, small)
    before = texts(tab, "#t-category tbody th")
    tab.run("document.querySelector('#t-category').parentElement.previousElementSibling.querySelector('input').focus()")
    tab.write("translat")
    assert texts(tab, "#t-category tbody th") == ["Translation"] and len(before) == 19
    assert "find.category=translat" in address(tab)


def test_pickers_hide_the_rest_and_a_link_shows_the_same(tab: Tab, small: Path) -> None:
    show(tab, small)
    names = texts(tab, "#t-all tbody th")
    assert {*MODELS, "baseline:majority", "GPT-4"} <= set(names)
    tab.run(
        f"document.querySelectorAll('#pick [name=model]').forEach(e => {{ if (['{MODELS[0]}', 'GPT-4'].includes(e.value)) e.click(); }})"
    )
    choose(tab, "#pick [name=variant]", "strict")
    assert texts(tab, "#t-all tbody th") == [MODELS[0]] and texts(tab, "#t-all tbody .tag") == ["strict"]
    choose(tab, "#pick [name=variant]", "")
    assert texts(tab, "#t-all tbody th") == [MODELS[0], MODELS[0], "GPT-4"]
    choose(tab, "#pick [name=group]", "information_extraction")
    boards = texts(tab, ".board h3")
    assert boards == ["All groups", "Information Extraction"]
    assert len(texts(tab, "#t-all thead th")) == 3
    # A date is that of answers: what is published has none and stays.
    choose(tab, "#pick [name=date]", "2026-11-20")
    assert set(texts(tab, "#t-all tbody th")) == {"GPT-4"}
    tab.run("document.getElementById('rows-clean').click()")
    link = address(tab)
    view = texts(tab, "main")
    show(tab, small, link.partition("report.html")[2])
    assert texts(tab, "main") == view and tab.run("document.getElementById('rows-clean').checked")
    assert MODELS[0] in texts(tab, "#shown")[0]
    tab.run("document.querySelector('#pick [type=reset]').click()")
    assert texts(tab, "#t-all tbody th") == names


def test_a_language_leaves_its_columns_alone(tab: Tab, full: Path) -> None:
    show(tab, full)
    everyone = texts(tab, "#t-mcqa tbody th")
    choose(tab, "#pick [name=language]", "fr")
    # Means over several languages go, and boards without a column.
    assert texts(tab, ".board h3") == ["Multilingual Multiple-choice QA", "Answer Explanation (Rationale)"]
    assert [head.split("\n")[-1].split()[0] for head in texts(tab, "#t-mcqa thead th")[2:]] == ["accuracy", "balanced"]
    # A model without a figure there is no row.
    assert set(MODELS) < set(texts(tab, "#t-mcqa tbody th")) <= set(everyone)
    figures = [row.split("\t", 2)[2] for row in texts(tab, "#t-mcqa tbody tr")]
    assert all(re.search(r"\d", told) for told in figures)
    assert {title.split()[0] for title in texts(tab, ".line h4")} == {"French"}
    assert len(texts(tab, "details.task")) == 2 and texts(tab, "#found") == [f"{SAMPLES * 2} samples found."]


def test_samples_are_opened_stepped_through_and_laid_side_by_side(tab: Tab, small: Path) -> None:
    show(tab, small, "#samples")
    tab.run("document.querySelectorAll('#list button')[1].focus()")
    tab.press("Enter")
    first = texts(tab, "#sample")[0]
    assert (
        "2 of 24" in first
        and f"medslake trace prediction {tab.run('new URLSearchParams(location.hash.split(`?`)[1]).get(`sample`)')}" in first
    )
    tab.press("n")
    assert "3 of 24" in texts(tab, "#sample")[0]
    tab.press("p")
    assert texts(tab, "#sample")[0] == first
    choose(tab, "#sampler [name=b]", MODELS[1], "input")
    beside = texts(tab, "#sample h4")
    assert [title.split(" (")[0] for title in beside[:3]] == [texts(tab, "#sample thead th")[1], MODELS[1], "reference"]
    link = address(tab)
    seen = texts(tab, "#sample")
    show(tab, small, link.partition("report.html")[2])
    assert texts(tab, "#sample") == seen
    # From the page of a task to its samples.
    tab.run("document.querySelector('details.task').open = true; document.querySelector('.scripted a').click()")
    assert texts(tab, "#found") == ["3 samples found."]


def test_filters_agree_with_the_scores(tab: Tab, small: Path) -> None:
    show(tab, small)

    def found(kind: str) -> int:
        choose(tab, "#sampler [name=show]", kind, "input")
        return int(texts(tab, "#found")[0].split()[0].replace(",", ""))

    everything = found("")
    assert found("right") + found("wrong") + found("part") == everything == 24
    assert 0 < found("right") < everything
    assert found("tainted") > 0 and all("contaminated" in text for text in texts(tab, "#list button"))
    choose(tab, "#sampler [name=b]", MODELS[1], "input")
    assert 0 < found("apart") < everything


def test_the_full_page_is_small_and_finds_one_of_its_samples(tab: Tab, full: Path) -> None:
    # How long it takes is in benchmarks/report_page.py.
    assert full.stat().st_size < 8 * MEGABYTE
    show(tab, full)
    assert texts(tab, "#found") == ["10,600 samples found."]
    choose(tab, "#sampler [name=q]", NEEDLE, "input")
    assert texts(tab, "#found") == ["1 sample found."]


def test_without_scripts_it_is_read(tab: Tab, small: Path) -> None:
    tab.window(1280)
    with without_scripts(tab):
        tab.open(small.as_uri())
        assert texts(tab, "form, #sampler, .narrow, .sort") == []
        assert len(texts(tab, "#t-all tbody th")) > 8
        tab.run("document.querySelectorAll('details').forEach(e => { e.open = true; })")
        assert any("prompt (chat" in text for text in texts(tab, "noscript")) and texts(tab, ".answer pre")


def test_the_switch_works_without_scripts(tab: Tab, lake: Lake, tmp_path: Path) -> None:
    tab.window(1280)
    with without_scripts(tab):
        tab.open(write_report(lake, tmp_path / "report.html").as_uri())
        shown = [len(texts(tab, name)) for name in (".v-all", ".v-clean")]
        tab.run("document.getElementById('rows-clean').click()")
        assert shown[0] > 0 == shown[1] and [len(texts(tab, name)) for name in (".v-all", ".v-clean")] == shown[::-1]


def test_printed_it_has_all_and_no_controls(tab: Tab, small: Path) -> None:
    show(tab, small)
    tab.media("print")
    try:
        assert texts(tab, "form, nav, #sampler, .narrow input") == []
        assert len(texts(tab, "details.task table")) == 8
    finally:
        tab.media("")
