"""A remote engine that may see public rows only and remembers nothing."""

from __future__ import annotations

from medslake.engines.base import Engine


class FarAway:
    def measure(self, prompts: object) -> object:
        raise AssertionError("nothing may be sent before the access classes are checked")


def _open(model: str, *, weights: bool = True) -> FarAway:
    return FarAway()


ENGINE = Engine(
    name="far_away", about="May see public rows only.", open=_open, identify=lambda model: model, remote=True, clearance="public"
)
