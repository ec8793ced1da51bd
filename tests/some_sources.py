"""Which sources the suite tries where the long tests try all."""

from __future__ import annotations

from medslake import registry
from medslake.demo import fewest


def some_sources() -> set[str]:
    """As few as have every silver kind among them (formats are tried by themselves); `make test-long` tries all."""
    covers = {name: set(one.silver) for name, one in registry.sound("source").items()}
    return fewest(covers, set().union(*covers.values()))
