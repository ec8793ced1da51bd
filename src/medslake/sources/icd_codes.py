"""ICD-9-CM and ICD-10-CM: titles of codes, the list of all ICD-10-CM codes, and the general equivalence mappings from 9 to 10.

Concepts are the codes with a title: `ICD9CM:413.9` (diagnoses), `ICD9PROC:39.61` (procedures), `ICD10CM:S03.0XXA`. A code's parent is the
longest shorter code with the same beginning that is listed. Codes delivered with their point, or in small letters, are the same codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from medslake.sources import Bronze, Example, Mapped, NativeFile, Source, by_hash, joined, joined_on, mapped, origin
from medslake.synth import LEAST, Twin, TwinFile, csv, lines, plain_text
from medslake.synth.parts.codes import GEM_COLUMNS, diagnosis, listed_code, mapping, procedure_line, ten_line

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["RELATIONS", "SOURCE", "concepts", "dotted"]

_DX, _SG, _TEN, _GEM, _LIST = (
    "CMS32_DESC_LONG_DX.txt",
    "CMS32_DESC_LONG_SG.txt",
    "icd10cm-codes-2024.txt",
    "icd9toicd10cmgem.csv",
    "code-list-April-2026.txt",
)
RELATIONS = "ARRAY<STRUCT<type: STRING, target: STRING, target_name: STRING>>"


def plain(code: str) -> str:
    """SQL for a code without its point: the one spelling by which the lists and mappings are brought together."""
    return f"upper(replace(trim({code}), '.', ''))"


def dotted(system: str, code: str = "code") -> str:
    """SQL for a code with its point: after 3 characters, 4 in external causes of ICD-9 (E), 2 in its procedures, never in PCS."""
    if system == "ICD10PCS":
        return code
    at = {"ICD9PROC": "2", "ICD9CM": f"IF(startswith({code}, 'E'), 4, 3)"}.get(system, "3")
    return f"IF(length({code}) > {at}, concat(substring({code}, 1, {at}), '.', substring({code}, {at} + 1)), {code})"


def _concept_id(system: str, code: str = "code") -> str:
    return f"concat('{system}:', {dotted(system, code)})"


def _parents(system: str, codes: DataFrame, listed: DataFrame) -> DataFrame:
    """`code, relations`: is_a to the longest listed proper prefix of at least two (procedures) or three characters."""
    from pyspark.sql import functions as F

    shortest = 2 if system == "ICD9PROC" else 3
    prefixes = codes.select("code", F.explode(F.sequence(F.lit(1), F.length("code") - 1)).alias("size")).where(F.col("size") >= shortest)
    prefixes = prefixes.select("code", F.expr("substring(code, 1, size)").alias("prefix"))
    known = listed.groupBy(F.col("code").alias("prefix")).agg(F.min("title").alias("title"))
    found = (
        joined_on(prefixes, known, "prefix", keep="matched")
        .groupBy("code")
        .agg(F.max(F.struct(F.length("prefix"), "prefix", "title")).alias("best"))
    )
    parent = f"named_struct('type', 'is_a', 'target', {_concept_id(system, 'best.prefix')}, 'target_name', best.title)"
    return found.select("code", F.expr(f"array({parent})").alias("relations"))


def _mappings(gem: DataFrame) -> DataFrame:
    """`code, xrefs, joined`: the ICD-10-CM codes of an ICD-9-CM diagnosis in code order, and the bronze rows that say so."""
    from pyspark.sql import functions as F

    pairs = gem.where("no_map = 0").selectExpr(f"{plain('icd9cm')} AS code", f"{plain('icd10cm')} AS ten", "_origin AS origin")
    pairs = pairs.select("code", F.expr(_concept_id("ICD10CM", "ten")).alias("to"), "origin")
    rows = pairs.groupBy("code").agg(F.array_sort(F.collect_list(F.struct("to", "origin"))).alias("rows"))
    return rows.select("code", F.array_distinct("rows.to").alias("xrefs"), F.col("rows.origin").alias("joined"))


def concepts(
    table: str, system: str, printed: str, more: Mapping[str, str] | None = None, aside: Mapping[str, str] | None = None
) -> Mapped:
    """The rule of one list of titles. system: prefix of its ids. printed: its name as an attribute. more: further ones, name -> SQL."""

    def rows(bronze: Bronze) -> DataFrame | None:
        from pyspark.sql import functions as F

        if table not in bronze:
            return None
        codes = bronze[table].withColumn("code", F.expr(plain("code")))
        listed = codes.select("code", "title")
        if system == "ICD10CM" and "icd10cm_list" in bronze:
            listed = listed.unionByName(bronze["icd10cm_list"].selectExpr(f"{plain('code')} AS code", "CAST(NULL AS STRING) AS title"))
        found = joined_on(codes.withColumn("origin", origin()), _parents(system, codes, listed), "code")
        if system == "ICD9CM" and "icd9_to_icd10" in bronze:
            return joined_on(found, _mappings(bronze["icd9_to_icd10"]), "code", told=(bronze, f"{table}, icd9_to_icd10"))
        return found.withColumns({"xrefs": F.lit(None).cast("array<string>"), "joined": joined()})

    told = {"code": "code", "system": f"'{printed}'", **(more or {})}
    attributes = ", ".join(f"named_struct('name', '{name}', 'value', {sql})" for name, sql in told.items())
    return mapped(
        rows,
        aside=aside,
        record_id=_concept_id(system),
        concept_id=_concept_id(system),
        name="title",
        synonyms="CAST(array() AS ARRAY<STRING>)",
        relations=f"coalesce(relations, CAST(array() AS {RELATIONS}))",
        xrefs="coalesce(xrefs, CAST(array() AS ARRAY<STRING>))",
        attributes=f"filter(array({attributes}), a -> a.value IS NOT NULL)",
    )


def _titles(table: str, globs: tuple[str, ...], width: int, sha256: Mapping[str, str], **options: str) -> NativeFile:
    """Codes in the first `width` characters, titles in the rest."""
    spans = {"code": (0, width), "title": (width, None)}
    return NativeFile(
        table,
        globs,
        "fixed_width",
        "code STRING, title STRING",
        key=("code",),
        options={"spans": spans, "required": ("title",), **options},
        sha256=sha256,
        required=False,
    )


SOURCE = Source(
    name="icd_codes",
    title="ICD-9-CM and ICD-10-CM codes and titles",
    citation=(
        "CMS ICD-9-CM version 32 titles; CMS 2024 ICD-10-CM code descriptions; NCHS ICD-10-CM April 2026 code list; "
        "CMS general equivalence mappings."
    ),
    licence="Public domain (works of the US government)",
    access="public",
    domain="Medical Knowledge",
    page="https://www.cms.gov/medicare/coding-billing/icd-10-codes",
    files=(
        _titles(
            "icd9cm_diagnoses",
            (_DX, "CMS*_DESC_LONG_DX*.txt"),
            6,
            {_DX: "37fee8081daddd6344005890bfeb2d77b18a67e68ce4ed1c1797964b5f554ee9"},
            encoding="ISO-8859-1",
        ),
        _titles(
            "icd9cm_procedures",
            (_SG, "CMS*_DESC_LONG_SG*.txt"),
            5,
            {_SG: "6e2b5ae376afecee0872bc71df89d8e1acf1ce8ea09332037fe8c5e47ad77722"},
            encoding="ISO-8859-1",
        ),
        _titles(
            "icd10cm",
            ("icd10cm-codes-20[0-9][0-9].txt", "icd10cm-codes*.txt", "icd10cm_codes_*.txt"),
            8,
            {"icd10cm-codes-2024.subset.txt": "6189d05291f6c255af83de2a1e6d9b903d21abb0efcc6b1c82de3fd458050ce8"},
        ),
        NativeFile(
            table="icd10cm_list",
            globs=("code-list-*.txt",),
            format="fixed_width",
            schema="code STRING",
            # Chapters, blocks and codes in one column; blocks that hold a single code are listed twice, so there is no key.
            sha256={_LIST: "df54d9743a3499f4a4fc12882edb7ce0d975b44ada5a2a25597aa56d0c2ac1c4"},
            required=False,
        ),
        NativeFile(
            table="icd9_to_icd10",
            globs=(_GEM, "*gem*.csv"),
            format="csv",
            schema=(
                "icd9cm STRING, icd10cm STRING, flags STRING, approximate INT, no_map INT, combination INT, scenario INT, choice_list INT"
            ),
            key=("icd9cm", "icd10cm", "flags"),
            sha256={_GEM: "a4da8e8a59b3f7c69e7310f3da44a38cf28c0fd01fd3e35dd66bd2f46e711f7f"},
            required=False,
        ),
    ),
    split=by_hash("record_id"),
    silver={
        "concepts": (
            concepts("icd9cm_diagnoses", "ICD9CM", "ICD-9-CM"),
            concepts("icd9cm_procedures", "ICD9PROC", "ICD-9-CM"),
            concepts("icd10cm", "ICD10CM", "ICD-10-CM"),
        )
    },
    example=Example(
        files={
            _DX: "9990  Ember fever caught in M\xfcrren\n99901 Ember fever with shivers\nE9999 Struck by a falling kite\n".encode(
                "latin-1"
            ),
            _SG: "9910 Tapping of the knee\n",
            _TEN: "U900    Ember fever\nU9001XA Ember fever, first visit\n",
            _LIST: "22\r\nU90-U90\r\nU90\r\nU900\r\nU9001\r\nU9001XA\r\n",
            _GEM: f'{GEM_COLUMNS}\n"9990","U9001XA","10000",1,0,0,0,0\n"9990","U900","00000",0,0,0,0,0\n"99901","NoDx","11000",1,1,0,0,0\n',
        },
        rows={
            "concepts": [
                {
                    "record_id": "ICD10CM:U90.0",
                    "name": "Ember fever",
                    "relations": [{"type": "is_a", "target": "ICD10CM:U90", "target_name": None}],
                    "attributes": [{"name": "code", "value": "U900"}, {"name": "system", "value": "ICD-10-CM"}],
                },
                {
                    "record_id": "ICD10CM:U90.01XA",
                    "name": "Ember fever, first visit",
                    "relations": [{"type": "is_a", "target": "ICD10CM:U90.01", "target_name": None}],
                },
                {
                    "record_id": "ICD9CM:999.0",
                    "name": "Ember fever caught in M\xfcrren",
                    "relations": [],
                    "xrefs": ["ICD10CM:U90.0", "ICD10CM:U90.01XA"],
                },
                {
                    "record_id": "ICD9CM:999.01",
                    "name": "Ember fever with shivers",
                    "relations": [{"type": "is_a", "target": "ICD9CM:999.0", "target_name": "Ember fever caught in M\xfcrren"}],
                    "xrefs": [],
                },
                {"record_id": "ICD9CM:E999.9", "name": "Struck by a falling kite"},
                {"record_id": "ICD9PROC:99.10", "name": "Tapping of the knee"},
            ]
        },
    ),
    twin=Twin(
        TwinFile(_DX, diagnosis, lines(), 14_567, first=0, least=LEAST),
        TwinFile(_SG, procedure_line, lines(), 3_882, first=0, least=LEAST),
        TwinFile(_TEN, ten_line, lines(), 74_044, first=0, least=LEAST),
        TwinFile(_LIST, listed_code, plain_text(separator="\r\n"), 74_044, first=0, least=LEAST),
        TwinFile(_GEM, mapping, csv(GEM_COLUMNS), 21_000, first=0, least=LEAST),
    ),
)
