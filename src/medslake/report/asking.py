"""How the parts of a report ask the lake."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["Ask", "Leaves"]

#: (table, query) -> rows, none where the lake does not have the table.
Ask = Callable[[str, str], list[dict[str, Any]]]
#: The same over rows that the page may carry; what was left out is told too: table -> access class -> rows.
Leaves = Callable[[str, str], tuple[list[dict[str, Any]], Mapping[str, Mapping[str, int]]]]
