"""The report of a small lake that was written without Spark: self-contained, escaped, within its clearance, the same bytes twice."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pyarrow as pa
import pytest

from made_benchmark import benchmark_row, lake_with
from made_tasks import write_tasks
from medslake.errors import UsageError
from medslake.lake import Lake
from medslake.lake.storage.tables import CommitInfo
from medslake.report.page import write_report
from medslake.score.run import score
from score_lake import predict
from unpacked_report import said_by

pytestmark = pytest.mark.slow


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.outside: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"meta", "br", "wbr", "link", "img", "input", "rect", "line", "circle", "path", "polyline"}:
            self.open.append(tag)
        self.outside += [v for k, v in attrs if k in {"src", "href"} and v and not v.startswith("#")]

    def handle_endtag(self, tag: str) -> None:
        if tag in {"rect", "line", "circle", "path", "polyline"}:
            return
        assert self.open.pop() == tag


def test_report_stands_alone_and_escapes(lake: Lake, tmp_path: Path) -> None:
    html = write_report(lake, tmp_path / "r.html").read_text()
    page = Links()
    page.feed(html)
    assert page.outside == [] and page.open == []
    assert not re.search(r"https?://", html)
    assert "&lt;b&gt;x&lt;/b&gt;" in html and "<b>x</b>" not in html
    assert "default-src 'none'" in html
    # What is packed is data to the page, and written into it as text.
    assert "The right answer is A: <b>x</b>" in said_by(tmp_path / "r.html") and "innerHTML" not in html


def test_report_lays_published_scores_beside_ours(lake: Lake, tmp_path: Path) -> None:
    html = write_report(lake, tmp_path / "r.html").read_text().replace("<wbr>", "")
    board = html[html.index("<h3>Multilingual Multiple-choice QA</h3>") : html.index("<h3>Text Summarization</h3>")]
    assert "MMedIns-Llama3-8B" in board and "63.60" in board
    ours = board[board.index("made-model") :]
    # One of four rows is right in both variants; the row without an answer counts wrong.
    assert "25.00" in ours and "n=4" in ours and "1 missing" in ours


def test_scores_of_invented_rows_are_marked(lake: Lake, tmp_path: Path) -> None:
    def board() -> str:
        html = write_report(lake, tmp_path / "r.html").read_text()
        return html[html.index('id="scores"') : html.index('id="spread"')]

    scores = lake.arrow.read("gold.scores")
    at = scores.schema.get_field_index("synthetic")
    for synthetic in (False, True):
        marked = scores.set_column(at, scores.schema.field(at), pa.repeat(pa.scalar(synthetic), scores.num_rows))
        lake.arrow.replace("gold.scores", marked, CommitInfo(f"tests/gold.scores/{synthetic}"))
        found = board()
        assert ("invented rows" in found) == ('<span class="mark">‡</span>' in found) == synthetic


def test_everything_can_be_reached_by_keyboard(lake: Lake, tmp_path: Path) -> None:
    html = write_report(lake, tmp_path / "r.html").read_text()
    # The switch is two radio buttons with labels and needs no script; what needs one is hidden until it runs.
    assert re.findall(r'<input class="switch" type="radio" name="rows" id="(rows-\w+)"', html) == ["rows-all", "rows-clean"]
    assert all(f'<label for="{name}">' in html for name in ("rows-all", "rows-clean"))
    assert "onclick" not in html
    assert all(" hidden" in tag for tag in re.findall(r'<[^>]*(?:id="pick"|id="sampler"|class="scripted")[^>]*>', html))
    # Whatever scrolls can be focused, and every link leads somewhere on the page.
    assert all('tabindex="0"' in tag for tag in re.findall(r'<(?:div class="wide|pre)[^>]*>', html))
    ids = re.findall(r'id="([^"]+)"', html)
    assert len(ids) == len(set(ids)) and set(re.findall(r'href="#([^"]+)"', html)) <= set(ids)


def test_a_task_shows_both_scores_of_an_answer_and_where_it_came_from(lake: Lake, tmp_path: Path) -> None:
    html = write_report(lake, tmp_path / "r.html").read_text().replace("<wbr>", "")
    page = html[html.index('<div id="task57">') :]
    assert "accuracy paper 100.0 / strict 100.0" in page and "accuracy paper 0.0 / strict 0.0" in page
    assert "file <code>made.json</code> row 1" in page and "medslake trace prediction" in page
    # One of four rows is right; all four references are the same text, and so is what the majority baseline says.
    assert "All 4 references here are the same text." in page
    assert "Not above always giving the most frequent answer (100.0): made-model" in page
    assert "baseline:majority" in html[: html.index("<h3>Multilingual")]
    assert "Exam" in html[html.index("domain") :]


def test_report_keeps_its_clearance(lake: Lake, tmp_path: Path) -> None:
    said = said_by(write_report(lake, tmp_path / "r.html"))
    assert "secret answer" not in said and "question 3" not in said and "question 1" in said
    assert "1 answers of access class credentialed are not shown" in said
    assert "secret answer" in said_by(write_report(lake, tmp_path / "s.html", clearance="credentialed"))
    with pytest.raises(UsageError, match="top secret"):
        write_report(lake, clearance="top secret")


def test_report_of_the_same_lake_is_the_same(lake: Lake, tmp_path: Path) -> None:
    assert write_report(lake, tmp_path / "a.html").read_bytes() == write_report(lake, tmp_path / "b.html").read_bytes()


def test_a_figure_that_nobody_can_give_is_shown_with_its_reason(tmp_path: Path) -> None:
    rows = [benchmark_row("task130", k, "q", "The diagnosis result is GERD.", task_group="diagnosis", answer=None) for k in range(2)]
    lake = lake_with(tmp_path, rows)
    write_tasks(lake)
    predict(lake, rows)
    score(lake)
    html = write_report(lake, tmp_path / "r.html").read_text()
    assert "the released scorer gives no figure: at all 2 rows no answer is text" in html
    board = html[html.index("<h3>Diagnosis</h3>") :]
    assert "–" in board[: board.index("</table>")] and "None" not in board[: board.index("</table>")]
