"""Reviews and the studies behind them: RCT-Text (Wallace et al., AMIA 2021) and MS^2 (DeYoung et al., EMNLP 2021).

Both are released as CSV files, `<split>-targets.csv` (a review and its conclusions), `<split>-inputs.csv` (its studies) and, of MS^2,
`<split>-reviews-info.csv` (its background); each begins with an index without a name. Where no file of studies is at hand, the documents
are conclusions alone. MS^2 was first released as one JSON object per review, in which a classifier named what each sentence of the abstract
is: BACKGROUND and GOAL are taken as its background, EFFECT as its conclusions. The names of its full files are not certain.
"""

import json
from collections.abc import Iterator

from medslake.sources import (
    ORIGIN,
    Bronze,
    Download,
    Example,
    Frame,
    Mapped,
    NativeFile,
    Rule,
    Source,
    by_file,
    by_hash,
    github,
    joined_on,
    joined_rows,
    mapped,
)
from medslake.synth import Draw, Length, Twin, TwinFile, TwinTables, csv, json_array
from medslake.synth.text import filled

_SPLITS = by_file(train="^train", validation=("^dev", "^val"), test="^test")
_REVIEW = ("ReviewID", "_split")
_NONE = {"studies": "CAST(NULL AS ARRAY<STRUCT<name: STRING, text: STRING>>)", "study_rows": f"CAST(array() AS ARRAY<{ORIGIN}>)"}


def _plain(text: str) -> str:
    """SQL: a text without the marks of populations, interventions and outcomes."""
    return rf"trim(regexp_replace({text}, ' *</?(background|pop|int|out)> *', ' '))"


def _told(title: str, abstract: str) -> str:
    return f"array(named_struct('name', 'title', 'text', {title}), named_struct('name', 'abstract', 'text', {abstract}))"


def _sections(background: str, studies: str, conclusions: str) -> str:
    """SQL: background, studies, conclusions; what is blank is left out."""
    first, last = (
        f"array(named_struct('name', '{n}', 'text', {t}))" for n, t in (("background", background), ("conclusions", conclusions))
    )
    return f"filter(concat({first}, coalesce({studies}, array()), {last}), s -> trim(s.text) != '')"


def _studies(bronze: Bronze) -> Frame:
    """Of each review the titles and abstracts of its studies, in the order of the file."""
    from pyspark.sql import functions as F

    rows = F.expr("array_sort(collect_list(struct(_file, _row, Title, Abstract)))").alias("_rows")
    grouped = bronze["inputs"].groupBy(*_REVIEW).agg(rows, joined_rows())
    return grouped.selectExpr(
        *_REVIEW, f"flatten(transform(_rows, r -> {_told('r.Title', 'r.Abstract')})) AS studies", "joined AS study_rows"
    )


def _reviews(bronze: Bronze) -> Frame | None:
    """The targets, each with its background and its studies."""
    if "targets" not in bronze:
        return None
    targets = bronze["targets"].selectExpr("*", "Background AS own_background").drop("Background")
    if "inputs" in bronze:
        targets = joined_on(targets, _studies(bronze), _REVIEW, told=(bronze, "targets, inputs"), required=True)
    else:
        targets = targets.selectExpr("*", *(f"{sql} AS {name}" for name, sql in _NONE.items()))
    if "reviews" in bronze:
        info = bronze["reviews"].selectExpr(*_REVIEW, "Background AS background", "_origin AS info")
        targets = joined_on(targets, info, _REVIEW, told=(bronze, "targets, reviews"))
    else:
        targets = targets.selectExpr("*", "CAST(NULL AS STRING) AS background", f"CAST(NULL AS {ORIGIN}) AS info")
    return targets.selectExpr("*", "concat(filter(array(info), i -> i IS NOT NULL), study_rows) AS joined")


_DOCUMENTS = mapped(
    _reviews,
    record_id="ReviewID",
    subject_id="ReviewID",
    sections=_sections(_plain("coalesce(own_background, background)"), "studies", "Target"),
)


def _named(*labels: str) -> str:
    """SQL: the sentences of the abstract that the classifier named so."""
    told = ", ".join(f"'{label}'" for label in labels)
    return _plain(f"array_join(transform(filter(structured_abstract, s -> s[0] IN ({told})), s -> s[1]), ' ')")


_STUDIES_OF_JSON = (
    f"flatten(transform(flatten(transform(included_studies, s -> s.references)), r -> {_told(_plain('r.title'), _plain('r.abstract'))}))"
)


def _tables(*folders: str) -> tuple[NativeFile, ...]:
    def of(table: str, columns: str, *, required: bool = False) -> NativeFile:
        globs = tuple(f"{folder}*-{'reviews-info' if table == 'reviews' else table}.csv" for folder in ("", *folders))
        options = {"aliases": {"": "idx"}, "optional": ("Background",) if table == "targets" else (), "required": ("ReviewID",)}
        return NativeFile(table, globs, "csv", f"idx INT, ReviewID STRING, {columns}", options=options, required=required)

    return (
        of("targets", "Target STRING, Background STRING", required=not folders),
        of("inputs", "PMID STRING, Title STRING, Abstract STRING"),
        *((of("reviews", "Background STRING"), of("predictions", "Generated STRING")) if folders else ()),
    )


_EXAMPLE = {
    "train-targets.csv": ',ReviewID,Target\n0,CD1,"Rest helps.\nWe are sure."\n',
    "dev-targets.csv": ",ReviewID,Target\n0,CD2,Tea helps.\n",
    "test-targets.csv": ",ReviewID,Target\n0,CD3,Nobody knows.\n",
    "train-inputs.csv": ",ReviewID,PMID,Title,Abstract\n0,CD1,901,On rest,Forty rested.\n1,CD1,902,Rest again,\n",
    "dev-inputs.csv": ",ReviewID,PMID,Title,Abstract\n0,CD2,903,On tea,Ten drank.\n",
    "test-inputs.csv": ",ReviewID,PMID,Title,Abstract\n0,CD3,904,On luck,None had it.\n",
}
_REST = [{"name": "title", "text": "On rest"}, {"name": "abstract", "text": "Forty rested."}, {"name": "title", "text": "Rest again"}]
_CONCLUDED = {"name": "conclusions", "text": "Rest helps.\nWe are sure."}


def _reviewed(
    name: str,
    title: str,
    citation: str,
    licence: str,
    page: str,
    downloads: tuple[Download, ...],
    example: Example,
    twin: Twin,
    *more: NativeFile,
    rules: tuple[Rule, ...] = (),
) -> Source:
    folders = ("ms2/", "mslr_data/ms2/", "mslr2022/evaluator/") if more else ()
    return Source(
        name=name,
        title=title,
        citation=citation,
        licence=licence,
        access="noncommercial",
        domain="Medical Knowledge",
        page=page,
        downloads=downloads,
        files=(*_tables(*folders), *more),
        split=(_SPLITS, by_hash("record_id")) if more else _SPLITS,
        silver={"documents": (_DOCUMENTS, *rules) if rules else _DOCUMENTS},
        example=example,
        twin=twin,
    )


_JSON_RULE: Mapped = mapped(
    "json_reviews",
    record_id="docid",
    subject_id="docid",
    title="title",
    sections=_sections(_named("BACKGROUND", "GOAL"), _STUDIES_OF_JSON, _named("EFFECT")),
)
_MARKED = ("<pop> {num} people with {disease} </pop>", "<int> {drug} {mg} </int>", "<out> {sign} and {adj} {noun} </out>")


def _review(folder: str, split: str, first: int, count: int, ids: str, sizes: tuple[Length, ...], told: bool = True) -> TwinTables:
    """The files of a split. first: number of its first review. ids: how it is named. sizes: studies of a review, their abstracts, its
    conclusions and, where it has one, its background. told: whether the conclusions are released."""
    header = {"inputs": ",ReviewID,PMID,Title,Abstract", "targets": ",ReviewID,Target", "reviews-info": ",ReviewID,Background"}

    def one(draw: Draw, number: int) -> Iterator[tuple[str, tuple[object, ...]]]:
        name = ids.format(first + number)
        for at in range(draw.length(sizes[0])):
            title, pmid = draw.words(Length(16, 26)), draw.whole(60_000_000, 69_000_000)
            yield "inputs", (1_000 * number + at, name, pmid, title, draw.words(sizes[1]) if draw.chance(0.98) else "")
        if told:
            yield "targets", (number, name, draw.words(sizes[2]).replace(". ", ".\n", draw.chance(0.1)))
        if sizes[3:]:
            yield "reviews-info", (number, name, draw.words(sizes[3]))

    names = [name for name in header if (told or name != "targets") and (sizes[3:] or name != "reviews-info")]
    return TwinTables(
        one, {name: (f"{folder}{split}-{name}.csv", csv(header[name].split(","))) for name in names}, count, first=0, least=5, chunk=50
    )


def _marked(draw: Draw, words: int) -> str:
    return f"{draw.words(words // 2, ended=False)} {filled(draw, _MARKED)} {draw.words(max(1, words // 2 - 5), ended=False)} ."


def _evaluated(draw: Draw, number: int) -> Iterator[tuple[str, tuple[object, ...]]]:
    """The example of the shared task's evaluator: the first reviews of the test set."""
    name = _MS2_ID.format(16_209 + number)
    yield "targets", (number, name, draw.words(Length(65, 85)), f"<background> {_marked(draw, draw.length(Length(53, 86)))} </background>")
    yield "predictions", (number, name, draw.words(Length(60, 69)))


def _json_review(draw: Draw, number: int) -> dict[str, object]:
    studies = [{"title": draw.words(Length(16, 26)), "abstract": _marked(draw, draw.length(Length(383, 521)))} for _ in range(20)]
    told = [[label, _marked(draw, 30), {label: 0.99}] for label in ("BACKGROUND", "GOAL", "METHODS", "DETAILED_FINDINGS", "EFFECT")]
    title, abstract = draw.words(Length(15, 24)), " ".join(str(one[1]) for one in told)
    included = [{"references": [one], "pmid": str(70_000_000 + at)} for at, one in enumerate(studies)]
    return {"docid": "29000000", "title": title, "abstract": abstract, "structured_abstract": told, "included_studies": included}


_MS2_ID, _EVALUATOR = "28{:06d}", "mslr2022/evaluator/test-"
_RCT_SIZES = (Length(8, 24), Length(250, 390), Length(62, 138))
_MS2_SIZES = (Length(16, 60), Length(383, 521), Length(65, 88), Length(54, 86))
_RCT_TWIN = Twin(
    *(_review("", *split, "CD{:06d}", _RCT_SIZES) for split in (("train", 0, 3_752), ("dev", 3_752, 470), ("test", 4_222, 470)))
)
_MS2_TWIN = Twin(
    *(_review("mslr_data/ms2/", *split, _MS2_ID, _MS2_SIZES) for split in (("train", 0, 14_188), ("dev", 14_188, 2_021))),
    _review("mslr_data/ms2/", "test", 16_209, 1_667, _MS2_ID, _MS2_SIZES, told=False),
    TwinTables(
        _evaluated,
        {
            "targets": (f"{_EVALUATOR}targets.csv", csv(["", "ReviewID", "Target", "Background"])),
            "predictions": (f"{_EVALUATOR}predictions.csv", csv(["", "ReviewID", "Generated"])),
        },
        5,
        fixed=True,
        first=0,
    ),
    TwinFile("sample.json", _json_review, json_array(before="", after="\n", indent=1), 1, fixed=True),
)

SOURCES = (
    _reviewed(
        "rct_text",
        "RCT-Text, conclusions of reviews from the abstracts of their trials",
        "Wallace BC, Saha S, Soboczenski F, Marshall IJ. Generating (factual?) narrative summaries of RCTs. AMIA Summit 2021.",
        "Not stated in the repository (the targets are conclusions of Cochrane abstracts); taken as non-commercial",
        "https://github.com/bwallace/RCT-summarization-data",
        github(
            "bwallace/RCT-summarization-data",
            "de10c2712873efa1733859f2d7113af60427d7b2",
            {
                "train-targets.csv": "558718e9588c714de4159b3817d52faf51114f0a8babd8b312e64bd7910ba28e",
                "dev-targets.csv": "ca8062280ffa8c12293ee20e34c142c1a3e315f06aed7b5c166c32c09a358bd1",
                "test-targets.csv": "b11f08cb9e7a8006ae561598bbe4b0dd622872650f59b916c07f032ff3d9cd84",
                **dict.fromkeys(("train-inputs.csv", "dev-inputs.csv", "test-inputs.csv")),
            },
        ),
        Example(
            files=_EXAMPLE,
            rows={
                "documents": [
                    {"record_id": "CD1", "split": "train", "sections": [*_REST, _CONCLUDED]},
                    {"record_id": "CD2", "split": "validation"},
                    {"record_id": "CD3", "split": "test"},
                ]
            },
        ),
        _RCT_TWIN,
    ),
    _reviewed(
        "ms2",
        "MS^2, multi-document summarisation of medical studies",
        "DeYoung J, Beltagy I, van Zuylen M, Kuehl B, Wang LL. MS2: multi-document summarization of medical studies. EMNLP 2021.",
        "Semantic Scholar API and Dataset License Agreement (data; taken as non-commercial); Apache-2.0 (repository)",
        "https://github.com/allenai/ms2",
        (Download("https://ai2-s2-mslr.s3.us-west-2.amazonaws.com/mslr_data.tar.gz"),),
        Example(
            files={
                "mslr2022/evaluator/test-targets.csv": ",ReviewID,Target,Background\n"
                '0,3,Nobody knows.,"<background> Luck of <pop> cats </pop> </background>"\n',
                "mslr2022/evaluator/test-predictions.csv": ",ReviewID,Generated\n0,3,All know.\n",
                "sample.json": json.dumps(
                    {
                        "docid": "9",
                        "title": "On tea",
                        "structured_abstract": [
                            ["BACKGROUND", "Tea <int> of linden </int> is drunk .", {"GOAL": 0.1}],
                            ["EFFECT", "It <out> warms </out> .", {"GOAL": 0.1}],
                        ],
                        "included_studies": [{"references": [{"title": "A cup", "abstract": "Ten <pop> women </pop> drank ."}]}],
                    },
                    indent=1,
                ),
            },
            rows={
                "documents": [
                    {
                        "record_id": "3",
                        "split": "test",
                        "sections": [{"name": "background", "text": "Luck of cats"}, {"name": "conclusions", "text": "Nobody knows."}],
                    },
                    {
                        "record_id": "9",
                        "title": "On tea",
                        "sections": [
                            {"name": "background", "text": "Tea of linden is drunk ."},
                            {"name": "title", "text": "A cup"},
                            {"name": "abstract", "text": "Ten women drank ."},
                            {"name": "conclusions", "text": "It warms ."},
                        ],
                    },
                ]
            },
        ),
        _MS2_TWIN,
        NativeFile(
            "json_reviews",
            ("sample.json", "*_reviews.json", "*_reviews.jsonl"),
            "json_array",
            "docid STRING, title STRING, abstract STRING, structured_abstract ARRAY<ARRAY<STRING>>, "
            "included_studies ARRAY<STRUCT<pmid: STRING, references: ARRAY<STRUCT<pmid: STRING, title: STRING, abstract: STRING>>>>",
            key=("docid",),
            options={"required": ("structured_abstract", "included_studies")},
            required=False,
            all_globs=True,
        ),
        rules=(_JSON_RULE,),
    ),
)
