"""BC5CDR: chemicals, diseases and chemical-induced disease relations in 1,500 PubMed abstracts."""

from functools import partial

from medslake.sources import (
    DOCUMENT_SCHEMA,
    IOB_SCHEMA,
    Example,
    NativeFile,
    Source,
    annotated,
    annotated_documents,
    by_file,
    mtl_bioinformatics,
    row_number,
)
from medslake.synth import Document, Draw, Length, Twin, TwinFile, bioc, iob, pubtator
from medslake.synth.parts.annotated import CDR, document, tagged

_SHA256 = {
    "CDR_TrainingSet.BioC.xml": "37d03c8ebb22369fbf8f2099e4bc6570accba8473e9129dddd6278e7e01e1adc",
    "CDR_DevelopmentSet.PubTator.txt": "9e18d8e700168887a7919e62f67ac2ce2357e3f409a48ee992906abdd80fe3e5",
    "CDR_TestSet.PubTator.txt": "a3c48d5f35bdfce20c2371778abedc9fd24d1da092207072e5181ad53c8d0e2f",
    "BC5CDR-chem-IOB/train.tsv": "165c4cd2efadd0caf1bb8f3c6bcd3acca199446bb3d55eb06d9137114c9a0b2d",
    "BC5CDR-chem-IOB/devel.tsv": "3f1df5cfcff95735663ffc37121fd3687e82b1e9a019bec0480491502652721b",
    "BC5CDR-chem-IOB/test.tsv": "6fce42139a9d819151eff3ab8cb0eda6fbf861fd17d4cfe6be2123f010a3b6c5",
    "BC5CDR-disease-IOB/train.tsv": "d630dafe7dd67e21350cc3278dbdcfadcccbb2b63d0fda83b2427853988e5ad9",
    "BC5CDR-disease-IOB/devel.tsv": "8c3af95475029c2100c2b7c0108b2715bc700ac198c7a21d587f11f1d06b17bd",
    "BC5CDR-disease-IOB/test.tsv": "a530bf9e17a4122b101b09cedd5f3cf8e6307d6a0093146c33b8de2e69ec0fa3",
}


def _iob(table: str, folder: str) -> NativeFile:
    names = tuple(f"{folder}/{split}.tsv" for split in ("train", "devel", "test"))
    return NativeFile(table, names, "iob", IOB_SCHEMA, sha256=_SHA256, required=False, all_globs=True)


_EXAMPLE = Example(
    files={
        "BC5CDR-chem-IOB/train.tsv": "Velatrine\tB-Chemical\nworked\tO\n.\tO\n\nNo\tO\ndrug\tO\n,\tO\nno\tO\nharm\tO\n.\tO\n",
        "BC5CDR-chem-IOB/test.tsv": "Dorazil\tB-Chemical\nacid\tI-Chemical\nhelps\tO\n",
        "BC5CDR-disease-IOB/devel.tsv": "Marlow\tB-Disease\nfever\tI-Disease\n,\tO\ntessel\tB-Disease\ncough\tI-Disease\n",
        "CDR_TrainingSet.BioC.xml": """<?xml version='1.0' encoding='UTF-8'?><!DOCTYPE collection SYSTEM 'BioC.dtd'>
<collection><source>synthetic</source><date>0</date><key>none</key>
<document><id>900001</id>
<passage><infon key="type">title</infon><offset>0</offset><text>Velatrine and linden rash.</text>
<annotation id='0'><infon key="type">Chemical</infon><infon key="MESH">X001</infon>
<location offset='0' length='9' /><text>Velatrine</text></annotation>
<annotation id='1'><infon key="type">Disease</infon><infon key="MESH">X002</infon>
<location offset='14' length='11' /><text>linden rash</text></annotation>
</passage>
<passage><infon key="type">abstract</infon><offset>27</offset><text>A made-up case.</text></passage>
<relation id='R0'><infon key="relation">CID</infon><infon key="Chemical">X001</infon><infon key="Disease">X002</infon></relation>
</document></collection>
""",
        "CDR_TestSet.PubTator.txt": (
            "900002|t|Corimol in oskar palsy.\n900002|a|No harm & no gain.\n"
            "900002\t0\t7\tCorimol\tChemical\tX003\n900002\t11\t22\toskar palsy\tDisease\tX004\n900002\tCID\tX003\tX004\n\n"
        ),
    },
    rows={
        "annotated_texts": [
            {
                "record_id": "900001",
                "split": "train",
                "unit": "document",
                "text": "Velatrine and linden rash. A made-up case.",
                "entities": [
                    {"id": "0", "start": 0, "end": 9, "type": "Chemical", "text": "Velatrine", "concept": "X001"},
                    {"id": "1", "start": 14, "end": 25, "type": "Disease", "text": "linden rash", "concept": "X002"},
                ],
                "relations": [{"type": "CID", "head": "X001", "tail": "X002"}],
            },
            {
                "record_id": "900002",
                "split": "test",
                "unit": "document",
                "text": "Corimol in oskar palsy. No harm & no gain.",
                "relations": [{"type": "CID", "head": "X003", "tail": "X004"}],
            },
            {
                "record_id": "chem/test/000001",
                "split": "test",
                "text": "Dorazil acid helps",
                "entities": [{"id": None, "start": 0, "end": 12, "type": "Chemical", "text": "Dorazil acid", "concept": None}],
                "relations": None,
            },
            {
                "record_id": "chem/train/000001",
                "split": "train",
                "unit": "sentence",
                "text": "Velatrine worked.",
                "entity_types": ["Chemical"],
                "entities": [{"id": None, "start": 0, "end": 9, "type": "Chemical", "text": "Velatrine", "concept": None}],
            },
            {"record_id": "chem/train/000002", "text": "No drug, no harm.", "entities": []},
            {
                "record_id": "disease/validation/000001",
                "split": "validation",
                "text": "Marlow fever, tessel cough",
                "entity_types": ["Disease"],
                "entities": [
                    {"id": None, "start": 0, "end": 12, "type": "Disease", "text": "Marlow fever", "concept": None},
                    {"id": None, "start": 14, "end": 26, "type": "Disease", "text": "tessel cough", "concept": None},
                ],
            },
        ]
    },
)


def _abstract(draw: Draw, number: int) -> Document:
    claims = {0: 0.04, 1: 0.41, 2: 0.25, 3: 0.15, 4: 0.08, 5: 0.05, 6: 0.02}
    return document(draw, str(910_000_000 + number), relation="CID", claims=claims)


def _twin() -> Twin:
    documents = (
        TwinFile("CDR_TrainingSet.BioC.xml", _abstract, bioc(ends={"CID": ("Chemical", "Disease")}), 500, chunk=250, least=8),
        TwinFile("CDR_DevelopmentSet.PubTator.txt", _abstract, pubtator(), 500, chunk=250, least=8),
        TwinFile("CDR_TestSet.PubTator.txt", _abstract, pubtator(), 500, chunk=250, least=8),
    )
    sentences = (
        TwinFile(f"BC5CDR-{folder}-IOB/{split}.tsv", partial(_sentence, slot=slot, share=share), iob(), size)
        for folder, slot, share in (("chem", "drug", 0.65), ("disease", "disease", 0.58))
        for split, size in (("train", 4_560), ("devel", 4_581), ("test", 4_797))
    )
    return Twin(*documents, *sentences)


def _sentence(draw: Draw, number: int, *, slot: str, share: float) -> list[tuple[str, str]]:
    return tagged(draw, {slot: CDR[slot]}, Length(23, 54), share)


SOURCE = Source(
    name="bc5cdr",
    title="BioCreative V Chemical Disease Relation corpus",
    citation=(
        "Li J, Sun Y, Johnson RJ, et al. BioCreative V CDR task corpus. Database 2016:baw068. IOB form: Crichton G, Pyysalo S, Chiu B, "
        "Korhonen A. A neural network multi-task learning approach to biomedical named entity recognition. BMC Bioinformatics 18:368 "
        "(2017)."
    ),
    licence="Public domain (United States Government work); IOB form CC BY 4.0",
    access="public",
    domain="Academical Papers",
    page=(
        "https://github.com/cambridgeltl/MTL-Bioinformatics-2016",
        "https://biocreative.bioinformatics.udel.edu/tasks/biocreative-v/track-3-cdr/",
    ),
    downloads=tuple(one for folder in ("BC5CDR-chem-IOB", "BC5CDR-disease-IOB") for one in mtl_bioinformatics(folder, into=f"{folder}/")),
    files=(
        _iob("chem_iob", "BC5CDR-chem-IOB"),
        _iob("disease_iob", "BC5CDR-disease-IOB"),
        NativeFile("bioc", ("CDR_*.BioC.xml",), "bioc_xml", DOCUMENT_SCHEMA, key=("document_id",), sha256=_SHA256, required=False),
        NativeFile("pubtator", ("CDR_*.PubTator.txt",), "pubtator", DOCUMENT_SCHEMA, key=("document_id",), sha256=_SHA256, required=False),
    ),
    split=by_file(train="train", validation="dev", test="test"),
    silver={
        "annotated_texts": (
            annotated("chem_iob", types=("Chemical",), record_id=row_number("'chem', _split")),
            annotated("disease_iob", types=("Disease",), record_id=row_number("'disease', _split")),
            annotated_documents("bioc", types=("Chemical", "Disease")),
            annotated_documents("pubtator", types=("Chemical", "Disease")),
        )
    },
    example=_EXAMPLE,
    twin=_twin(),
)
