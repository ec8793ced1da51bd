"""What a parser is given, and what is believed of what it gives."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

import pytest

from medslake.formats import Record
from medslake.formats.parts.hashed import Hashed, opened
from medslake.formats.parts.whole_files import _guarded

LINES = "".join(f"line {n}\n" for n in range(20_000)).encode()


@pytest.mark.parametrize("name", ["lines.txt", "lines.txt.gz"])
def test_a_stream_is_one_as_open_gives_it(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(gzip.compress(LINES) if name.endswith(".gz") else LINES)
    with Hashed(str(file)) as raw, opened(raw, name) as stream:
        assert stream.readline() == b"line 0\n"
        assert list(stream)[-1] == b"line 19999\n"
        assert raw.sha256() == sha256(file.read_bytes()).hexdigest()
    with Hashed(str(file)) as raw, opened(raw, name) as stream:
        assert stream.seek(7) == 7 and stream.read(6) == b"line 1"
        assert raw.sha256() == sha256(file.read_bytes()).hexdigest()


@pytest.mark.parametrize(("rows", "kept"), [((1, 2, 2), 2), ((2, 1), 1), ((0,), 0), ((-1,), 0), ((1, 5, 9), 3)])
def test_numbers_of_records_rise(rows: tuple[int, ...], kept: int, tmp_path: Path) -> None:
    def parse(stream: IO[bytes], name: str, options: Mapping[str, Any]) -> Iterator[Record]:
        yield from (Record(row, {"text": "x"}) for row in rows)

    (tmp_path / "a.txt").write_bytes(b"x")
    file = {"uri": str(tmp_path / "a.txt"), "name": "a.txt", "sha256": sha256(b"x").hexdigest(), "utf8": True, "beside": {}}
    found = list(_guarded(parse, (), {}, file))
    refused = [record for record in found if record.error]
    assert [record.row for record in found if not record.error] == list(rows[:kept])
    assert ("row_order" in str(refused[0].error)) if kept < len(rows) else not refused
