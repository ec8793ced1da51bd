"""A source for every registered format, of its example, as a plug-in."""

from __future__ import annotations

from pathlib import Path

TEXT = '''
"""A source per format, of its example."""
from medslake import registry
from medslake.sources import Example, Source, by_hash, mapped

TEXT = "array(named_struct('name', 'row', 'text', CAST(_row AS STRING)))"


def of(name):
    form = registry.get("format", name)
    return Source(
        name=f"of_{name}",
        title=name,
        citation="none",
        licence="CC0",
        access="public",
        domain="Clinical Text",
        page="https://example.org",
        files=(form.example.native(name),),
        split=by_hash("record_id"),
        silver={"documents": mapped("example", record_id="CAST(_row AS STRING)", sections=TEXT)},
        example=Example({}, {"documents": [{"record_id": "1"}]}),
    )


SOURCES = tuple(of(name) for name in registry.names("format"))
'''


def write_plugin(folder: Path) -> None:
    """folder: of plug-ins."""
    (folder / "sources").mkdir(parents=True, exist_ok=True)
    (folder / "sources" / "of_formats.py").write_text(TEXT)
