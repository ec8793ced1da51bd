"""XML, written as text: elements by `tag`, files by `xml`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from medslake.synth.writers.base import TextWriter, Writer

__all__ = ["tag", "xml"]


def tag(name: str, *inner: str | None, text: str | None = None, **attributes: object) -> str:
    """An element. inner: elements in it, as `tag` makes them. text: its text. attributes: their names with `_` for `-`."""
    told = "".join([f" {key.replace('_', '-')}={quoteattr(str(value))}" for key, value in attributes.items() if value is not None])
    body = "".join([one for one in inner if one]) + (escape(text) if text else "")
    return f"<{name}{told}>{body}</{name}>" if body else f"<{name}{told}/>"


def xml(one: Callable[[Any], str], root: str, *, head: str = '<?xml version="1.0" encoding="UTF-8"?>', about: str = "") -> Writer:
    """A file of elements below `root`, an open tag such as `<topics total="9">`. about: what stands before the first record."""
    name = root.strip("<>").split()[0]
    return TextWriter(one, f"{head}\n{root}\n{about}", "\n", f"\n</{name}>\n")
