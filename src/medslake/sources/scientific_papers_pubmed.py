"""PubMed long summarisation: articles of PubMed Central and their abstracts, sentence by sentence (Cohan et al., NAACL 2018)."""

import json

from medslake.sources import Example, NativeFile, Source, by_file, mapped, sections
from medslake.synth import Dirt, Draw, Length, Twin, TwinFile, json_lines

#: Sentences of an abstract stand in `<S> ... </S>`, those of the article do not.
_ABSTRACT = r"array_join(transform(abstract_text, s -> regexp_replace(s, '^<S> ?| ?</S>$', '')), ' ')"


def _record(number: str, article: list[str], abstract: list[str], *parts: list[str]) -> dict[str, object]:
    told = {"article_id": number, "article_text": article, "abstract_text": [f"<S> {one} </S>" for one in abstract], "labels": None}
    names = ["Introduction", "2. Methods", "RESULTS", *(f"Finding {at}" for at in range(1, len(parts)))][: len(parts) or 1]
    return {**told, "section_names": names, "sections": parts or [article]}


def _line(number: str, article: list[str], abstract: list[str]) -> str:
    return json.dumps(_record(number, article, abstract)) + "\n"


def _told(draw: Draw, length: Length) -> list[str]:
    """Sentences, long, lower-cased and in tokens, as all text of the corpus."""
    short = draw.words(length, ended=False).lower().replace(",", " ,").split(". ")
    return [f"{' ; '.join(short[at : at + 2])} ." for at in range(0, len(short), 2)]


def _article(draw: Draw, number: int) -> dict[str, object]:
    body, count = _told(draw, Length(3_050, 4_350)), draw.length(Length(13, 17))
    ends = [len(body) * at // count for at in range(count + 1)]
    return _record(f"PMC{9_000_000 + number}", body, _told(draw, Length(208, 330)), *map(body.__getitem__, map(slice, ends, ends[1:])))


def _more_in_sections(draw: Draw, record: dict[str, object]) -> dict[str, object]:
    return {**record, "sections": [*record["sections"], _told(draw, Length(30, 60))]}  # type: ignore[misc]


_SIZES = {"train": 119_924, "val": 6_633, "test": 6_658}
_DIRT = {"sections hold more": Dirt(0.33, _more_in_sections)}


SOURCE = Source(
    name="scientific_papers_pubmed",
    title="PubMed long-summarisation corpus",
    citation=(
        "Cohan A, Dernoncourt F, Kim DS, Bui T, Kim S, Chang W, Goharian N. A discourse-aware attention model for abstractive "
        "summarization of long documents. NAACL 2018."
    ),
    licence="Apache-2.0 (repository); the rights of each article are not stated, taken as non-commercial",
    access="noncommercial",
    domain="Medical Knowledge",
    page="https://github.com/armancohan/long-summarization",
    files=(
        NativeFile(
            "articles",
            ("pubmed-dataset/*.txt", "train.txt", "val.txt", "test.txt"),
            "jsonl",
            "article_id STRING, article_text ARRAY<STRING>, abstract_text ARRAY<STRING>, labels STRING, section_names ARRAY<STRING>, "
            "sections ARRAY<ARRAY<STRING>>",
            key=("article_id",),
            options={"required": ("article_text", "abstract_text")},
            all_globs=True,
        ),
    ),
    split=by_file(train="^train", validation="^val", test="^test"),
    silver={
        "documents": mapped(
            "articles",
            record_id="article_id",
            subject_id="article_id",
            sections=sections(abstract=_ABSTRACT, article="array_join(article_text, ' ')"),
        )
    },
    example=Example(
        files={
            "pubmed-dataset/train.txt": _line("PMC1", ["marlow fever is invented .", "it shivers ."], ["we made it up .", "it ends ."]),
            "pubmed-dataset/val.txt": _line("PMC2", ["rest helps ."], ["rest ."]),
            "pubmed-dataset/test.txt": _line("PMC3", ["tea helps ."], ["tea ."]),
        },
        rows={
            "documents": [
                {
                    "record_id": "PMC1",
                    "split": "train",
                    "sections": [
                        {"name": "abstract", "text": "we made it up . it ends ."},
                        {"name": "article", "text": "marlow fever is invented . it shivers ."},
                    ],
                },
                {"record_id": "PMC2", "split": "validation"},
                {"record_id": "PMC3", "split": "test"},
            ]
        },
    ),
    twin=Twin(*(TwinFile(f"pubmed-dataset/{one}.txt", _article, json_lines(), n, chunk=50, dirt=_DIRT) for one, n in _SIZES.items())),
)
