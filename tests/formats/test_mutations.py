"""Damaged twins of every format's example: no record is unaccounted for, whatever was done to the file."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import IO, TYPE_CHECKING, Any

import pytest

from medslake import registry
from medslake.conformance.formats import findings, outcomes
from medslake.conformance.mutations import spots, text_mutations
from medslake.conformance.scratch import Scratch
from medslake.formats import Record, raw_lines

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def _lines(content: bytes) -> list[bytes]:
    return content.removeprefix(b"\xef\xbb\xbf").split(b"\n")


def _filled(content: bytes) -> int:
    return sum(bool(line.strip()) for line in _lines(content))


def _paragraphs(content: bytes) -> int:
    filled = [bool(line.strip()) for line in _lines(content)]
    return sum(one and not before for before, one in zip([False, *filled], filled, strict=False))


#: Format -> how many records the content has, counted by other means than the reader's.
REFEREES: dict[str, Callable[[bytes], int]] = {
    "bioc_xml": lambda content: content.count(b"<document>"),
    "fixed_width": _filled,
    "iob": _paragraphs,
    "jsonl": _filled,
    "obo": lambda content: sum(line.startswith(b"[Term]") for line in _lines(content)),
    "pubtator": _paragraphs,
    "text_folder": _filled,
    "tsv": lambda content: _filled(content) - 1,
}


@pytest.fixture(scope="module")
def scratch(spark: SparkSession) -> Iterator[Scratch]:
    with Scratch(spark) as made:
        yield made


@pytest.mark.long
@pytest.mark.parametrize("name", registry.names("format"))
def test_every_record_is_accounted_for(name: str, scratch: Scratch) -> None:
    found = outcomes(registry.get("format", name), scratch)
    assert "; ".join(fault for one in found for fault in one.faults) == ""
    assert len(found) >= 20
    referee = REFEREES.get(name)
    if referee is not None:
        read = [one for one in found if not one.refused]
        told = {one.mutation.name: len(one.rows) + one.aside for one in read}
        assert told == {one.mutation.name: referee(one.mutation.content) for one in read}
    refused = [one.mutation.name for one in found if one.refused]
    assert len(refused) <= len(found) / 4, refused
    # Nothing ends a parser that its author did not foresee.
    assert [one.mutation.name for one in found if one.refused == "unreadable" and registry.get("format", name).text] == []


def test_a_format_of_a_plug_in_is_tried_as_it_is(scratch: Scratch) -> None:
    """One that stops at the first fault, and one that guesses, are found out by the same code; so is nothing in an honest one."""

    def honest(stream: IO[bytes], name: str, options: Any) -> Iterator[Record]:
        for row, (line, too_long) in enumerate(raw_lines(stream), start=1):
            text = line.decode("utf-8", errors="replace")
            if text.strip():
                bad = too_long or "\ufffd" in text or not text.replace(" ", "").isalpha()
                yield Record(row, {"line": text}, "line: it holds more than letters" if bad else None, text)

    def stops(stream: IO[bytes], name: str, options: Any) -> Iterator[Record]:
        for record in honest(stream, name, options):
            yield record
            if record.error:
                return

    form = registry.get("format", "text_folder")
    example = replace(form.example, content="ember fever\nreed cough\nmarsh chill\nfen ague\n", schema="line STRING", rows=({},) * 4)
    forms = {
        "honest": replace(form, name="text_folder", parse=honest, example=example),
        "stops": replace(form, name="text_folder", parse=stops, example=example),
    }
    found = findings(forms, scratch)
    assert found["honest"] == []
    assert any("are not the" in told for told in found["stops"])


def test_spots_lie_in_one_record_each() -> None:
    content = b"a 17\nb 17\nc 99\n"
    rows = [{"name": "a 17", "n": "17"}, {"name": "b 17", "n": "17"}, {"name": "c 99", "n": "99"}]
    assert [(one.record, one.column, one.text) for one in spots(content, rows)] == [
        (0, "name", "a 17"),
        (1, "name", "b 17"),
        (2, "name", "c 99"),
    ]
    twins = text_mutations(content, rows)
    assert len({twin.name for twin in twins}) == len(twins) >= 60
    assert all(twin.content != content or twin.name == "carriage returns alone" for twin in twins)
    assert io.BytesIO(twins[0].content).read() == b"a \x0017\nb 17\nc 99\n"
