"""Features and outcomes of silver.encounters, as Spark SQL."""

from __future__ import annotations

from collections.abc import Mapping

from medslake.sources.parts.mapping import quoted

__all__ = ["feature", "features", "outcomes"]


def feature(name: str, value: str, unit: str | None = None) -> str:
    """SQL for one feature. value: SQL."""
    told = "CAST(NULL AS STRING)" if unit is None else quoted(unit)
    return f"named_struct('name', {quoted(name)}, 'value', CAST({value} AS STRING), 'unit', {told})"


def features(named: Mapping[str, str], units: Mapping[str, str] | None = None) -> str:
    """SQL for `features`: name -> value (SQL), in the order they are told; those without a value are left out. units: name -> unit."""
    every = ", ".join(feature(name, value, (units or {}).get(name)) for name, value in named.items())
    return f"filter(array({every}), f -> f.value IS NOT NULL)"


def outcomes(**named: str) -> str:
    """SQL for `outcomes`: name=SQL; those without a value are left out."""
    every = ", ".join(f"{quoted(name)}, CAST({value} AS STRING)" for name, value in named.items())
    return f"map_filter(map({every}), (name, value) -> value IS NOT NULL)"
