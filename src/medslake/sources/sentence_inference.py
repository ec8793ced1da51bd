"""Inference between two sentences: MedNLI (Romanov and Shivade, EMNLP 2018) in the layout of SNLI, and SNLI itself (Bowman et al., 2015).

A premise and its hypotheses in one file are one row. SNLI is of use to those who have no MedNLI: it shows the layout, and is not medical.
"""

import json
from collections.abc import Callable

from medslake.sources import (
    Bronze,
    Download,
    Example,
    Frame,
    Mapped,
    NativeFile,
    Source,
    by_file,
    by_hash,
    candidate,
    joined_on,
    mapped,
    physionet,
)
from medslake.synth import Dirt, Twin, TwinFile, json_lines, tsv
from medslake.synth.parts.inference import TAB_COLUMNS, caption, caption_row, clinical

_COLUMNS = (
    "gold_label STRING, sentence1_binary_parse STRING, sentence2_binary_parse STRING, sentence1_parse STRING, sentence2_parse STRING, "
    "sentence1 STRING, sentence2 STRING, {}pairID STRING"
)
_KNOWN = "gold_label IN ('entailment', 'neutral', 'contradiction')"
_CANDIDATES = f"transform(hypotheses, h -> {candidate('h.sentence2', 'h.gold_label', key='h.pairID')})"


_STEM = "regexp_extract(_file, '([^/]+)[.][a-z]+([.]gz)?$', 1)"


def _premises(table: str) -> Callable[[Bronze], Frame | None]:
    def rule(bronze: Bronze) -> Frame | None:
        from pyspark.sql import functions as F

        if table not in bronze:
            return None
        pairs = bronze[table]
        if table == "tab_pairs" and "sentence_pairs" in bronze:
            # The release holds each file in both forms.
            known = bronze["sentence_pairs"].selectExpr(f"{_STEM} AS stem").distinct()
            named = pairs.selectExpr("*", f"{_STEM} AS stem")
            bronze.left_out["tab_pairs that are there as JSON too"] = joined_on(named, known, "stem", keep="matched")
            pairs = joined_on(named, known, "stem", keep="unmatched")
        bronze.left_out[f"{table} on which annotators do not agree"] = pairs.where("gold_label = '-'")
        told = f"array_sort(collect_list(struct(_row, pairID, sentence2, IF({_KNOWN}, gold_label, NULL) AS gold_label, _origin)))"
        groups = pairs.where("gold_label IS NULL OR gold_label != '-'").groupBy("_file", "_split", "sentence1")
        rows = groups.agg(F.expr(told).alias("hypotheses"))
        return rows.selectExpr(
            "*",
            "hypotheses[0]._row AS _row",
            "hypotheses[0]._origin AS origin",
            "slice(transform(hypotheses, h -> h._origin), 2, size(hypotheses)) AS joined",
        )

    return rule


def _inference(table: str) -> Mapped:
    return mapped(
        _premises(table),
        record_id=f"concat({_STEM}, '/', lpad(CAST(_row AS STRING), 6, '0'))",
        subject_id="sentence1",
        text="sentence1",
        candidates=_CANDIDATES,
        label_set="'inference'",
    )


def _snli(table: str, form: str, *names: str) -> NativeFile:
    columns = _COLUMNS.format("captionID STRING, ")
    return NativeFile(table, names, form, columns, options=_REQUIRED, required=False, all_globs=True)


def _lines(*pairs: tuple[str, str, str, str]) -> str:
    names = ("pairID", "sentence1", "sentence2", "gold_label")
    return "".join(json.dumps({**dict(zip(names, pair, strict=True)), "sentence1_parse": "(ROOT)"}) + "\n" for pair in pairs)


def _candidate(number: str, text: str, label: str) -> dict[str, str | None]:
    return {"id": number, "text": text, "label": label, "explanation": None}


_REQUIRED = {"required": ("sentence1", "sentence2", "gold_label")}
_SPLITS = by_file(train="_train", validation="_dev", test="_test")
_TAB = "\t".join(column.split()[0] for column in _COLUMNS.format("captionID STRING, ").split(", ")) + "\n"

_DIRT = {
    "labels at the end are cut off": Dirt(0.01, text=lambda draw, line: "\t".join(line.split("\t")[:10]) + "\n", aside=1, rule="columns"),
}

MEDNLI = Source(
    name="mednli",
    title="MedNLI, natural language inference for the clinical domain",
    citation="Romanov A, Shivade C. Lessons from natural language inference in the clinical domain. EMNLP 2018.",
    licence="PhysioNet Credentialed Health Data License 1.5.0",
    access="credentialed",
    domain="Clinical Text",
    page="https://physionet.org/content/mednli/1.0.0/",
    agreement="PhysioNet Credentialed Health Data Use Agreement 1.5.0",
    downloads=physionet("mednli", "1.0.0", [f"mli_{split}_v1.jsonl" for split in ("train", "dev", "test")]),
    files=(
        NativeFile(
            "sentence_pairs",
            tuple(f"{folder}mli_*_v1.jsonl" for folder in ("", "mednli/", "mednli/1.0.0/", "1.0.0/")),
            "jsonl",
            _COLUMNS.format(""),
            options=_REQUIRED,
        ),
    ),
    split=_SPLITS,
    silver={"pairs": _inference("sentence_pairs")},
    example=Example(
        files={
            "mli_train_v1.jsonl": _lines(
                ("a", "She shivers.", "She is cold.", "entailment"),
                ("b", "She shivers.", "She is warm.", "contradiction"),
                ("c", "He coughs.", "He has a cat.", "neutral"),
                ("d", "She shivers.", "She has tea.", "neutral"),
            ),
            "mli_dev_v1.jsonl": _lines(("e", "It itches.", "It is odd.", "maybe"), ("f", "It hurts.", "It aches.", "entailment")),
            "mli_test_v1.jsonl": _lines(("g", "No fever.", "Fever.", "contradiction")),
        },
        rows={
            "pairs": [
                {"record_id": "mli_dev_v1/000002", "split": "validation"},
                {"record_id": "mli_test_v1/000001", "split": "test", "candidates": [_candidate("g", "Fever.", "contradiction")]},
                {
                    "record_id": "mli_train_v1/000001",
                    "split": "train",
                    "text": "She shivers.",
                    "candidates": [
                        _candidate("a", "She is cold.", "entailment"),
                        _candidate("b", "She is warm.", "contradiction"),
                        _candidate("d", "She has tea.", "neutral"),
                    ],
                },
                {"record_id": "mli_train_v1/000003", "text": "He coughs."},
            ]
        },
    ),
    twin=Twin(
        *(
            TwinFile(f"mli_{split}_v1.jsonl", clinical(split), json_lines(), size, least=12)
            for split, size in (("train", 11_232), ("dev", 1_395), ("test", 1_422))
        )
    ),
)
SNLI = Source(
    name="snli",
    title="Stanford Natural Language Inference corpus",
    citation="Bowman SR, Angeli G, Potts C, Manning CD. A large annotated corpus for learning natural language inference. EMNLP 2015.",
    licence="CC BY-SA 4.0",
    access="public",
    domain="Daily Conversation",
    page="https://nlp.stanford.edu/projects/snli/",
    downloads=(Download("https://nlp.stanford.edu/projects/snli/snli_1.0.zip"),),
    files=(
        _snli("sentence_pairs", "jsonl", "snli*.jsonl", "snli_1.0/snli*.jsonl"),
        _snli("tab_pairs", "tsv", "snli_1.0/snli*.txt", "snli*.txt"),
    ),
    split=(_SPLITS, by_hash("subject_id")),
    silver={"pairs": (_inference("sentence_pairs"), _inference("tab_pairs"))},
    example=Example(
        files={
            "snli.jsonl": _lines(("1r1n", "A cat sits.", "A cat waits.", "neutral"), ("1r2n", "A cat sits.", "A cat naps.", "-")),
            "snli.txt": f"{_TAB}neutral\t(x)\t(x)\t(x)\t(x)\tA cat sits.\tA cat waits.\t1\t1r1n\n",
            "snli_1.0/snli_1.0_test.txt": f'{_TAB}entailment\t(x)\t(x)\t(x)\t(x)\tA dog "sits".\tA dog is there.\t2\t2r1e\n',
        },
        rows={
            "pairs": [
                {"record_id": "snli/000001", "text": "A cat sits.", "candidates": [_candidate("1r1n", "A cat waits.", "neutral")]},
                {"record_id": "snli_1.0_test/000001", "split": "test", "text": 'A dog "sits".'},
            ]
        },
    ),
    # Both layouts of the release, each of other sentences.
    twin=Twin(
        TwinFile("snli_1.0/snli_1.0_train.jsonl", caption, json_lines(), 550_152),
        TwinFile("snli_1.0/snli_1.0_dev.jsonl", caption, json_lines(), 10_000, least=12),
        TwinFile("snli_1.0/snli_1.0_test.txt", caption_row, tsv(TAB_COLUMNS), 10_000, least=12, dirt=_DIRT),
    ),
)
SOURCES = (MEDNLI, SNLI)
