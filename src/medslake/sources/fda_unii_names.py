"""UNII names of the FDA: every name of a substance, with the substance's id and the name by which it is shown. One concept per id.

Types of names as in the release: cn common, bn brand, of official, sys systematic, cd code; each is told as an attribute with its name.
"""

from medslake.sources import Bronze, Example, Frame, NativeFile, Source, by_hash, chosen, mapped
from medslake.synth import Twin, TwinTables, tsv
from medslake.synth.parts.listings import substance

__all__ = ["SOURCE"]

_KINDS = {"cn": "common name", "bn": "brand name", "of": "official name", "sys": "systematic name", "cd": "code"}


def _substances(bronze: Bronze) -> Frame:
    """`unii, rows`: the names of a substance in the order of the file."""
    from pyspark.sql import functions as F

    told = F.struct("_file", "_row", "name", "kind", "display_name", "_origin")
    rows = bronze["names"].groupBy("unii").agg(F.array_sort(F.collect_list(told)).alias("rows"))
    places = {"origin": F.col("rows")[0]["_origin"], "joined": F.expr("transform(slice(rows, 2, size(rows)), r -> r._origin)")}
    return rows.withColumns({**places, "display_name": F.col("rows")[0]["display_name"]})


SOURCE = Source(
    name="fda_unii_names",
    title="UNII names of substances",
    citation="FDA UNII Names list (UNIIs archive, precision.fda.gov).",
    licence="Public domain (work of the US government)",
    access="public",
    domain="Medical Knowledge",
    page="https://precision.fda.gov/uniisearch/archive",
    files=(
        NativeFile(
            "names",
            ("UNII_Names*.txt",),
            "tsv",
            "name STRING, kind STRING, unii STRING, display_name STRING",
            options={
                "aliases": {"Name": "name", "TYPE": "kind", "UNII": "unii", "Display Name": "display_name"},
                "required": ("name", "unii", "display_name"),
            },
            sha256={"UNII_Names.sample.txt": "79d3375f4dd0167a1735d4f3d99c2977d708bf4fe02d5b047b4650200f1e326d"},
        ),
    ),
    split=by_hash("record_id"),
    silver={
        "concepts": mapped(
            _substances,
            aside={"display_name: the substance has more than one": "size(array_distinct(rows.display_name)) > 1"},
            record_id="unii",
            concept_id="concat('UNII:', unii)",
            name="display_name",
            synonyms="array_except(rows.name, array(display_name))",
            relations="CAST(array() AS ARRAY<STRUCT<type: STRING, target: STRING, target_name: STRING>>)",
            xrefs="CAST(array() AS ARRAY<STRING>)",
            attributes=f"transform(rows, r -> named_struct('name', {chosen('r.kind', _KINDS, 'r.kind')}, 'value', r.name))",
        )
    },
    example=Example(
        files={
            "UNII_Names.txt": (
                "Name\tTYPE\tUNII\tDisplay Name\r\nVELA-BLUE\tbn\t0000000X1X\tVELATRINE\r\nCORIMOL\tof\t0000000X2X\tCORIMOL\r\n"
                "VELATRINE\tcn\t0000000X1X\tVELATRINE\r\nVX-1\tzz\t0000000X1X\tVELATRINE\r\nONE\tcn\t0000000X3X\tONE\r\n"
                "UNA\tcn\t0000000X3X\tUNA\r\n"
            )
        },
        rows={
            "concepts": [
                {
                    "record_id": "0000000X1X",
                    "concept_id": "UNII:0000000X1X",
                    "name": "VELATRINE",
                    "synonyms": ["VELA-BLUE", "VX-1"],
                    "attributes": [
                        {"name": "brand name", "value": "VELA-BLUE"},
                        {"name": "common name", "value": "VELATRINE"},
                        {"name": "zz", "value": "VX-1"},
                    ],
                },
                {"record_id": "0000000X2X", "synonyms": [], "attributes": [{"name": "official name", "value": "CORIMOL"}]},
            ]
        },
    ),
    twin=Twin(TwinTables(substance, {"names": ("UNII_Names.txt", tsv("Name, TYPE, UNII, Display Name", end="\r\n"))}, 175_500)),
)
