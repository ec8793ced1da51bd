"""LitCovid: articles on COVID-19 and their topics, in two releases.

BioCreative VII (BC7) has seven topics and titles with abstracts, the earlier release of Gutierrez et al. 2020 eight topics, `general` among
them, and whole articles where it had them. The repository of BC7 also holds labels and probabilities of made-up ids, which stay in bronze.
No text file of either was at hand: columns are those that the releases' own code writes and reads, labels of BC7 are spelt as in its
samples.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from medslake.sources import Example, Mapped, NativeFile, Source, by_file, mapped, quoted
from medslake.synth import Draw, Length, Twin, TwinFile, csv

#: Topic -> share of the articles: of the samples of BC7; of the other release by guess.
_BC7_TOPICS = {
    "Treatment": 0.39,
    "Diagnosis": 0.17,
    "Prevention": 0.46,
    "Mechanism": 0.185,
    "Transmission": 0.1,
    "Epidemic Forecasting": 0.064,
    "Case Report": 0.018,
}
_FULL_TOPICS = {
    "diagnosis": 0.18,
    "treatment": 0.25,
    "mechanism": 0.14,
    "transmission": 0.1,
    "prevention": 0.4,
    "case report": 0.09,
    "forecasting": 0.03,
    "general": 0.07,
}
_TOPICS = {"bc7": _BC7_TOPICS, "gutierrez": _FULL_TOPICS}
_ODD = "labels: a label is none of the label set"


def _labelled(table: str, told: str, text: str) -> Mapped:
    """told: SQL for the array of labels as released."""
    known = f"array({', '.join(map(quoted, _TOPICS[table]))})"
    found = f"filter(transform({told}, l -> trim(l)), l -> l != '')"
    return mapped(
        table,
        aside={_ODD: f"size(array_except({found}, {known})) > 0 OR size({found}) = 0"},
        record_id=f"concat('{table}/', pmid)",
        subject_id="pmid",
        text=text,
        labels=f"filter({known}, l -> array_contains({found}, l))",
        label_set=f"'litcovid_{table}'",
        unit="'document'",
    )


def _articles(table: str, globs: tuple[str, ...], schema: str, *required: str) -> NativeFile:
    options = {"aliases": {"": "idx"}, "required": required}
    return NativeFile(table, globs, "csv", schema, key=("pmid",), options=options, required=False, all_globs=True)


_HEADER = ",pmid,title,text,clean_doc,clean_doc_tokenized,human_label,label\n"
_BC7 = "pmid,journal,title,abstract,keywords,pub_type,authors,doi,label\n"
_SAMPLES = "PMID,Treatment,Diagnosis,Prevention,Mechanism,Transmission,Epidemic Forecasting,Case Report\n0,1,0,0,0,1,0,0\n"


def _told(draw: Draw, shares: Mapping[str, float]) -> list[str]:
    return [topic for topic, share in shares.items() if draw.chance(share)] or [draw.weighted(shares)]


#: Topic -> what an article on it is said to be of; not the topic's own word, which would give it away.
_OF = {
    "diagnosis": "swabs and scans",
    "treatment": "drugs given to the sick",
    "mechanism": "how the virus enters cells",
    "prevention": "masks and distance",
    "case report": "one patient in a ward",
    "transmission": "how the virus spreads",
    "forecasting": "the numbers to come",
    "general": "the year of the virus",
}


def _full(draw: Draw, number: int) -> tuple[object, ...]:
    """A row of Gutierrez et al.: whole articles among abstracts."""
    topics, title = _told(draw, _FULL_TOPICS), draw.words(Length(12, 20), ended=False)
    text = f"{title}\n\nOf {' and '.join(_OF[topic] for topic in topics)}, as told {draw.day(2100, 2110)}. {draw.words(Length(900, 4_500))}"
    bits, clean = "".join([str(int(topic in topics)) for topic in _FULL_TOPICS]), " ".join(text.lower().split())
    return (number, 33_000_000 + number, title, text, clean, clean.replace(".", " ."), ", ".join(topics).replace(" r", "_r"), bits)


def _abstract(draw: Draw, number: int) -> tuple[object, ...]:
    """A row of BC7; one in forty has no abstract."""
    topics, title = _told(draw, _BC7_TOPICS), draw.words(Length(13, 22), ended=False)
    text = f"Of {' and '.join(topics).lower()}, as told {draw.day(2100, 2110)}. {draw.words(Length(210, 340))}"
    people = ";".join([draw.name() for _ in range(draw.whole(1, 8))])
    about = ("Journal of Invented Things", f"{title} ({topics[0]})", text if draw.chance(0.975) else "", "", "Journal Article")
    return (34_000_000 + number, *about, people, f"10.9999/{number}", ";".join(topics))


def _sample(draw: Draw, number: int, blur: float) -> tuple[float, ...]:
    topics = _told(draw, _BC7_TOPICS)
    return (number, *(round(abs((topic in topics) - blur * draw.random()), 7) if blur else int(topic in topics) for topic in _BC7_TOPICS))


def _twin() -> Twin:
    full, abstracts, samples = (csv(header.split("\n")[0].split(",")) for header in (_HEADER, _BC7, _SAMPLES))
    sizes = {"train": 16_126, "dev": 2_304, "test": 4_608}
    later = {"Train": 24_960, "Dev": 6_239, "Test-GS": 2_500}
    told = {"goldstandard": 0, "prediction": 0.6}
    return Twin(
        *(TwinFile(f"LitCovid.{split}.csv", _full, full, size, chunk=100) for split, size in sizes.items()),
        *(TwinFile(f"BC7-LitCovid-{split}.csv", _abstract, abstracts, size) for split, size in later.items()),
        *(TwinFile(f"{name}_label_samples.csv", partial(_sample, blur=blur), samples, 2_551, first=0) for name, blur in told.items()),
    )


SOURCE = Source(
    name="litcovid",
    title="LitCovid topics of articles on COVID-19",
    citation=(
        "Chen Q, Allot A, Leaman R, et al. Multi-label topic classification for COVID-19 literature annotation: overview of "
        "BioCreative VII Track 5. Database 2022. Gutierrez BJ, Zeng J, Zhang D, Zhang P, Su Y. Document classification for "
        "COVID-19 literature. Findings of EMNLP 2020."
    ),
    licence="Not stated (NCBI and NLM, United States Government work)",
    access="public",
    domain="Medical Knowledge",
    page=(
        "https://biocreative.bioinformatics.udel.edu/tasks/biocreative-vii/track-5/",
        "https://github.com/dki-lab/covid19-classification",
    ),
    files=(
        _articles(
            "gutierrez",
            ("LitCovid.*.csv", "FullLitCovid/LitCovid.*.csv"),
            "idx STRING, pmid STRING, title STRING, text STRING, human_label STRING, label STRING",
            "text",
            "human_label",
        ),
        _articles(
            "bc7",
            ("BC7-LitCovid-*.csv",),
            "pmid STRING, journal STRING, title STRING, abstract STRING, keywords STRING, pub_type STRING, authors STRING, doi STRING, "
            "label STRING",
            "label",
        ),
        NativeFile(
            "label_samples",
            ("goldstandard_label_samples.csv", "prediction_label_samples.csv"),
            "csv",
            "pmid STRING, treatment DOUBLE, diagnosis DOUBLE, prevention DOUBLE, mechanism DOUBLE, transmission DOUBLE, "
            "epidemic_forecasting DOUBLE, case_report DOUBLE",
            options={"aliases": {"PMID": "pmid", **{topic: topic.lower().replace(" ", "_") for topic in _TOPICS["bc7"]}}},
            sha256={
                "goldstandard_label_samples.csv": "625e174a23e91bfae4c9d150570a044833b7c1b0bfc370458ee0d0aa1a7666ed",
                "prediction_label_samples.csv": "0bf784d42a8cb37f12194a18896d94c5a231d25f74bbca6bbead5d82fe16189d",
            },
            required=False,
            all_globs=True,
        ),
    ),
    split=by_file(train="train", validation="dev", test="test"),
    silver={
        "labelled_texts": (
            _labelled("gutierrez", "split(replace(human_label, '_', ' '), ',')", "text"),
            _labelled("bc7", "split(label, ';')", "concat_ws(' ', title, abstract)"),
        )
    },
    example=Example(
        files={
            "LitCovid.train.csv": f'{_HEADER}0,901,On masks,"On masks\n\nThey help.",x,x,"prevention, case_report",00001100\n',
            "LitCovid.dev.csv": f"{_HEADER}4,902,Odd,Odd text.,x,x,weather,0\n",
            "BC7-LitCovid-Test-GS.csv": f"{_BC7}903,J,On fear,It passes.,,,,,Treatment;Epidemic Forecasting\n904,J,On tea,,,,,,Diagnosis\n",
            "goldstandard_label_samples.csv": _SAMPLES,
        },
        rows={
            "labelled_texts": [
                {
                    "record_id": "bc7/903",
                    "split": "test",
                    "text": "On fear It passes.",
                    "labels": ["Treatment", "Epidemic Forecasting"],
                    "label_set": "litcovid_bc7",
                },
                {"record_id": "bc7/904", "text": "On tea", "labels": ["Diagnosis"]},
                {
                    "record_id": "gutierrez/901",
                    "split": "train",
                    "text": "On masks\n\nThey help.",
                    "labels": ["prevention", "case report"],
                    "label_set": "litcovid_gutierrez",
                    "unit": "document",
                },
            ]
        },
    ),
    twin=_twin(),
)
