"""Excel workbooks with the same bytes for the same cells, whenever and wherever they are written."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence

__all__ = ["workbook"]

#: The first instant that zip can store; a workbook carries time stamps in its properties and around its parts.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_STAMP = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def workbook(sheet: str, rows: Sequence[Sequence[str | int | float | None]]) -> bytes:
    """An .xlsx with one sheet; the first row is the header."""
    import openpyxl

    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.title = sheet
    for row in rows:
        page.append(list(row))
    saved, packed = io.BytesIO(), io.BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(packed, "w") as new:
        for name in sorted(old.namelist()):
            content = old.read(name)
            if name == "docProps/core.xml":
                content = _STAMP.sub(b"1980-01-01T00:00:00Z", content)
            new.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED, 6)
    return packed.getvalue()
