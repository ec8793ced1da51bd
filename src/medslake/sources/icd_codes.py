"""ICD-9-CM and ICD-10-CM: titles of codes, the list of all ICD-10-CM codes, and the general equivalence mappings from 9 to 10.

Concepts are the codes with a title: `ICD9CM:413.9` (diagnoses), `ICD9PROC:39.61` (procedures), `ICD10CM:S03.0XXA`. A code's parent is the
longest shorter code with the same beginning that is listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from random import Random
from typing import TYPE_CHECKING

from medslake.sources.base import Example, FileContent, NativeFile, Source
from medslake.sources.parts.mapping import hash_split, joined, origin
from medslake.synth.words import DISEASES

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

__all__ = ["SOURCE", "dotted"]

_SYSTEMS = {"icd9cm_diagnoses": "ICD9CM", "icd9cm_procedures": "ICD9PROC", "icd10cm": "ICD10CM"}
_RELATION = "type: string, target: string, target_name: string"
_DX, _SG, _TEN, _GEM, _LIST = (
    "CMS32_DESC_LONG_DX.txt",
    "CMS32_DESC_LONG_SG.txt",
    "icd10cm-codes-2024.txt",
    "icd9toicd10cmgem.csv",
    "code-list-April-2026.txt",
)


def dotted(system: str, code: Column) -> Column:
    """A code with its point: after 3 characters, after 4 in external causes of ICD-9 (E), after 2 in its procedures."""
    from pyspark.sql import functions as F

    at = {"ICD9PROC": F.lit(2), "ICD9CM": F.when(code.startswith("E"), 4).otherwise(3)}.get(system, F.lit(3))
    rest = F.substring(code, at + 1, F.length(code))
    return F.when(rest != "", F.concat(F.substring(code, F.lit(1), at), F.lit("."), rest)).otherwise(code)


def _concept_id(system: str, code: Column) -> Column:
    from pyspark.sql import functions as F

    return F.concat(F.lit(f"{system}:"), dotted(system, code))


def _parents(system: str, codes: DataFrame, listed: DataFrame) -> DataFrame:
    """`code, relations`: is_a to the longest listed proper prefix of at least two (procedures) or three characters."""
    from pyspark.sql import functions as F

    shortest = 2 if system == "ICD9PROC" else 3
    prefixes = codes.select("code", F.explode(F.sequence(F.lit(1), F.length("code") - 1)).alias("size")).where(F.col("size") >= shortest)
    prefixes = prefixes.select("code", F.expr("substring(code, 1, size)").alias("prefix"))
    known = listed.groupBy(F.col("code").alias("prefix")).agg(F.min("title").alias("title"))
    found = prefixes.join(known, "prefix").groupBy("code").agg(F.max(F.struct(F.length("prefix"), "prefix", "title")).alias("best"))
    parent = F.struct(
        F.lit("is_a").alias("type"), _concept_id(system, F.col("best.prefix")).alias("target"), F.col("best.title").alias("target_name")
    )
    return found.select("code", F.array(parent).cast(f"array<struct<{_RELATION}>>").alias("relations"))


def _mapped(gem: DataFrame) -> DataFrame:
    """`code, xrefs, mapped`: the ICD-10-CM codes of an ICD-9-CM diagnosis in code order, and the bronze rows that say so."""
    from pyspark.sql import functions as F

    pairs = gem.where("no_map = 0").select(
        F.col("icd9cm").alias("code"), _concept_id("ICD10CM", F.col("icd10cm")).alias("to"), origin().alias("row")
    )
    rows = F.array_sort(F.collect_list(F.struct("to", "row")))
    sorted_rows = pairs.groupBy("code").agg(rows.alias("rows"))
    return sorted_rows.select("code", F.array_distinct("rows.to").alias("xrefs"), F.col("rows.row").alias("mapped"))


def _concepts(table: str, bronze: Mapping[str, DataFrame]) -> DataFrame:
    from pyspark.sql import functions as F

    system, codes = _SYSTEMS[table], bronze[table]
    listed = codes.select("code", "title")
    if system == "ICD10CM" and "icd10cm_list" in bronze:
        listed = listed.unionByName(bronze["icd10cm_list"].select("code", F.lit(None).cast("string").alias("title")))
    rows = codes.join(_parents(system, codes, listed), "code", "left")
    if system == "ICD9CM" and "icd9_to_icd10" in bronze:
        rows = rows.join(_mapped(bronze["icd9_to_icd10"]), "code", "left")
    else:
        rows = rows.withColumns({"xrefs": F.lit(None).cast("array<string>"), "mapped": joined()})
    concept = _concept_id(system, F.col("code"))
    attributes = {"code": F.col("code"), "system": F.lit({"ICD10CM": "ICD-10-CM"}.get(system, "ICD-9-CM"))}
    return rows.select(
        concept.alias("record_id"),
        F.lit(None).cast("string").alias("subject_id"),
        hash_split(concept).alias("split"),
        F.lit("en").alias("language"),
        F.lit("Medical Knowledge").alias("domain"),
        concept.alias("concept_id"),
        F.col("title").alias("name"),
        F.array().cast("array<string>").alias("synonyms"),
        F.lit(None).cast("string").alias("definition"),
        F.coalesce("relations", F.array().cast(f"array<struct<{_RELATION}>>")).alias("relations"),
        F.coalesce("xrefs", F.array().cast("array<string>")).alias("xrefs"),
        F.array(*[F.struct(F.lit(name).alias("name"), value.alias("value")) for name, value in attributes.items()]).alias("attributes"),
        origin().alias("origin"),
        F.col("mapped").alias("joined"),
    )


def _harmonise(bronze: Mapping[str, DataFrame]) -> Mapping[str, DataFrame]:
    parts = [_concepts(table, bronze) for table in _SYSTEMS if table in bronze]
    return {"concepts": reduce(lambda a, b: a.unionByName(b), parts)} if parts else {}


def _generate(rng: Random, n: int) -> Mapping[str, FileContent]:
    """Invented titles under the code ranges that ICD leaves for provisional use; n (10 to 1,000) is the number of diagnoses."""
    severities = ("mild", "moderate", "severe", "unspecified")
    nine, ten, gem, listed = [], [], [], ["22", "U90-U99"]
    for number in range(min(max(n, len(DISEASES)), 1000)):
        disease = DISEASES[number % len(DISEASES)]
        title = f"{disease.name().capitalize()}, {severities[number // len(DISEASES) % 4]}, form {number // (4 * len(DISEASES)) + 1}"
        old, new = f"{number // 100 + 990:03d}{number % 100:02d}", f"U9{number // 1000 % 10}{number % 1000:03d}"
        listed += [code for code in (new[:3], new) if code not in listed]
        nine.append(f"{old:<5} {title}")
        ten.append(f"{new:<7} {title}")
        gem.append(f'"{old}","{new}","{rng.choice(("00000", "10000"))}",0,0,0,0,0')
    cuts = [
        f"{number:02d}{part:02d} {name} of the {disease.site}"
        for number, disease in enumerate(DISEASES, 90 - len(DISEASES))
        for part, name in enumerate(("Tapping", "Draining"), 10)
    ]
    return {
        _DX: "".join(f"{line}\n" for line in nine),
        _SG: "".join(f"{line}\n" for line in cuts),
        _TEN: "".join(f"{line}\n" for line in ten),
        _LIST: "\r\n".join(listed),
        _GEM: "\n".join([_GEM_HEADER, *gem]) + "\n",
    }


_GEM_HEADER = '"icd9cm","icd10cm","flags","approximate","no_map","combination","scenario","choice_list"'

SOURCE = Source(
    name="icd_codes",
    title="ICD-9-CM and ICD-10-CM codes and titles",
    citation=(
        "CMS ICD-9-CM version 32 titles; CMS 2024 ICD-10-CM code descriptions; NCHS ICD-10-CM April 2026 code list; "
        "CMS general equivalence mappings."
    ),
    licence="Public domain (works of the US government)",
    access="public",
    urls=("https://www.cms.gov/medicare/coding-billing/icd-10-codes",),
    files=(
        NativeFile(
            table="icd9cm_diagnoses",
            globs=(_DX, "CMS*_DESC_LONG_DX*.txt"),
            format="fixed_width",
            schema="code STRING, title STRING",
            key=("code",),
            options={"spans": {"code": (0, 6), "title": (6, None)}, "encoding": "ISO-8859-1", "required": ("title",)},
            sha256={_DX: "37fee8081daddd6344005890bfeb2d77b18a67e68ce4ed1c1797964b5f554ee9"},
            required=False,
        ),
        NativeFile(
            table="icd9cm_procedures",
            globs=(_SG, "CMS*_DESC_LONG_SG*.txt"),
            format="fixed_width",
            schema="code STRING, title STRING",
            key=("code",),
            options={"spans": {"code": (0, 5), "title": (5, None)}, "encoding": "ISO-8859-1", "required": ("title",)},
            sha256={_SG: "6e2b5ae376afecee0872bc71df89d8e1acf1ce8ea09332037fe8c5e47ad77722"},
            required=False,
        ),
        NativeFile(
            table="icd10cm",
            globs=("icd10cm-codes-20[0-9][0-9].txt", "icd10cm-codes*.txt", "icd10cm_codes_*.txt"),
            format="fixed_width",
            schema="code STRING, title STRING",
            key=("code",),
            options={"spans": {"code": (0, 8), "title": (8, None)}, "required": ("title",)},
            sha256={"icd10cm-codes-2024.subset.txt": "6189d05291f6c255af83de2a1e6d9b903d21abb0efcc6b1c82de3fd458050ce8"},
            required=False,
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
    split_rule="No official split: 9:1 train and test by a seeded hash of the concept.",
    harmonise=_harmonise,
    example=Example(
        files={
            _DX: "9990  Ember fever caught in M\xfcrren\n99901 Ember fever with shivers\nE9999 Struck by a falling kite\n".encode(
                "latin-1"
            ),
            _SG: "9910 Tapping of the knee\n",
            _TEN: "U900    Ember fever\nU9001XA Ember fever, first visit\n",
            _LIST: "22\r\nU90-U90\r\nU90\r\nU900\r\nU9001\r\nU9001XA\r\n",
            _GEM: f'{_GEM_HEADER}\n"9990","U9001XA","10000",1,0,0,0,0\n"9990","U900","00000",0,0,0,0,0\n"99901","NoDx","11000",1,1,0,0,0\n',
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
    generate=_generate,
)
