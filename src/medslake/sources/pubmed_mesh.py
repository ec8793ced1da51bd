"""PubMed MeSH: articles with the main headings that they were indexed by.

Columns are those that three public programs name; no file was at hand. The unprocessed file of 10,000 articles, of nearly the same name,
has no columns of letters.
"""

from medslake.sources import Example, NativeFile, Source, by_hash, hugging_face, mapped
from medslake.sources.parts.python_text import python_strings
from medslake.synth import Draw, Length, Twin, TwinFile, csv
from medslake.synth.text import slots

#: The branches of the tree of headings.
_BRANCHES = "ABCDEFGHIJLMNZ"
_COLUMNS = "Title STRING, abstractText STRING, meshMajor STRING, pmid STRING, meshid STRING, meshroot STRING"
#: Slot of a heading -> its branch, as number and name.
_ROOTS = {
    "disease": "Diseases [C]",
    "drug": "Chemicals and Drugs [D]",
    "site": "Anatomy [A]",
    "test": "Techniques [E]",
    "gene": "Phenomena [G]",
}
_COMMON = {"Humans": 0.8, "Female": 0.45, "Male": 0.45, "Animals": 0.25, "Adult": 0.3}


def _article(draw: Draw, number: int) -> tuple[object, ...]:
    common = [name for name, share in _COMMON.items() if draw.chance(share)]
    found = {draw.pick(slots()[slot]).title(): slot for slot in (draw.pick(list(_ROOTS)) for _ in range(draw.length(Length(9, 16))))}
    roots = list(dict.fromkeys([*(["Organisms [B]"] if common else []), *(_ROOTS[slot] for slot in found.values())]))
    places = [[f"{root[-2]}{draw.whole(1, 26):02d}.{draw.whole(100, 990)}"] for root in roots]
    letters = {root[-2] for root in roots}
    about = (draw.words(Length(13, 22)), f"{' and '.join(list(found)[:3])}: {draw.words(Length(190, 320))}", [*common, *found])
    return (*about, 99_000_000 + number, places, roots, *(int(branch in letters) for branch in _BRANCHES))


SOURCE = Source(
    name="pubmed_mesh",
    title="PubMed multi-label text classification with MeSH",
    citation="Khan O. PubMed MultiLabel Text Classification Dataset MeSH. Hugging Face (2022), drawn from BioASQ Task A.",
    licence="AFL-3.0",
    access="public",
    domain="Medical Knowledge",
    page="https://huggingface.co/datasets/owaiskha9654/PubMed_MultiLabel_Text_Classification_Dataset_MeSH",
    downloads=hugging_face(
        "owaiskha9654/PubMed_MultiLabel_Text_Classification_Dataset_MeSH",
        ("PubMed Multi Label Text Classification Dataset Processed.csv",),
    ),
    files=(
        NativeFile(
            "articles",
            ("PubMed Multi Label Text Classification Dataset Processed.csv", "PubMed Multi Label Text Classification Dataset*.csv"),
            "csv",
            f"{_COLUMNS}, {', '.join(f'{branch} STRING' for branch in _BRANCHES)}",
            options={"optional": tuple(_BRANCHES), "required": ("abstractText", "meshMajor", "pmid")},
        ),
    ),
    split=by_hash("record_id"),
    silver={
        "labelled_texts": mapped(
            "articles",
            aside={"labels: meshMajor is no list of headings": f"size({python_strings('meshMajor')}) = 0"},
            record_id="pmid",
            text="concat_ws(' ', Title, abstractText)",
            labels=f"array_distinct({python_strings('meshMajor')})",
            label_set="'mesh_major'",
            unit="'document'",
        )
    },
    example=Example(
        files={
            "PubMed Multi Label Text Classification Dataset Processed.csv": (
                f"Title,abstractText,meshMajor,pmid,meshid,meshroot,{','.join(_BRANCHES)}\n"
                "On tea.,\"Tea, once more.\",\"['Tea', \"\"Baker's Itch\"\", 'Tea']\",901,[['B01']],['Organisms [B]'],"
                "0,1,0,0,0,0,0,0,0,0,0,0,0,0\n"
                "On rest.,Rest.,[],902,[],[],0,0,0,0,0,0,0,0,0,0,0,0,0,0\n"
            )
        },
        rows={
            "labelled_texts": [
                {"record_id": "901", "text": "On tea. Tea, once more.", "labels": ["Tea", "Baker's Itch"], "label_set": "mesh_major"}
            ]
        },
    ),
    twin=Twin(
        TwinFile(
            "PubMed Multi Label Text Classification Dataset Processed.csv",
            _article,
            csv(["Title", "abstractText", "meshMajor", "pmid", "meshid", "meshroot", *_BRANCHES]),
            50_000,
        )
    ),
)
