"""The lakehouse: Delta tables, runs, the quality gate, lineage, access classes and SQL. It knows no medicine."""

from medslake.lake.lake import Lake, open_lake
from medslake.lake.store import Store

__all__ = ["Lake", "Store", "open_lake"]
