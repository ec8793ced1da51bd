"""Formats: their examples, read in Spark workers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from medslake.conformance.rows import differences
from medslake.formats import Format
from medslake.ingest.inventory import take_inventory
from medslake.ingest.reading import read_records
from medslake.plugins import reason
from medslake.sources import Example, Source

if TYPE_CHECKING:
    from medslake.conformance.scratch import Scratch

__all__ = ["findings"]


def findings(formats: Mapping[str, Format], scratch: Scratch) -> dict[str, list[str]]:
    found = {}
    for name, form in formats.items():
        try:
            found[name] = _findings(form, scratch)
        except Exception as error:
            found[name] = [f"The example cannot be read. {reason(error)}"]
    return found


def _findings(form: Format, scratch: Scratch) -> list[str]:
    native = form.example.native(form.name)
    folder = scratch.written(f"format-{form.name}", form.example.files())
    owner = Source("example", "Example", "none", "none", "public", "Clinical Text", (native,), {}, Example({}, {}))
    (family,) = take_inventory(owner, str(folder)).families
    rows = read_records(scratch.spark, form, family.native, family.files).orderBy("_file", "_row").toArrow().to_pylist()
    wrong = [f"Record {row['_row']} of the example: {row['_error']}" for row in rows if row["_error"] and not _bad_wanted(form)]
    kept = [row for row in rows if _bad_wanted(form) or not row["_error"]]
    return wrong + [f"The example: {told}" for told in differences(form.example.rows, kept)]


def _bad_wanted(form: Format) -> bool:
    """Whether the example shows bad records too."""
    return any("_error" in row for row in form.example.rows)
