"""Which sources the suite tries where the long tests try all."""

from __future__ import annotations

from medslake import registry


def some_sources() -> set[str]:
    """As few as have every format and every silver kind among them, by name; `make test-long` tries all."""
    wanted = {name: {*(file.format for file in one.files), *one.silver} for name, one in sorted(registry.sound("source").items())}
    chosen: set[str] = set()
    left = set().union(*wanted.values())
    while left:
        best = max(wanted, key=lambda name: len(wanted[name] & left))
        chosen.add(best)
        left -= wanted[best]
    return chosen
