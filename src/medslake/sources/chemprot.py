"""ChemProt in the form of SciBERT: sentences of PubMed abstracts, each with two marked participants and what holds between them.

`<< >>` marks the participant that stands first, `[[ ]]` the other one, so that the release does not tell which is the chemical and which
the gene or protein. A sentence comes once per pair; each record is a row, as in the release. Participants of other pairs are not marked.
"""

from medslake.sources import Example, NativeFile, Source, by_file, github, mapped, row_number
from medslake.synth import Dirt, Draw, Length, Rows, Twin, TwinFile, json_lines
from medslake.synth.text import slots

_MARKED = r"'(?s)^(.*?)<< (.*?) >>(.*?)\\[\\[ (.*?) \\]\\](.*)$'"


def _part(number: int) -> str:
    return f"regexp_extract(text, {_MARKED}, {number})"


#: The text between the marks, in order.
_PARTS = tuple(map(_part, range(1, 6)))


def _entity(number: int) -> str:
    """SQL for the entity that is the part of this number, from 1."""
    before = f"char_length(concat('', {', '.join(_PARTS[: number - 1])}))"
    told = {"start": before, "end": f"{before} + char_length({_PARTS[number - 1]})", "type": "'Participant'", "text": _PARTS[number - 1]}
    fields = ", ".join(f"'{name}', {sql}" for name, sql in told.items())
    return f"named_struct('id', 'T{number // 2}', {fields}, 'concept', CAST(NULL AS STRING))"


#: (label, the words that tell it) -> share.
_LABELS = {
    ("INHIBITOR", "inhibited by"): 0.3685,
    ("INDIRECT-DOWNREGULATOR", "lowered under"): 0.109,
    ("SUBSTRATE", "able to split"): 0.1247,
    ("INDIRECT-UPREGULATOR", "raised under"): 0.0992,
    ("ACTIVATOR", "activated by"): 0.0866,
    ("ANTAGONIST", "blocked by"): 0.0723,
    ("PRODUCT-OF", "the maker of"): 0.0551,
    ("AGONIST", "excited by"): 0.0446,
    ("DOWNREGULATOR", "made rare by"): 0.0223,
    ("UPREGULATOR", "made abundant by"): 0.0124,
    ("SUBSTRATE_PRODUCT-OF", "splitter and maker of"): 0.0019,
    ("AGONIST-ACTIVATOR", "excited and activated by"): 0.0019,
    ("AGONIST-INHIBITOR", "excited and inhibited by"): 0.0016,
}


def _pair(draw: Draw, number: int) -> dict[str, object]:
    (label, told), room = draw.weighted(_LABELS), draw.length(Length(22, 44))
    said = f"<< {draw.pick(slots()['gene'])} >> was {told} [[ {draw.pick(slots()['drug'])} ]]"
    before = max(1, int(room * draw.random()))
    text = f"{draw.words(before, ended=False)}, {said} , {draw.words(max(1, room - before))}"
    return {"text": text, "label": label, "metadata": []}


_AGAIN = {"record twice": Dirt(0.0067, lambda draw, record: Rows([record, record]))}
_SIZES = {"train": 4_169, "dev": 2_427, "test": 3_469}

SOURCE = Source(
    name="chemprot",
    title="ChemProt, relations of chemicals and proteins",
    citation=(
        "Krallinger M, et al. Overview of the BioCreative VI chemical-protein interaction track. 2017. Beltagy I, Lo K, Cohan A. SciBERT: "
        "a pretrained language model for scientific text. EMNLP 2019."
    ),
    licence="Public Domain Mark 1.0 (corpus); Apache-2.0 (SciBERT repository)",
    access="public",
    domain="Academical Papers",
    page="https://github.com/allenai/scibert",
    downloads=github(
        "allenai/scibert",
        "06793f77d7278898159ed50da30d173cdc8fdea9",
        {
            "train.txt": (1_121_208, "ab17b85c4fb869b2338d7c9617414e63f3c7225e5005920b18d9cd996f1049d8"),
            "dev.txt": (678_657, "bfe8f39e5146ad4bb16b23707dade850546a305047bc666f6f6824c6a7e3df2f"),
            "test.txt": (960_369, "372249c85ffea6d9a18dc5168cf45841b3d79b03412d6c620381cfc0dd3d6d49"),
        },
        under="data/text_classification/chemprot/",
    ),
    files=(
        NativeFile(
            "pairs",
            ("train.txt", "dev.txt", "test.txt", "chemprot/train.txt", "chemprot/dev.txt", "chemprot/test.txt"),
            "jsonl",
            "text STRING, label STRING, metadata STRING",
            options={"required": ("text", "label")},
            all_globs=True,
        ),
    ),
    split=by_file(train="^train", validation="^dev", test="^test"),
    silver={
        "annotated_texts": mapped(
            "pairs",
            aside={"marks: the text has not one << >> and then one [[ ]]": f"NOT rlike(text, {_MARKED})"},
            record_id=row_number("_split"),
            text=f"concat({', '.join(_PARTS)})",
            unit="'sentence'",
            entity_types="array('Participant')",
            entities=f"array({_entity(2)}, {_entity(4)})",
            relations="array(named_struct('type', label, 'head', 'T1', 'tail', 'T2'))",
        )
    },
    example=Example(
        files={
            "train.txt": '{"text": "<< Velatrine >> met [[ the oskar fold ]], oskar >> velin.", "label": "INHIBITOR", "metadata": []}\n',
            "dev.txt": '{"text": "Little [[ velin ]] met << oskarase >>.", "label": "SUBSTRATE", "metadata": []}\n',
            "test.txt": '{"text": "So << oskarase >> makes [[ a[[2]-velin ]].", "label": "PRODUCT-OF", "metadata": []}\n',
        },
        rows={
            "annotated_texts": [
                {
                    "record_id": "test/000001",
                    "split": "test",
                    "text": "So oskarase makes a[[2]-velin.",
                    "entities": [
                        {"id": "T1", "start": 3, "end": 11, "type": "Participant", "text": "oskarase", "concept": None},
                        {"id": "T2", "start": 18, "end": 29, "type": "Participant", "text": "a[[2]-velin", "concept": None},
                    ],
                    "relations": [{"type": "PRODUCT-OF", "head": "T1", "tail": "T2"}],
                },
                {"record_id": "train/000001", "split": "train", "text": "Velatrine met the oskar fold, oskar >> velin."},
            ]
        },
    ),
    twin=Twin(*(TwinFile(f"{split}.txt", _pair, json_lines(), size, dirt=_AGAIN) for split, size in _SIZES.items())),
)
