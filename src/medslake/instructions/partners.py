"""Other rows of the same split beside each row: the ring that `Task.partners` asks for."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from medslake.tasks.base import Partners

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["with_partners"]


def with_partners(rows: DataFrame, partners: Partners) -> DataFrame:
    """Adds `partners`: array of structs of record_id, access, origin, joined and the columns asked for, in the order of the ring.

    The ring is made of ids only, so that the one window over a whole split stays narrow.
    """
    from pyspark.sql import functions as F

    count = partners.count
    ring = f"over (partition by split order by xxhash64(record_id, {partners.seed}), record_id"
    following = f"collect_list(record_id) {ring} rows between 1 following and {count} following) as following"
    ids = rows.selectExpr("split", "record_id", following, f"row_number() {ring}) as place")
    # After the last row of a ring comes its first.
    heads = ids.where("place = 1").selectExpr("split", "concat(array(record_id), following) as head")
    # A ring shorter than that would make a row its own partner, or one row a partner twice.
    others = f"slice(array_remove(array_distinct(concat(following, head)), record_id), 1, {count})"
    ring_ids = ids.join(heads, "split")
    # One frame for each place: a place that comes out of an array would make every partner a function of the whole ring, for lineage.
    places = [ring_ids.selectExpr("record_id", f"{n} as place", f"get({others}, {n}) as partner_id") for n in range(count)]
    wanted = reduce(lambda a, b: a.unionByName(b), places).where("partner_id is not null")
    carried = ", ".join(dict.fromkeys(("record_id", "access", "origin", "joined", *partners.columns)))
    known = rows.selectExpr("record_id as partner_id", f"struct({carried}) as partner")
    placed = F.array_sort(F.collect_list(F.struct("place", "partner")), lambda a, b: a["place"] - b["place"])
    found = wanted.join(known, "partner_id").groupBy("record_id").agg(F.transform(placed, lambda p: p["partner"]).alias("partners"))
    return rows.join(found, "record_id", "left").withColumn("partners", F.coalesce("partners", F.array()))
