"""Corpora in the IOB form of MTL-Bioinformatics-2016 (Crichton et al. 2017): a file per split, sentences with entities of one type."""

from __future__ import annotations

from collections.abc import Mapping

from medslake.sources import IOB_SCHEMA, Example, NativeFile, Source, annotated, by_file, mtl_bioinformatics
from medslake.synth import Draw, Length, Twin, TwinFile, iob
from medslake.synth.parts.annotated import tagged

__all__ = ["IOB_FORM", "SOURCES", "corpus", "iob_twin"]

IOB_FORM = (
    "IOB form: Crichton G, Pyysalo S, Chiu B, Korhonen A. A neural network multi-task learning approach to biomedical named entity "
    "recognition. BMC Bioinformatics 18:368 (2017)."
)


def corpus(
    name: str,
    title: str,
    citation: str,
    licence: str,
    kind: str,
    folder: str,
    sha256: Mapping[str, str],
    twin: Twin | None = None,
    access: str = "public",
) -> Source:
    """One corpus. kind: its type of entities. folder: where the repository keeps it, for those who hand over the repository."""
    globs = tuple(f"{home}{split}.tsv" for home in ("", f"{folder}/") for split in ("train", "devel", "test"))
    return Source(
        name=name,
        title=title,
        citation=f"{citation} {IOB_FORM}",
        licence=licence,
        access=access,
        domain="Academical Papers",
        page="https://github.com/cambridgeltl/MTL-Bioinformatics-2016",
        downloads=mtl_bioinformatics(folder),
        files=(NativeFile("iob", globs, "iob", IOB_SCHEMA, sha256=sha256, all_globs=True),),
        split=by_file(train="^train", validation="^dev", test="^test"),
        silver={"annotated_texts": annotated("iob", types=(kind,), bare=kind)},
        example=_example(kind),
        twin=twin,
    )


def iob_twin(kind: str, slot: str, share: float, length: Length, *, again: float = 0.3, bare: bool = False, **sizes: int) -> Twin:
    """slot: of the invented sentences that bears the entities. share: of the sentences that have any. sizes: sentences of the splits."""

    def sentence(draw: Draw, number: int) -> list[tuple[str, str]]:
        return tagged(draw, {slot: kind}, length, share, again)

    return Twin(*(TwinFile(f"{split}.tsv", sentence, iob(bare=bare), size) for split, size in sizes.items()))


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
                {
                    "record_id": "test/000002",
                    "text": "Is it palsy?",
                    "entities": found(6, 11, "palsy"),
                    "tokens": [{"text": text, "tag": tag} for text, tag in (("Is", "O"), ("it", "O"), ("palsy", f"B-{kind}"), ("?", "O"))],
                },
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
        iob_twin("Disease", "disease", 0.54, Length(23, 48), train=5_424, devel=923, test=940),
    ),
    corpus(
        "anatem",
        "AnatEM",
        "Pyysalo S, Ananiadou S. Anatomical entity mention recognition at literature scale. Bioinformatics 30:868 (2014).",
        "CC BY 4.0 (IOB form); the corpus itself CC BY-SA 3.0",
        "Anatomy",
        "AnatEM-IOB",
        {
            "train.tsv": "bd4235e9673f7c67667c1eb321903a51544a94cf481ba265b527b3104d6ba806",
            "devel.tsv": "0758bb2f26ec12fc717c1054b64ea00a40c7aae26b21a7541b86fbfba66119ec",
            "test.tsv": "a3d6555f6f5b7809fc014bee975be0db93c012d770ab60c190cf37d589e97fc9",
        },
        iob_twin("Anatomy", "site", 0.6, Length(24, 52), train=5_861, devel=2_118, test=3_830),
    ),
    corpus(
        "bc2gm",
        "BioCreative II gene mention",
        "Smith L, et al. Overview of BioCreative II gene mention recognition. Genome Biology 9:S2 (2008).",
        "CC BY 4.0 (IOB form); the text itself under the NCBI public domain notice",
        "GENE",
        "BC2GM-IOB",
        {
            "train.tsv": "46e17f4e1509483b82c03f27d6f0214020f738fb71704356fb3445eb824ab38d",
            "devel.tsv": "33a94577aa22f1e70ec9e02781a05baa4e1390e866d28bf2b344888e4e3d4103",
        },
        iob_twin("GENE", "gene", 0.51, Length(26, 56), train=12_574, devel=2_519),
    ),
    corpus(
        "bionlp13cg_chem",
        "BioNLP 2013 Cancer Genetics, simple chemicals",
        "Pyysalo S, Ohta T, Ananiadou S. Overview of the Cancer Genetics (CG) task of BioNLP Shared Task 2013.",
        "CC BY 4.0 (IOB form); the corpus itself CC BY-SA 3.0",
        "Simple_chemical",
        "BioNLP13CG-chem-IOB",
        {
            "train.tsv": "efc0513f346e46dc8699bf87ed69ed21acac350d323d655b9e7ed67428d3b8c5",
            "devel.tsv": "2d7c6ad64d6ad1102d97afc0ded1939c66d22e2aca61ef7a12553edc1d9a5a7b",
            "test.tsv": "45df8f868329fd504fc29f1aff5bce7be60382d8be21539d8f2264b22f395007",
        },
        iob_twin("Simple_chemical", "drug", 0.21, Length(25, 50), train=3_033, devel=1_003, test=1_906),
    ),
    # Its files are not at hand: that its tags name the type Chemical, or none, is taken from the corpora beside it.
    corpus(
        "bc4chemd",
        "BC4CHEMD, chemicals in 10,000 PubMed abstracts",
        "Krallinger M, et al. The CHEMDNER corpus of chemicals and drugs and its annotation principles. J Cheminform 7:S2 (2015).",
        "CC BY 4.0 (IOB form); of the corpus itself unclear, so that it is taken as non-commercial",
        "Chemical",
        "BC4CHEMD",
        {},
        iob_twin("Chemical", "drug", 0.5, Length(24, 52), train=30_682, devel=30_639, test=26_364),
        access="noncommercial",
    ),
)
