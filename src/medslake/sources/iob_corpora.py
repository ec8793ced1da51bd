"""Corpora in the IOB form of MTL-Bioinformatics-2016 (Crichton et al. 2017): a file per split, sentences with entities of one type."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from medslake.sources import IOB_SCHEMA, Example, NativeFile, Source, annotated, by_file
from medslake.synth.annotated import iob_splits

__all__ = ["SOURCES", "corpus"]

_FORM = (
    "IOB form: Crichton G, Pyysalo S, Chiu B, Korhonen A. A neural network multi-task learning approach to biomedical named entity "
    "recognition. BMC Bioinformatics 18:368 (2017)."
)


def corpus(name: str, title: str, citation: str, licence: str, kind: str, folder: str, sha256: Mapping[str, str]) -> Source:
    """One corpus. kind: its type of entities. folder: where the repository keeps it, for those who hand over the repository."""

    def generate(rng: Random, n: int) -> Mapping[str, str]:
        return iob_splits(rng, n, kind)

    globs = tuple(f"{home}{split}.tsv" for home in ("", f"{folder}/") for split in ("train", "devel", "test"))
    return Source(
        name=name,
        title=title,
        citation=f"{citation} {_FORM}",
        licence=licence,
        access="public",
        domain="Academical Papers",
        page="https://github.com/cambridgeltl/MTL-Bioinformatics-2016",
        files=(NativeFile("iob", globs, "iob", IOB_SCHEMA, sha256=sha256, all_globs=True),),
        split=by_file(train="^train", validation="^dev", test="^test"),
        silver={"annotated_texts": annotated("iob", types=(kind,))},
        example=_example(kind),
        generate=generate,
    )


def _example(kind: str) -> Example:
    def found(start: int, end: int, text: str) -> list[dict[str, object]]:
        return [{"id": None, "start": start, "end": end, "type": kind, "text": text, "concept": None}]

    return Example(
        files={
            "train.tsv": f"Linden\tB-{kind}\nrash\tI-{kind}\nis\tO\nmild\tO\n;\tO\nrest\tO\nhelps\tO\n.\tO\n",
            "devel.tsv": "Nobody\tO\nfell\tO\nill\tO\n.\tO\n",
            "test.tsv": f"Two\tO\nhad\tO\nmarlow\tB-{kind}\nfever\tI-{kind}\n\nIs\tO\nit\tO\npalsy\tB-{kind}\n?\tO\n",
        },
        rows={
            "annotated_texts": [
                {"record_id": "test/000001", "split": "test", "text": "Two had marlow fever", "unit": "sentence", "subject_id": None},
                {"record_id": "test/000002", "text": "Is it palsy?", "entities": found(6, 11, "palsy")},
                {
                    "record_id": "train/000001",
                    "split": "train",
                    "text": "Linden rash is mild; rest helps.",
                    "entities": found(0, 11, "Linden rash"),
                },
                {"record_id": "validation/000001", "split": "validation", "text": "Nobody fell ill.", "entities": []},
            ]
        },
    )


SOURCES = (
    corpus(
        "ncbi_disease",
        "NCBI Disease corpus",
        "Dogan RI, Leaman R, Lu Z. NCBI disease corpus. J Biomed Inform 47:1-10 (2014).",
        "CC BY 4.0 (IOB form); the corpus itself CC0",
        "Disease",
        "NCBI-disease-IOB",
        {
            "train.tsv": "58379baf4614b8d757d93dd7a21b202849ca99f9b9d71b49185523ff5443300c",
            "devel.tsv": "b4e1e7efcc2a35047bf2f3d281648357470e674f555d4a26a0049ac37d59cc61",
            "test.tsv": "8f088ce45dc4746592188f9e69de3d89d87f3bb8f0ed8c4a287d018123fa148d",
        },
    ),
)
