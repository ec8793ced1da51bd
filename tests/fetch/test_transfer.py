"""One file from a server that does not do what it should: what is there afterwards, what was asked, what is told."""

from __future__ import annotations

import hashlib
import itertools
import json
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from medslake.errors import InputRefused, UsageError
from medslake.explained import explained
from medslake.fetch.answers import session
from medslake.fetch.part import Part
from medslake.fetch.transfer import transfer
from medslake.fetch.wanted import Patience, Wanted
from medslake.sources import Download
from publisher import CONTENT, ETAG, SHA256, Publisher, cut, locked, published, redirect, reply, sent, slowly, status, well

QUICK = Patience(retries=3, timeout=0.4, wait=0.01)
SECRET = "pass-of-the-tests"


@pytest.fixture
def final(tmp_path: Path) -> Path:
    return tmp_path / "out" / "notes" / "notes.csv"


def get(url: str, final: Path, patience: Patience = QUICK, tell: Any = lambda *_: None, **declared: Any) -> str:
    one = Download(url, path=final.name, **declared)
    with session() as connections:
        return transfer(connections, Wanted("notes", "https://publisher.invalid/notes", one, one.sha256), final, patience, tell)


def lies_there(final: Path) -> None:
    assert final.read_bytes() == CONTENT
    assert [path.name for path in final.parent.iterdir()] == [final.name]


def refused(rule: str, *args: Any, **more: Any) -> InputRefused:
    with pytest.raises(InputRefused) as caught:
        get(*args, **more)
    assert caught.value.rule == rule and (caught.value.source, caught.value.file) == ("notes", "notes.csv")
    assert "A secret" not in str(caught.value) and SECRET not in str(caught.value)
    return caught.value


def test_a_file_gets_its_name_when_it_is_whole(publisher: Publisher, final: Path) -> None:
    told: list[tuple[int, int | None]] = []

    def tell(done: int, total: int | None) -> None:
        told.append((done, total))
        assert not final.exists()

    assert get(f"{publisher.url}/notes.csv", final, tell=tell, sha256=SHA256, size=len(CONTENT)) == SHA256
    lies_there(final)
    assert told[0] == (0, len(CONTENT)) and told[-1] == (len(CONTENT), len(CONTENT)) and told == sorted(told)
    assert publisher.asked[0].headers["Accept-Encoding"] == "identity"
    assert publisher.asked[0].headers["User-Agent"].startswith("medslake/")


@pytest.mark.parametrize("times", [1, 7])
def test_a_cut_connection_goes_on_where_it_stopped(publisher: Publisher, final: Path, times: int) -> None:
    """Also more often than there are attempts: each of them brings the file on."""
    get(publisher.at("notes.csv", cut(100_000, times)), final, sha256=SHA256)
    lies_there(final)
    assert publisher.ranges() == [None, *(f"bytes={100_000 * n}-" for n in range(1, times + 1))]
    assert all(asked.headers["If-Range"] == ETAG for asked in publisher.asked[1:])


def test_the_last_modified_time_is_a_mark_too(publisher: Publisher, final: Path) -> None:
    day = "Tue, 03 Mar 2020 10:00:00 GMT"

    def way(handler: Any) -> None:
        if handler.headers.get("If-Range") == day:
            reply(handler, 206, CONTENT[500:], Content_Range=f"bytes 500-{len(CONTENT) - 1}/{len(CONTENT)}")
        else:
            reply(handler, 200, CONTENT[:500], Last_Modified=day, ETag='W/"weak"', Content_Length=str(len(CONTENT)))
            handler.close_connection = True

    get(publisher.at("notes.csv", way), final)
    lies_there(final)
    assert publisher.ranges() == [None, "bytes=500-"]


def test_a_file_that_changed_meanwhile_is_fetched_anew(publisher: Publisher, final: Path) -> None:
    with pytest.raises(InputRefused, match="100,000 bytes are kept"):
        get(publisher.at("notes.csv", cut(100_000)), final, Patience(0, 0.4, 0.01))
    newer = CONTENT[::-1]
    get(publisher.at("notes.csv", lambda handler: well(handler, newer, '"newer"')), final)
    assert publisher.ranges() == [None, "bytes=100000-"]
    assert final.read_bytes() == newer


def test_what_came_from_another_address_is_not_gone_on_with(publisher: Publisher, final: Path) -> None:
    with pytest.raises(InputRefused):
        get(publisher.at("old.csv", cut(100_000)), final, Patience(0, 0.4, 0.01))
    get(f"{publisher.url}/new.csv", final, sha256=SHA256)
    lies_there(final)
    assert publisher.ranges() == [None, None]


def test_a_server_without_ranges_is_asked_for_all_again(publisher: Publisher, final: Path) -> None:
    get(publisher.at("notes.csv", cut(100_000, 2, ranges=False)), final, sha256=SHA256)
    lies_there(final)


def test_without_any_mark_only_a_digest_allows_to_go_on(publisher: Publisher, tmp_path: Path) -> None:
    get(publisher.at("notes.csv", cut(100_000, etag=None)), tmp_path / "known.csv", sha256=SHA256)
    get(publisher.at("notes.csv", cut(100_000, etag=None)), tmp_path / "unknown.csv")
    assert publisher.ranges() == [None, "bytes=100000-", None, None]
    assert (tmp_path / "known.csv").read_bytes() == (tmp_path / "unknown.csv").read_bytes() == CONTENT


def test_a_wrong_range_is_not_appended(publisher: Publisher, final: Path) -> None:
    def way(handler: Any) -> None:
        if handler.headers.get("Range"):
            reply(handler, 206, CONTENT[7:], Content_Range=f"bytes 7-{len(CONTENT) - 1}/{len(CONTENT)}")
        else:
            first = len(publisher.asked) == 1
            reply(handler, 200, CONTENT[: 100 if first else None], ETag=ETAG, Content_Length=str(len(CONTENT)))
            handler.close_connection = first

    get(publisher.at("notes.csv", way), final)
    lies_there(final)
    assert publisher.ranges() == [None, "bytes=100-", None]


def test_a_whole_part_needs_no_server(publisher: Publisher, final: Path) -> None:
    """What was whole when the process died gets its name without a question; a part that is too long is begun anew."""
    url = f"{publisher.url}/notes.csv"
    final.parent.mkdir(parents=True)
    part = Part(final, url)
    part.path.write_bytes(CONTENT)
    part.note(etag=ETAG, modified=None, total=len(CONTENT))
    get(url, final, sha256=SHA256)
    assert publisher.asked == []
    part.path.write_bytes(CONTENT + b"more")
    part.note(etag=ETAG, modified=None, total=None)
    get(url, final, sha256=SHA256)
    lies_there(final)


def test_a_wrong_digest_is_laid_aside(publisher: Publisher, final: Path) -> None:
    error = refused("sha256", publisher.at("notes.csv", sent(b"other")), final, sha256=SHA256)
    assert hashlib.sha256(b"other").hexdigest() in str(error) and SHA256 in str(error) and "notes.csv.refused" in str(error)
    assert [path.name for path in final.parent.iterdir()] == ["notes.csv.refused"]
    publisher.ways.clear()
    get(f"{publisher.url}/notes.csv", final, sha256=SHA256)
    assert final.read_bytes() == CONTENT


@pytest.mark.parametrize("length", [None, "told"])
@pytest.mark.parametrize("size", [len(CONTENT) - 1, len(CONTENT) + 1])
def test_longer_or_shorter_than_declared_is_refused(publisher: Publisher, final: Path, size: int, length: str | None) -> None:
    told = str(len(CONTENT)) if length else None
    error = refused("size", publisher.at("notes.csv", sent(CONTENT, Content_Length=told)), final, size=size)
    assert f"{size:,} are declared" in str(error) and not final.exists()
    assert len(publisher.asked) == 1


def test_no_more_is_written_than_is_declared(publisher: Publisher, final: Path) -> None:
    refused("size", publisher.at("notes.csv", sent(CONTENT, Content_Length=None)), final, size=1000)
    assert (final.parent / "notes.csv.refused").stat().st_size < len(CONTENT)


@pytest.mark.parametrize("code", [401, 403, 404, 410, 400, 418])
def test_a_refusal_is_not_asked_twice(publisher: Publisher, final: Path, code: int) -> None:
    error = refused("http_400" if code == 400 else f"http_{code}", publisher.at("notes.csv", status(code)), final)
    assert "https://publisher.invalid/notes" in str(error) and error.exit_code == 1
    assert len(publisher.asked) == 1 and not final.exists()


@pytest.mark.parametrize("code", [500, 502, 503, 429, 408])
def test_a_passing_fault_is_waited_for(publisher: Publisher, final: Path, code: int) -> None:
    get(publisher.at("notes.csv", status(code, 3)), final, sha256=SHA256)
    lies_there(final)
    assert len(publisher.asked) == 4


def test_a_lasting_fault_is_given_up(publisher: Publisher, final: Path) -> None:
    error = refused("no_answer", publisher.at("notes.csv", status(503)), final)
    assert "HTTP 503, after 4 attempts" in str(error) and len(publisher.asked) == 4


@pytest.mark.slow
def test_waits_double_and_a_server_may_ask_for_its_own(publisher: Publisher, final: Path) -> None:
    get(publisher.at("notes.csv", status(500, 3)), final, Patience(5, 0.4, 0.1))
    get(publisher.at("notes.csv", status(503, 1, Retry_After="1")), final, QUICK)
    times = [asked.at for asked in publisher.asked]
    waits = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert [waits[n] >= least for n, least in ((0, 0.1), (1, 0.2), (2, 0.4), (4, 1.0))] == [True] * 4
    error = refused("no_answer", publisher.at("notes.csv", status(429, Retry_After="86400")), final)
    assert "asks for 86,400 s" in str(error) and len(publisher.asked) == 7


def test_nobody_answers(final: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with published() as gone:
        url = f"{gone.url}/notes.csv"
    assert "127.0.0.1 does not answer" in str(refused("no_answer", url, final))


@pytest.mark.parametrize(("first", "pause", "told"), [(1000, 9.0, "sends nothing"), (10, 0.05, "less than 100 bytes a second")])
def test_a_slow_server_is_not_waited_for(publisher: Publisher, final: Path, first: int, pause: float, told: str) -> None:
    url = publisher.at("notes.csv", slowly(first, pause))
    began = time.monotonic()
    assert told in str(refused("no_answer", url, final, Patience(0, 0.4, 0.01)))
    assert time.monotonic() - began < 5
    get(url, final, sha256=SHA256)
    lies_there(final)
    assert publisher.ranges()[-1] is not None


def test_a_page_is_not_the_file(publisher: Publisher, final: Path) -> None:
    refused("page", publisher.at("notes.csv", sent(b"<html>Log in", Content_Type="text/html; charset=utf-8")), final)
    assert not final.exists() and len(publisher.asked) == 1


def test_a_compressed_answer_is_refused_where_the_file_is_not(publisher: Publisher, final: Path) -> None:
    url = publisher.at("notes.csv", sent(b"\x1f\x8b", Content_Encoding="gzip"))
    refused("encoding", url, final)
    packed = final.with_name("notes.csv.gz")
    get(url, packed)
    assert packed.read_bytes() == b"\x1f\x8b"


def test_names_that_the_server_suggests_do_not_count(publisher: Publisher, final: Path) -> None:
    way = sent(CONTENT, Content_Disposition='attachment; filename="../../evil.csv"')
    get(publisher.at("notes.csv", way), final)
    assert sorted(path.name for path in final.parents[2].rglob("*") if path.is_file()) == ["notes.csv"]


@pytest.fixture
def login(monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    monkeypatch.setenv("NOTES_USER", "anna")
    monkeypatch.setenv("NOTES_PASSWORD", SECRET)
    return ("NOTES_USER", "NOTES_PASSWORD")


BASIC = "Basic YW5uYTpwYXNzLW9mLXRoZS10ZXN0cw=="


def test_a_login_comes_from_the_environment(publisher: Publisher, final: Path, login: tuple[str, ...]) -> None:
    get(publisher.at("notes.csv", locked(BASIC)), final, sha256=SHA256, login=login)
    lies_there(final)
    error = refused("http_401", publisher.at("other.csv", locked("Basic other")), final.with_name("notes.csv"), login=login)
    assert "Check NOTES_USER and NOTES_PASSWORD" in str(error)


def test_a_token_comes_from_the_environment(publisher: Publisher, final: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTES_TOKEN", SECRET)
    get(publisher.at("notes.csv", locked(f"Bearer {SECRET}")), final, login=("NOTES_TOKEN",))
    lies_there(final)


def test_without_the_variables_nobody_is_asked(publisher: Publisher, final: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTES_USER", "anna")
    monkeypatch.delenv("NOTES_PASSWORD", raising=False)
    with pytest.raises(UsageError, match=r"NOTES_PASSWORD is not set.*https://publisher\.invalid/notes"):
        get(f"{publisher.url}/notes.csv", final, login=("NOTES_USER", "NOTES_PASSWORD"))
    assert publisher.asked == []


def test_no_login_of_another_file_is_sent(publisher: Publisher, final: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither ~/.netrc nor cookies."""
    (tmp_path / "netrc").write_text(f"machine 127.0.0.1 login anna password {SECRET}\n")
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    refused("no_answer", publisher.at("notes.csv", status(503, Set_Cookie="who=anna")), final)
    assert len(publisher.asked) == 4
    assert not any({"Authorization", "Cookie"} & set(asked.headers) for asked in publisher.asked)


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed_without_a_login(publisher: Publisher, final: Path, code: int) -> None:
    with published() as other:
        get(publisher.at("notes.csv", redirect(f"{other.url}/store?signature={SECRET}", code)), final, sha256=SHA256)
    lies_there(final)
    assert [asked.path for asked in other.asked] == [f"/store?signature={SECRET}"]


def test_a_redirect_on_the_same_host_keeps_the_login(publisher: Publisher, final: Path, login: tuple[str, ...]) -> None:
    publisher.at("store.csv", locked(BASIC))
    get(publisher.at("notes.csv", redirect("/store.csv")), final, login=login)
    lies_there(final)


def test_a_redirect_to_another_host_is_refused_with_a_login(publisher: Publisher, final: Path, login: tuple[str, ...]) -> None:
    with published() as other:
        error = refused("redirect", publisher.at("notes.csv", redirect(f"{other.url}/store?signature={SECRET}")), final, login=login)
    assert other.asked == [] and len(publisher.asked) == 1
    assert "may not get the login" in str(error)


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://publisher.invalid/notes.csv", "http://anna:secret@127.0.0.1/notes.csv"])
def test_a_redirect_leads_to_web_servers_alone(publisher: Publisher, final: Path, target: str) -> None:
    refused("redirect", publisher.at("notes.csv", redirect(target)), final)
    assert not final.exists()


def test_a_circle_of_redirects_ends(publisher: Publisher, final: Path) -> None:
    assert "more than 10 times" in str(refused("redirect", publisher.at("notes.csv", redirect("/notes.csv")), final))


def test_a_full_disk_is_told_with_its_path(publisher: Publisher, final: Path) -> None:
    """/dev/full refuses every byte as a full disk does; what does not fit is not even begun."""
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    final.parent.mkdir(parents=True)
    part = final.with_name("notes.csv.part")
    part.symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left") as caught:
        get(f"{publisher.url}/notes.csv", final)
    assert str(explained(caught.value)).startswith(f"The disk is full: {part} cannot be written. Free space there")
    part.unlink()
    with pytest.raises(OSError, match="No space left"):
        get(publisher.at("notes.csv", sent(b"", Content_Length=str(10**18))), final)
    assert part.stat().st_size == 0 and not final.exists()


def test_two_processes_do_not_write_one_part(publisher: Publisher, final: Path) -> None:
    url = f"{publisher.url}/notes.csv"
    with Part(final, url).held(), pytest.raises(UsageError, match="Another process fetches"):
        get(url, final)
    get(url, final, sha256=SHA256)
    lies_there(final)


KILLED = """
import sys
from pathlib import Path
from medslake.fetch.answers import session
from medslake.fetch.transfer import transfer
from medslake.fetch.wanted import Patience, Wanted
from medslake.sources import Download

one = Download(sys.argv[1], path="notes.csv")
transfer(session(), Wanted("notes", "page", one), Path(sys.argv[2]), Patience(0, 60, 1), lambda *_: None)
"""


@pytest.mark.process
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_an_interruption_leaves_what_can_be_gone_on_with(publisher: Publisher, final: Path, end: signal.Signals) -> None:
    url = publisher.at("notes.csv", slowly(200_000, 9.0))
    process = subprocess.Popen([sys.executable, "-c", KILLED, url, str(final)], stderr=subprocess.DEVNULL)
    part = Part(final, url)
    for _ in range(300):
        if part.size == 200_000:
            break
        time.sleep(0.1)
    process.send_signal(end)
    assert process.wait(20) != 0
    assert part.path.read_bytes() == CONTENT[:200_000] and not final.exists()
    assert json.loads(final.with_name("notes.csv.part.json").read_text())["etag"] == ETAG
    get(url, final, sha256=SHA256)
    lies_there(final)
    assert publisher.ranges() == [None, "bytes=200000-"]


def test_another_thread_may_fetch_another_file(publisher: Publisher, tmp_path: Path) -> None:
    threads = [threading.Thread(target=get, args=(f"{publisher.url}/{n}.csv", tmp_path / f"{n}.csv")) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all((tmp_path / f"{n}.csv").read_bytes() == CONTENT for n in range(4))
