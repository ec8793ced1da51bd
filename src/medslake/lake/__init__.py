"""The lakehouse: Delta tables, runs, the quality gate, lineage, access classes and SQL. It knows no medicine."""

from medslake.lake.lake import Lake, open_lake

__all__ = ["Lake", "open_lake"]
