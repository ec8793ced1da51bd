"""Human Disease Ontology: terms of OBO files (the whole ontology or slims), the TSV of all terms with their parents, cross references.

One concept per DOID. Several slims hold the same term; the record of `doid.obo` wins, else the one with most synonyms, references and
parents, else the first by its content. Its name, definition and exact synonyms are kept. Parents are united over all files, because a
slim tells only the parents inside itself. Obsolete terms stay in bronze (`is_obsolete`) and do not become concepts.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from medslake.sources import Bronze, Example, NativeFile, Source, by_hash, github, joined_on, mapped, origin
from medslake.synth import Twin, TwinTables, tsv, written
from medslake.synth.parts.ontology import obo, term

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["SOURCE"]

_RELATIONS = "ARRAY<STRUCT<type: STRING, target: STRING, target_name: STRING>>"


def _best(terms: DataFrame) -> DataFrame:
    """The winning record of every term."""
    from pyspark.sql import functions as F
    from pyspark.sql.window import Window

    whole = F.substring_index("_file", "/", -1).rlike(r"^doid(-[a-z]+)?\.obo(\.gz)?$")
    richness = F.size("synonyms") + F.size("xrefs") + F.size("is_a") + F.when(F.col("def").isNull(), 0).otherwise(1)
    # The files are named last: by then two records say the same.
    content = F.to_json(F.struct("name", "def", "synonyms", "xrefs", "is_a"))
    order = Window.partitionBy("id").orderBy(whole.desc(), richness.desc(), content, "_file", "_row")
    return terms.withColumn("_place", F.row_number().over(order)).where("_place = 1").drop("_place")


def _union(frames: list[DataFrame]) -> DataFrame:
    return reduce(lambda a, b: a.unionByName(b), frames)


def _terms(bronze: Bronze) -> DataFrame:
    """`id, name, definition, synonyms, refs, origin`: current terms of the OBO files, and those that only the TSV names."""
    from pyspark.sql import functions as F

    frames = []
    gone = None
    if "terms" in bronze:
        best = _best(bronze["terms"])
        gone = best.where("is_obsolete").select("id")
        bronze.left_out["obsolete terms"] = gone
        exact = F.transform(F.filter("synonyms", lambda one: one["scope"] == "EXACT"), lambda one: one["text"])
        frames.append(
            best.where("not coalesce(is_obsolete, false)").select(
                "id",
                "name",
                F.col("def").alias("definition"),
                F.array_distinct(exact).alias("synonyms"),
                F.col("xrefs").alias("refs"),
                origin(),
            )
        )
    if "labels" in bronze:
        none = F.array().cast("array<string>")
        first = bronze["labels"].groupBy("id").agg(F.min(F.struct(origin(), F.col("label").alias("name"))).alias("first"))
        labels = first.select(
            "id", "first.name", F.lit(None).cast("string").alias("definition"), none.alias("synonyms"), none.alias("refs"), "first.origin"
        )
        for known in (gone, frames[0].select("id") if frames else None):
            labels = joined_on(labels, known, "id", keep="unmatched") if known is not None else labels
        frames.append(labels)
    return _union(frames)


def _parents(bronze: Bronze, names: DataFrame) -> DataFrame:
    """`id, is_a`: parents by id; the TSV names them, so that their ids are looked up among all terms."""
    from pyspark.sql import functions as F

    edges = []
    if "terms" in bronze:
        told = bronze["terms"].where("not coalesce(is_obsolete, false)").select("id", F.explode("is_a").alias("to"))
        edges.append(told.select("id", F.col("to.id").alias("target"), F.col("to.name").alias("target_name")))
    if "labels" in bronze:
        ids = names.groupBy(F.col("name").alias("subClassOf")).agg(F.min("id").alias("target"))
        found = joined_on(bronze["labels"].where("subClassOf is not null"), ids, "subClassOf", told=(bronze, "parents of labels, concepts"))
        edges.append(found.select("id", "target", F.col("subClassOf").alias("target_name")))
    unique = _union(edges).groupBy("id", F.coalesce("target", "target_name").alias("key"))
    known = unique.agg(F.min("target").alias("target"), F.min("target_name").alias("target_name"))
    relation = F.struct(F.lit("is_a").alias("type"), "target", "target_name")
    sorted_edges = F.array_sort(F.collect_list(F.struct("key", relation.alias("edge"))))
    return known.groupBy("id").agg(sorted_edges.alias("edges")).select("id", F.col("edges.edge").alias("is_a"))


def _gathered(rows: DataFrame, value: str, name: str) -> DataFrame:
    """`id, <name>`: the distinct values (SQL) of a term, sorted."""
    from pyspark.sql import functions as F

    return rows.groupBy("id").agg(F.array_sort(F.collect_set(F.expr(value))).alias(name))


def _concepts(bronze: Bronze) -> DataFrame | None:
    """Terms with is_a, signs (relations to symptoms), more (references of the tables) and joined; null where no file tells."""
    from pyspark.sql import functions as F

    if not {"terms", "labels"} & set(bronze):
        return None
    terms = _terms(bronze)
    places = _gathered(_union([rows.select("id", origin()) for rows in bronze.values()]), "origin", "rows")
    found = joined_on(joined_on(terms, _parents(bronze, terms), "id"), places, "id")
    references = [bronze[table].select("id", "xrefs") for table in ("icd10_references", "mesh_references") if table in bronze]
    if references:
        found = joined_on(found, _gathered(_union(references), "xrefs", "more"), "id", told=(bronze, "concepts, references"))
    if "symptoms" in bronze:
        symptom = "named_struct('type', 'has_symptom', 'target', symptom_id, 'target_name', symptom_label)"
        found = joined_on(found, _gathered(bronze["symptoms"], symptom, "signs"), "id", told=(bronze, "concepts, symptoms"))
    absent = {name: kind for name, kind in (("more", "ARRAY<STRING>"), ("signs", _RELATIONS)) if name not in found.columns}
    empty = {name: F.lit(None).cast(kind) for name, kind in absent.items()}
    return found.withColumns({**empty, "joined": F.array_except("rows", F.array("origin"))})


_OBO_SHA256 = {
    "DO_AGR_slim.obo": "492de5bc506faaf54ecac843aadea7d033a364f430bf5d5bf2d5cd78cf8ff530",
    "DO_CFDE_slim.obo": "dee8d85c35b02adb56081fd700dde54af4d58653b3b81d65c6ec47793db8bc59",
    "DO_FlyBase_slim.obo": "5d6b3f53e44a642c2b4a112e8ab9ed81beb6690bf0ea8502c257257f579c2c3c",
    "DO_IEDB_slim.obo": "fb3dc0bb1650a05c6c8d8455f7face2c42a476a39b91152e8cfe4fc90e8e0924",
    "DO_cancer_slim.obo": "031af4f526edbb60978ed1d817e620f4ecbee57378e5e68819c6c95b64878a2a",
    "DO_childhood_cancer_slim.obo": "80922c8df02154255218d457c4b2115034b4efad6fadd0312503b238e31000c3",
    "DO_infectious_disease_slim.obo": "7118594e9d8e89ae1b7834218fa0dcedd247f4b20ce7b32a2bc5be82e7dee820",
    "DO_rare_slim.obo": "7307b7d0df45aa765660caf3cea29f65d2ad91263b66ba9da4d77d4ebd8cd05a",
    "TopNodes_DOcancerslim.obo": "82de756b8b6494b0cec65e7aaee87468781509db3505f70a4999be0f5344041c",
    "gram-negative_bacterial_infectious_disease.obo": "9eb0a27b316035cd8f71c4d61f3757c85abf563da7ee6f887137e54935223b83",
    "gram-positive_bacterial_infectious_disease.obo": "d890cface754161a7e20cf1d1486b892399b7a3b236f42db3651da2e073fcecd",
    "sexually_transmitted_infectious_disease.obo": "f763270c49c36761ceb0e6bb932b5a60795bb8a8cab363ae7a25ec56d69faa3d",
    "tick-borne_infectious_disease.obo": "02a0a3e3d93fac9d0210667e5d53d6f405f89f38fdaffba026e729672b29ccef",
    "zoonotic_infectious_disease.obo": "bcafb5ff023de69ef8070e8ed06418d31c89b3698683a87325f7564a3510479a",
}

_DO, _COMMIT = "DiseaseOntology/HumanDiseaseOntology", "9fbefd6651b79526165453395d06c8fd4bfe4247"
SOURCE = Source(
    name="disease_ontology",
    title="Human Disease Ontology",
    citation="Baron JA, Johnson CS-B, Schor MA, et al. The DO-KB Knowledgebase. Nucleic Acids Research 52:D1305 (2024).",
    licence="CC0 1.0",
    access="public",
    domain="Medical Knowledge",
    page="https://github.com/DiseaseOntology/HumanDiseaseOntology",
    downloads=(
        *github(_DO, _COMMIT, {"HumanDO.tsv": 892_235, "ICD10inDO.tsv": 206_315, "MESHinDO.tsv": 219_258}, under="DOreports/"),
        *github(_DO, _COMMIT, {"disease-symptom.tsv": 129_929}, under="DOreports/requested/"),
        *github(_DO, _COMMIT, ("doid.obo",), under="src/ontology/"),
    ),
    files=(
        NativeFile(
            table="terms",
            globs=("*.obo",),
            format="obo",
            schema=(
                "id STRING, name STRING, namespace STRING, def STRING, def_xrefs ARRAY<STRING>, comment STRING, "
                "synonyms ARRAY<STRUCT<text: STRING, scope: STRING>>, alt_ids ARRAY<STRING>, subsets ARRAY<STRING>, xrefs ARRAY<STRING>, "
                "is_a ARRAY<STRUCT<id: STRING, name: STRING>>, is_obsolete BOOLEAN, replaced_by STRING"
            ),
            options={"required": ("id", "name")},
            sha256=_OBO_SHA256,
            required=False,
            all_globs=True,
        ),
        NativeFile(
            table="labels",
            globs=("HumanDO.tsv",),
            format="tsv",
            schema="id STRING, label STRING, subClassOf STRING",
            key=("id", "subClassOf"),
            options={"quote": '"', "required": ("label",)},
            sha256={"HumanDO.tsv": "c862a3523b0308ae82df6ffd5b0781af83cc561a9e9aa2b25a3cee7e2b33452d"},
            required=False,
        ),
        NativeFile(
            table="icd10_references",
            globs=("ICD10inDO.tsv",),
            format="tsv",
            schema="id STRING, label STRING, xrefs STRING",
            key=("id", "xrefs"),
            options={"quote": '"'},
            sha256={"ICD10inDO.tsv": "48416c91062ef91f959b31074eb11ac7e20fc3b606507d76dc142086dfba5cc8"},
            required=False,
        ),
        NativeFile(
            table="mesh_references",
            globs=("MESHinDO.tsv",),
            format="tsv",
            schema="id STRING, label STRING, xrefs STRING",
            key=("id", "xrefs"),
            options={"quote": '"'},
            sha256={"MESHinDO.tsv": "d4f522b788b3ed620c6ca3c174da9de30a26cf21597f76ccbc6321d2f5fa752b"},
            required=False,
        ),
        NativeFile(
            table="symptoms",
            globs=("disease-symptom.tsv",),
            format="tsv",
            schema="id STRING, disease_label STRING, symptom_id STRING, symptom_label STRING",
            key=("id", "symptom_id"),
            options={"aliases": {"disease_id": "id"}},
            sha256={"disease-symptom.tsv": "20bb1b62a6a22e66ca1ef2748e032c322709495987c5a26e5e8a05b3d80a4aff"},
            required=False,
        ),
    ),
    split=by_hash("record_id"),
    silver={
        "concepts": mapped(
            _concepts,
            record_id="id",
            concept_id="id",
            name="name",
            synonyms="synonyms",
            definition="definition",
            relations=f"concat(coalesce(is_a, CAST(array() AS {_RELATIONS})), coalesce(signs, CAST(array() AS {_RELATIONS})))",
            xrefs="array_distinct(concat(refs, coalesce(more, CAST(array() AS ARRAY<STRING>))))",
        )
    },
    example=Example(
        files={
            "b_slim.obo": written(
                obo(),
                [
                    'id: DOID:9900002\nname: linden rash\ndef: "A rash of the arm with \\"rings\\"." [url:https\\://example.org]\n'
                    'synonym: "ring rash" EXACT []\nsynonym: "arm rash" BROAD []\nsynonym: "LR" EXACT OMO:0003012 []\nxref: MESH:X1',
                    "id: DOID:9900009\nname: obsolete lindens\nis_obsolete: true",
                ],
            ),
            "a_slim.obo": written(obo(), ["id: DOID:9900002\nname: linden rash\nis_a: DOID:9900001 ! leaf disorder"]),
            "HumanDO.tsv": written(
                tsv(None),
                [
                    ("id", "label", "subClassOf"),
                    ('"DOID:9900001"', '"leaf disorder"', '"disorder"'),
                    ('"DOID:9900002"', '"linden rash"', '"leaf disorder"'),
                    ('"DOID:9900002"', '"linden rash"', '"arm disorder"'),
                ],
            ),
            "ICD10inDO.tsv": written(tsv(None), [("id", "label", "xrefs"), ('"DOID:9900002"', '"linden rash"', '"ICD10CM:U90.1"')]),
            "disease-symptom.tsv": written(
                tsv(None),
                [("disease_id", "disease_label", "symptom_id", "symptom_label"), ("DOID:9900002", "linden rash", "SYMP:9900001", "itch")],
            ),
        },
        rows={
            "concepts": [
                {
                    "record_id": "DOID:9900001",
                    "name": "leaf disorder",
                    "synonyms": [],
                    "definition": None,
                    "relations": [{"type": "is_a", "target": None, "target_name": "disorder"}],
                    "xrefs": [],
                },
                {
                    "record_id": "DOID:9900002",
                    "name": "linden rash",
                    "synonyms": ["ring rash", "LR"],
                    "definition": 'A rash of the arm with "rings".',
                    "relations": [
                        {"type": "is_a", "target": "DOID:9900001", "target_name": "leaf disorder"},
                        {"type": "is_a", "target": None, "target_name": "arm disorder"},
                        {"type": "has_symptom", "target": "SYMP:9900001", "target_name": "itch"},
                    ],
                    "xrefs": ["MESH:X1", "ICD10CM:U90.1"],
                },
            ]
        },
    ),
    twin=Twin(
        TwinTables(
            term,
            {
                "obo": ("doid.obo", obo()),
                "parents": ("HumanDO.tsv", tsv("id, label, subClassOf")),
                "xrefs": ("ICD10inDO.tsv", tsv("id, label, xrefs")),
                "signs": ("disease-symptom.tsv", tsv("disease_id, disease_label, symptom_id, symptom_label")),
            },
            11_150,
        )
    ),
)
