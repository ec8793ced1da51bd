"""JNLPBA: sentences of MEDLINE abstracts with proteins, DNA, RNA, cell lines and cell types, in two IOB2 forms.

The form of MTL-Bioinformatics-2016 marks where a document starts, the original one does not; the original test file holds the same
sentences and makes rows only where the other form is absent.
"""

from functools import partial

from medslake.sources import IOB_SCHEMA, Bronze, Example, Frame, NativeFile, Source, annotated, by_file, mtl_bioinformatics
from medslake.sources.iob_corpora import IOB_FORM
from medslake.synth import Draw, Length, Twin, TwinFile, TwinTables
from medslake.synth.parts.corpora import DOCSTART, iob_documents, of_documents

#: Types, and their shares of the mentions.
_TYPES = {"protein": 0.57, "DNA": 0.16, "RNA": 0.017, "cell_line": 0.068, "cell_type": 0.185}
_IOB_FILES = {
    "train.tsv": None,
    "devel.tsv": "462b09bc79a4dd69cec2e70b6041f54383b4b94892d2ee971a587fdc74caae80",
    "test.tsv": "87c9b8f1f7fcf94add38c16088203d4ddf35c2f61eb2c7e61240c738d8dd9d35",
}
_ORIGINAL_FILES = {"Genia4EReval1.iob2": "1a3c38bb9593e1c4d2a7d256587ec3d9579ca4b3e58ae3778833e14d29bcb207"}


def _original_alone(bronze: Bronze) -> Frame | None:
    if "iob" in bronze and "original" in bronze:
        bronze.left_out["sentences that the other form tells"] = bronze["original"]
        return None
    return bronze.get("original")


_FORM = partial(of_documents, kinds={"gene": _TYPES, "name": _TYPES}, length=Length(24, 49), share=0.84, again=1.0)
_TESTED = _FORM(404, 3_856)


def _marked(made: list[list[tuple[str, str]]]) -> list[list[tuple[str, str]]]:
    return [DOCSTART, *made]


def _tests(draw: Draw, number: int) -> list[tuple[str, object]]:
    made = _TESTED(draw, number)
    return [("marked", _marked(made)), ("original", made)]


_TESTS = {"marked": ("test.tsv", iob_documents()), "original": ("original-data/Genia4EReval1.iob2", iob_documents())}

SOURCE = Source(
    name="jnlpba",
    title="JNLPBA, bio-entity recognition task of 2004",
    citation=f"Kim J-D, et al. Introduction to the bio-entity recognition task at JNLPBA. 2004. {IOB_FORM}",
    licence="CC BY 4.0 (IOB form); the corpus itself CC BY 3.0",
    access="public",
    domain="Academical Papers",
    page="https://github.com/cambridgeltl/MTL-Bioinformatics-2016",
    downloads=(
        *mtl_bioinformatics("JNLPBA", _IOB_FILES),
        *mtl_bioinformatics("JNLPBA/original-data/test", _ORIGINAL_FILES, into="original-data/"),
    ),
    files=(
        NativeFile(
            "iob",
            tuple(f"{home}{name}" for home in ("", "JNLPBA/") for name in _IOB_FILES),
            "iob",
            f"{IOB_SCHEMA}, document INT",
            required=False,
            all_globs=True,
        ),
        NativeFile(
            "original", ("original-data/*.iob2", "*.iob2", "original-data/*/*.iob2"), "iob", IOB_SCHEMA, required=False, all_globs=True
        ),
    ),
    split=by_file(train=("^train", "^Genia4ERtask"), validation="^devel", test=("^test", "^Genia4EReval")),
    silver={
        "annotated_texts": (
            annotated("iob", types=tuple(_TYPES), subject_id="concat(_split, '/', document)"),
            annotated(_original_alone, types=tuple(_TYPES)),
        )
    },
    example=Example(
        files={
            "train.tsv": (
                "-DOCSTART-\tO\n\nOskar\tB-DNA\nlocus\tI-DNA\n.\tO\n\nNone\tO\n\n-DOCSTART-\tO\n\nReed\tB-cell_type\ncells\tI-cell_type\n"
            ),
            "devel.tsv": "Velin\tB-protein\n,\tO\n",
            "test.tsv": "-DOCSTART-\tO\n\nVelin\tB-RNA\nfell\tO\n",
            "original-data/Genia4EReval1.iob2": "Velin\tB-RNA\nfell\tO\n",
        },
        rows={
            "annotated_texts": [
                {"record_id": "test/000002", "split": "test", "subject_id": "test/1", "text": "Velin fell"},
                {
                    "record_id": "train/000002",
                    "subject_id": "train/1",
                    "text": "Oskar locus.",
                    "entity_types": list(_TYPES),
                    "entities": [{"id": None, "start": 0, "end": 11, "type": "DNA", "text": "Oskar locus", "concept": None}],
                },
                {"record_id": "train/000003", "subject_id": "train/1", "entities": []},
                {"record_id": "train/000005", "subject_id": "train/2"},
                {"record_id": "validation/000001", "split": "validation", "subject_id": None},
            ]
        },
    ),
    twin=Twin(
        TwinFile("train.tsv", _FORM(1_800, 16_807, form=_marked), iob_documents(), 1_800, first=0, chunk=100),
        TwinFile("devel.tsv", _FORM(200, 1_739, form=_marked), iob_documents(), 200, first=0, chunk=100),
        TwinTables(_tests, _TESTS, 404, first=0, chunk=100),
    ),
)
