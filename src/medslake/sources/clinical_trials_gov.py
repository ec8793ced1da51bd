"""Eligibility criteria of ClinicalTrials.gov with entities and relations (Leaf Clinical Trials corpus), as brat documents and SpERT lines.

A document of `data/docs/brat` is a trial with all of its lines; a record of `data/ner/spert` is one line of a trial, in tokens, in the
official split. Types of SpERT bear the value of an attribute behind `___`, as released. The layouts were read in the repository; its brat
annotations were seen in other folders of it alone, of which some had offsets that did not fit their text (such documents are set aside).
"""

import json

from medslake.sources import (
    BRAT_SCHEMA,
    Bronze,
    Example,
    Frame,
    NativeFile,
    Source,
    annotated_documents,
    by_file,
    by_hash,
    github_archive,
    mapped,
)
from medslake.sources.parts.annotations import OFFSETS
from medslake.synth import Twin, TwinFile, files, json_array
from medslake.synth.parts.criteria import criterion, trial_files

__all__ = ["SOURCE"]

#: Types of entities that the annotators had, without values of attributes.
_TYPES = (
    *("Acuteness", "Age", "Allergy", "Allergy-Name", "Assertion", "Birth", "Code", "Condition", "Condition-Name", "Condition-Type"),
    *("Contraindication", "Coreference", "Criteria-Count", "Death", "Drug", "Drug-Name", "Encounter", "Encounter-Type", "Eq-Comparison"),
    *("Eq-Operator", "Eq-Temporal-Period", "Eq-Temporal-Recency", "Eq-Temporal-Unit", "Eq-Unit", "Eq-Value", "Ethnicity", "Exception"),
    *("Family-Member", "Immunization", "Immunization-Name", "Indication", "Insurance", "Language", "Life-Stage-And-Gender", "Location"),
    *("Modifier", "Negation", "Observation", "Observation-Name", "Organism", "Organism-Name", "Other", "Polarity", "Procedure"),
    *("Procedure-Name", "Provider", "Risk", "Severity", "Specimen", "Stability", "Study"),
)
_KNOWN = f"array_union(array({', '.join(map(repr, _TYPES))}), transform(entities, e -> e.type))"
#: Tokens of white space are the indents and line ends of the trial; the line begins with its first word.
_FILLED = r"(t RLIKE '\\S')"
_PIECES = (
    f"transform(tokens, (t, i) -> CASE WHEN NOT {_FILLED} THEN '' WHEN NOT exists(slice(tokens, 1, i), t -> {_FILLED}) "
    "OR t IN ('.', ',', ';', ':', '?', '!') THEN t ELSE concat(' ', t) END)"
)


_ENTITY = (
    "named_struct('id', concat('T', i + 1), 'start', get(_offsets, e.start + 1) - char_length(get(tokens, e.start)), "
    "'end', get(_offsets, e.end), 'type', e.type)"
)


def _lines(bronze: Bronze) -> Frame | None:
    """Lines of SpERT with their text and the entities in order of place; an entity's id is that of its place in the record."""
    from pyspark.sql import functions as F

    if "spert" not in bronze:
        return None
    steps = {
        "_pieces": _PIECES,
        "_offsets": OFFSETS,
        "text": "array_join(_pieces, '')",
        "_placed": f"transform(entities, (e, i) -> {_ENTITY})",
        "found": "array_sort(_placed, (a, b) -> CASE WHEN a.start != b.start THEN a.start - b.start ELSE a.end - b.end END)",
    }
    rows = bronze["spert"]
    for name, expression in steps.items():
        rows = rows.withColumn(name, F.expr(expression))
    return rows


SOURCE = Source(
    name="clinical_trials_gov",
    title="Leaf Clinical Trials, eligibility criteria with entities and relations",
    citation=(
        "Dobbins NJ, Mullen T, Uzuner O, Yetisgen M. The Leaf Clinical Trials Corpus: a new resource for query generation from clinical "
        "trial eligibility criteria. Scientific Data 9:490 (2022)."
    ),
    licence="No licence file in the repository; taken as non-commercial",
    access="noncommercial",
    domain="Medical Knowledge",
    page="https://github.com/uw-bionlp/clinical-trials-gov-data",
    downloads=github_archive("uw-bionlp/clinical-trials-gov-data", "HEAD"),
    files=(
        NativeFile(
            "brat",
            ("data/docs/brat/*/NCT*.txt", "docs/brat/*/NCT*.txt", "brat/*/NCT*.txt", "NCT*.txt"),
            "brat",
            BRAT_SCHEMA,
            key=("document_id",),
            required=False,
        ),
        NativeFile(
            "spert",
            tuple(f"{home}{split}.json" for home in ("data/ner/spert/", "spert/") for split in ("train", "dev", "test")),
            "json_array",
            "orig_id STRING, tokens ARRAY<STRING>, entities ARRAY<STRUCT<type: STRING, start: INT, end: INT>>, "
            "relations ARRAY<STRUCT<type: STRING, head: INT, tail: INT>>",
            key=("orig_id",),
            options={"required": ("tokens", "entities", "relations")},
            required=False,
            all_globs=True,
        ),
    ),
    split=(by_file(train="train[.]json", validation="dev[.]json", test="test[.]json"), by_hash("subject_id")),
    silver={
        "annotated_texts": (
            annotated_documents("brat", types=_TYPES, subject_id="document_id", entity_types=_KNOWN),
            mapped(
                _lines,
                aside={
                    "span: an entity does not begin and end with a word of the line": (
                        "exists(entities, e -> NOT coalesce(e.start < e.end AND get(tokens, e.start) RLIKE '\\\\S' "
                        "AND get(tokens, e.end - 1) RLIKE '\\\\S', false))"
                    )
                },
                record_id="concat(regexp_extract(orig_id, '_(.*)$', 1), '/', lpad(regexp_extract(orig_id, '^([^_]*)', 1), 4, '0'))",
                subject_id="regexp_extract(orig_id, '_(.*)$', 1)",
                text="text",
                unit="'sentence'",
                entity_types=_KNOWN,
                entities="transform(found, e -> named_struct('id', e.id, 'start', e.start, 'end', e.end, 'type', e.type, "
                "'text', substring(text, e.start + 1, e.end - e.start), 'concept', CAST(NULL AS STRING)))",
                relations="transform(relations, r -> named_struct('type', r.type, 'head', concat('T', r.head + 1), "
                "'tail', concat('T', r.tail + 1)))",
            ),
        )
    },
    example=Example(
        files={
            "data/docs/brat/batch1/NCT90000001.txt": "Inclusion criteria:\n  1. No ember fever;\n",
            "data/docs/brat/batch1/NCT90000001.ann": (
                "T1\tNegation 25 27\tNo\nT2\tCondition 28 39\tember fever\nT3\tFen 22 23\t1\nE1\tNegation:T1 Negates:E2\nE2\tCondition:T2\n"
            ),
            "data/ner/spert/train.json": json.dumps(
                [
                    {
                        "orig_id": "1_NCT90000002",
                        "tokens": ["\n  ", "-", " ", "Old", "reed", "cough", ","],
                        "entities": [{"type": "Condition", "start": 4, "end": 6}, {"type": "Acuteness___chronic", "start": 3, "end": 4}],
                        "relations": [{"type": "Acuteness", "head": 0, "tail": 1}],
                    },
                    {"orig_id": "0_NCT90000002", "tokens": ["None"], "entities": [], "relations": []},
                    {
                        "orig_id": "2_NCT90000002",
                        "tokens": ["\n", "Ague"],
                        "entities": [{"type": "Condition", "start": 0, "end": 2}],
                        "relations": [],
                    },
                ]
            ),
        },
        rows={
            "annotated_texts": [
                {
                    "record_id": "NCT90000001",
                    "unit": "document",
                    "entities": [
                        {"id": "T3", "start": 22, "end": 23, "type": "Fen", "text": "1", "concept": None},
                        {"id": "T1", "start": 25, "end": 27, "type": "Negation", "text": "No", "concept": None},
                        {"id": "T2", "start": 28, "end": 39, "type": "Condition", "text": "ember fever", "concept": None},
                    ],
                    "relations": [{"type": "Negates", "head": "T1", "tail": "T2"}],
                },
                {"record_id": "NCT90000002/0000", "subject_id": "NCT90000002", "split": "train", "text": "None"},
                {
                    "record_id": "NCT90000002/0001",
                    "text": "- Old reed cough,",
                    "entities": [
                        {"id": "T2", "start": 2, "end": 5, "type": "Acuteness___chronic", "text": "Old", "concept": None},
                        {"id": "T1", "start": 6, "end": 16, "type": "Condition", "text": "reed cough", "concept": None},
                    ],
                    "relations": [{"type": "Acuteness", "head": "T1", "tail": "T2"}],
                },
            ]
        },
    ),
    twin=Twin(
        TwinFile("data/docs/brat/", trial_files, files(), 1_006, chunk=100),
        *(
            TwinFile(f"data/ner/spert/{split}.json", criterion, json_array(), size)
            for split, size in (("train", 11_200), ("dev", 1_400), ("test", 1_400))
        ),
    ),
)
