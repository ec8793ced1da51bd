"""Formats: their examples, and damaged twins of them, read in Spark workers."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING, Any

from medslake.conformance.binary_mutations import binary_mutations
from medslake.conformance.mutations import Mutation, text_mutations
from medslake.conformance.rows import differences
from medslake.errors import InputRefused
from medslake.formats import REFUSED, Delivered, Format
from medslake.ingest.inventory import Family, take_inventory
from medslake.ingest.reading import read_records
from medslake.plugins import reason
from medslake.sources import Example, Source

if TYPE_CHECKING:
    from medslake.conformance.scratch import Scratch

#: Damaged twins that a check of a plug-in reads.
_SAMPLE = 12

__all__ = ["Outcome", "findings", "outcomes"]


@dataclass(frozen=True)
class Outcome:
    """What became of a damaged twin. refused: the rule, None where the file was read. faults: none of an honest reader."""

    mutation: Mutation
    refused: str | None
    rows: tuple[Mapping[str, Any], ...]
    aside: int
    faults: tuple[str, ...]


def findings(formats: Mapping[str, Format], scratch: Scratch) -> dict[str, list[str]]:
    found = {}
    for name, form in formats.items():
        try:
            found[name] = _findings(form, scratch)
        except Exception as error:
            found[name] = [f"The example cannot be read. {reason(error)}"]
    return found


def _findings(form: Format, scratch: Scratch) -> list[str]:
    if unknown := list(_unknown(form)):
        return unknown
    rows = _read(form, scratch, {"": _family(form, scratch, "", form.example.files())})
    wrong = [f"Record {row['_row']} of the example: {row['_error']}" for row in rows if row["_error"] and not _bad_wanted(form)]
    kept = [row for row in rows if _bad_wanted(form) or not row["_error"]]
    wrong += [f"The example: {told}" for told in differences(form.example.rows, kept)]
    return wrong or [fault for one in outcomes(form, scratch, sample=_SAMPLE) for fault in one.faults]


def _unknown(form: Format) -> Iterator[str]:
    """Values of the example for which its schema has no column: they would vanish without a word."""
    if form.parse is None:
        return
    native, files = form.example.native(form.name), form.example.files()
    stem = form.example.file.rpartition(".")[0]
    beside = {ending: files[f"{stem}{ending}"] for ending in form.beside}
    options = {**form.options, **native.options, "columns": dict(native.columns), "beside": beside}
    for record in form.parse(io.BytesIO(files[form.example.file]), form.example.file, options):
        if names := sorted(set(record.values) - set(native.names)):
            yield f"Record {record.row} of the example has {', '.join(names)}; the schema has {', '.join(native.names)} alone."


def _bad_wanted(form: Format) -> bool:
    """Whether the example shows bad records too."""
    return any("_error" in row for row in form.example.rows)


def outcomes(form: Format, scratch: Scratch, sample: int | None = None) -> list[Outcome]:
    """What becomes of the damaged twins of a format's example. sample: of so many of them, the same ones each time; None = of all."""
    intact = [row for row in _read(form, scratch, {"": _family(form, scratch, "", form.example.files())}) if not row["_error"]]
    content = form.example.files()[form.example.file]
    twins = text_mutations(content, intact, whole=form.one_record_per_file) if form.text else binary_mutations(content, form, intact)
    if sample is not None and sample < len(twins):
        twins = Random(form.name).sample(twins, sample)
    named = {f"{at:03d}": twin for at, twin in enumerate(twins)}
    families: dict[str, Family] = {}
    refused: dict[str, str] = {}
    for name, twin in named.items():
        try:
            families[name] = _family(form, scratch, name, {**form.example.files(), form.example.file: twin.content})
        except InputRefused as error:
            refused[name] = error.rule
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in named}
    for row in _read(form, scratch, families):
        rows[row["_file"].partition("/")[0]].append(row)
    return [_judged(twin, refused.get(name), rows[name], intact) for name, twin in named.items()]


def _family(form: Format, scratch: Scratch, name: str, files: Mapping[str, bytes]) -> Family:
    folder = scratch.written(f"format-{form.name}-{name}", files)
    native = form.example.native(form.name)
    owner = Source("example", "Example", "none", "none", "public", "Clinical Text", (native,), {}, Example({}, {}))
    (family,) = take_inventory(owner, str(folder)).families
    return family


def _read(form: Format, scratch: Scratch, families: Mapping[str, Family]) -> list[dict[str, Any]]:
    """Rows of all files in one job, each file under its folder's name."""
    delivered: list[Delivered] = []
    for name, family in families.items():
        delivered += [replace(one, name=f"{name}/{one.name}" if name else one.name) for one in family.files]
    if not delivered:
        return []
    native = next(iter(families.values())).native
    rows = read_records(scratch.spark, form, native, delivered).toArrow().to_pylist()
    return sorted(rows, key=lambda row: (row["_file"], row["_row"]))


def _judged(twin: Mutation, refused: str | None, rows: Sequence[Mapping[str, Any]], intact: Sequence[Mapping[str, Any]]) -> Outcome:
    stopped = [row["_error"].removeprefix(REFUSED) for row in rows if (row["_error"] or "").startswith(REFUSED)]
    good = [row for row in rows if not row["_error"]]
    aside = len(rows) - len(good) - len(stopped)
    # A file of which no record can be read is refused as well.
    if not refused and (stopped or not good):
        refused = stopped[0].partition(":")[0] if stopped else "no_records"
    if refused:
        return Outcome(twin, refused, (), aside, ())
    faults = []
    if not twin.fewest <= len(rows) <= twin.most:
        faults.append(f"{twin.name}: {len(good)} rows and {aside} set aside are not the {twin.fewest} to {twin.most} records.")
    plain = [_plain(row) for row in good]
    lost = [number for number, row in enumerate(intact) if number not in twin.touched and _plain(row) not in plain]
    if lost:
        faults.append(f"{twin.name}: record {lost[0] + 1}, which was not touched, is not among the rows.")
    if twin.kept is not None and len(rows) == len(intact):
        number, column, wanted = twin.kept
        # XML reads a carriage return as a line feed, and in an attribute every white space as a blank.
        same = (wanted, wanted.strip(), wanted.replace("\r", "\n"), re.sub(r"[\t\r\n]", " ", wanted), None)
        if not rows[number]["_error"] and rows[number][column] not in same:
            faults.append(f"{twin.name}: column {column} is read as something else than what stands there.")
    return Outcome(twin, None, tuple(good), aside, tuple(faults))


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if not name.startswith("_")}
