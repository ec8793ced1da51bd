"""The answers that a report carries, as its script reads them."""

from __future__ import annotations

import base64
import gzip
import json
import re
from pathlib import Path
from typing import Any

__all__ = ["answers_on", "said_by"]

_PACKED = re.compile(r'<script type="application/octet-stream" id="samples-data">([^<]*)</script>')


def answers_on(html: str) -> dict[str, Any]:
    """The packed part of the page; without a task where it carries none."""
    found = _PACKED.search(html)
    told: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(found[1]))) if found else {"sets": [], "tasks": []}
    return told


def said_by(path: Path) -> str:
    """All that a report says, packed or not."""
    html = path.read_text(encoding="utf-8")
    return html + json.dumps(answers_on(html), ensure_ascii=False)
