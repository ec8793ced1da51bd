"""Eligibility criteria of ClinicalTrials.gov with entities and relations (Leaf Clinical Trials corpus), as brat documents and SpERT lines.

A document of `data/docs/brat` is a trial with all of its lines; a record of `data/ner/spert` is one line of a trial, in tokens, in the
official split. Types of SpERT bear the value of an attribute behind `___`, as released. The layouts were read in the repository; its brat
annotations were seen in other folders of it alone, of which some had offsets that did not fit their text (such documents are set aside).

Silver has both as annotated texts, and each trial of SpERT as a document: its text, where it lies in the folder of brat, as the section
`criteria`, and `attributes['annotations']`, JSON of its lines with `line` (counted from 0), `entities` (`type`, `text`, `tokens`, the words
of the tokens between blanks) and `relations` (`type`, `head`, `tail`: places among the entities), all in the order of the release.
"""

import json

from medslake.sources import (
    BRAT_SCHEMA,
    ORIGIN,
    Bronze,
    Example,
    Frame,
    NativeFile,
    Source,
    annotated_documents,
    by_file,
    by_hash,
    github_archive,
    joined_on,
    mapped,
    sections,
    typed,
)
from medslake.sources.parts.annotations import OFFSETS
from medslake.synth import Twin, TwinFile, files, json_array
from medslake.synth.parts.criteria import criteria_of, trial_files

__all__ = ["SOURCE"]

_TEXTS = ("data/docs/brat/*/NCT*.txt", "docs/brat/*/NCT*.txt", "brat/*/NCT*.txt", "NCT*.txt")
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


_NUMBER = typed("regexp_extract(orig_id, '^[0-9]+', 0)", "INT")
_TRIAL = "regexp_extract(orig_id, '_(.*)$', 1)"
_LINE = (
    f"struct({_NUMBER} AS line, transform(entities, (e, i) -> named_struct('type', e.type, "
    "'text', substring(text, get(_placed, i).start + 1, get(_placed, i).end - get(_placed, i).start), "
    "'tokens', array_join(slice(tokens, e.start + 1, e.end - e.start), ' '))) AS entities, relations)"
)


def _trials(bronze: Bronze) -> Frame | None:
    """Trials of SpERT with their annotated lines in order of the record, and their text."""
    from pyspark.sql import functions as F

    lines = _lines(bronze)
    if lines is None:
        return None
    told = F.expr(f"array_sort(collect_list(struct(_row, {_LINE} AS told, _origin))) AS lines")
    # What is there in two splits is one record too many, which is set aside as such.
    trials = lines.groupBy(F.expr(f"{_TRIAL} AS document_id"), "_file").agg(told)
    if "trials" in bronze:
        texts = bronze["trials"].selectExpr("document_id", "text", "_origin AS written")
        trials = joined_on(trials, texts, "document_id", told=(bronze, "spert, trials"))
    else:
        trials = trials.selectExpr("*", "CAST(NULL AS STRING) AS text", f"CAST(NULL AS {ORIGIN}) AS written")
    own = "slice(transform(lines, l -> l._origin), 2, size(lines))"
    return trials.selectExpr(
        "document_id",
        "text",
        "to_json(transform(lines, l -> l.told)) AS annotations",
        "lines[0]._origin AS origin",
        f"IF(written IS NULL, {own}, array_append({own}, written)) AS joined",
    )


_ANNOTATIONS = [
    {
        "line": 1,
        "entities": [
            {"type": "Condition", "text": "reed cough", "tokens": "reed cough"},
            {"type": "Acuteness___chronic", "text": "Old", "tokens": "Old"},
        ],
        "relations": [{"type": "Acuteness", "head": 0, "tail": 1}],
    },
    {"line": 0, "entities": [], "relations": []},
    # This line is set aside as an annotated text: its entity begins with a line end.
    {"line": 2, "entities": [{"type": "Condition", "text": "Ague", "tokens": "\n Ague"}], "relations": []},
]

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
            _TEXTS,
            "brat",
            BRAT_SCHEMA,
            key=("document_id",),
            required=False,
        ),
        # The same texts, for whatever lies beside them.
        NativeFile(
            "trials",
            _TEXTS,
            "text_files",
            "document_id STRING, text STRING",
            key=("document_id",),
            options={"whole": True},
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
        ),
        "documents": mapped(
            _trials,
            record_id="document_id",
            subject_id="document_id",
            title="document_id",
            sections=sections(criteria="text"),
            attributes="map('annotations', annotations)",
        ),
    },
    example=Example(
        files={
            "data/docs/brat/batch1/NCT90000001.txt": "Inclusion criteria:\n  1. No ember fever;\n",
            "data/docs/brat/batch1/NCT90000001.ann": (
                "T1\tNegation 25 27\tNo\nT2\tCondition 28 39\tember fever\nT3\tFen 22 23\t1\nE1\tNegation:T1 Negates:E2\nE2\tCondition:T2\n"
            ),
            "data/docs/brat/batch2/NCT90000002.txt": "None\n - Old reed cough,\nAgue\n",
            "data/docs/brat/batch2/NCT90000002.ann": "",
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
                {"record_id": "NCT90000002", "unit": "document", "entities": []},
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
            ],
            "documents": [
                {
                    "record_id": "NCT90000002",
                    "split": "train",
                    "sections": [{"name": "criteria", "text": "None\n - Old reed cough,\nAgue\n"}],
                    "attributes": {"annotations": json.dumps(_ANNOTATIONS, separators=(",", ":"))},
                }
            ],
        },
    ),
    twin=Twin(
        TwinFile("data/docs/brat/", trial_files, files(), 1_006, first=0, least=30, chunk=100),
        *(
            TwinFile(f"data/ner/spert/{split}.json", criteria_of(split), json_array(), size, first=0, least=least)
            for split, size, least in (("train", 11_200, 336), ("dev", 1_400, 42), ("test", 1_400, 42))
        ),
    ),
)
