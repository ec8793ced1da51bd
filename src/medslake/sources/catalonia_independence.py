"""Catalonia Independence Corpus: stance of Catalan and Spanish tweets (Zotova et al., LREC 2020). It is not medical.

Named .csv, the files separate by tabs. Ids were damaged by a spreadsheet and some stand twice, so that rows go by their place.
"""

from medslake.sources import Example, NativeFile, Source, by_file, github, mapped, row_number
from medslake.synth import Dirt, Draw, Length, Rows, Twin, TwinFile, csv
from medslake.synth.parts.tweets import tweet

_LANGUAGE = "IF(_file RLIKE 'catalan_[a-z]+[.]csv', 'ca', 'es')"
_HEADER = "id_str\tTWEET\tLABEL\r\n"


def _tweets(path: str, records: int, damaged: float, repeated: float = 0) -> TwinFile:
    language = "ca" if "catalan" in path else "es"
    shares = {"AGAINST": 0.402, "FAVOR": 0.398, "NEUTRAL": 0.2}

    def record(draw: Draw, number: int) -> tuple[str, str, str]:
        label = draw.weighted(shares)
        text = tweet(draw, language, label, Length(27, 50) if language == "ca" else Length(32, 50))
        return f"1{draw.whole(0, 999_999_999_999):012d}{number:06d}", text, label

    dirt = {"an id damaged by a spreadsheet": Dirt(damaged, record=lambda draw, row: (f"{row[0][:-2]}e+18", *row[1:]))}
    if repeated:
        dirt["an id twice"] = Dirt(repeated, record=lambda draw, row: Rows([row, (row[0], f"{row[1]} RT", row[2])]))
    return TwinFile(path, record, csv("id_str, TWEET, LABEL", sep="\t", end="\r\n"), records, dirt=dirt)


SOURCE = Source(
    name="catalonia_independence",
    title="Catalonia Independence Corpus",
    citation="Zotova E, Agerri R, Nunez M, Rigau G. Multilingual stance detection in tweets: the Catalonia Independence Corpus. LREC 2020.",
    licence="CC BY-NC-SA 4.0",
    access="noncommercial",
    domain="Medical Knowledge",
    page="https://github.com/ixa-ehu/catalonia-independence-corpus",
    downloads=github(
        "ixa-ehu/catalonia-independence-corpus",
        "ab1359326cfad0723046719f04cfac57e84c6bac",
        {
            "01_CIC_CA.zip": "c8312c4d1355e414171d166cac5ba3fa97734ebc639b02c2b6f7995cb15c75d9",
            "02_CIC_ES.zip": "eb717f7074d5a7c9ef596049bab890ca8a1bae9ac0bad12ef70dc3ae09f068ab",
        },
    ),
    files=(
        NativeFile(
            "tweets",
            ("catalan_*.csv", "spanish_*.csv", "01_CIC_CA/catalan_*.csv", "02_CIC_ES/spanish_*.csv"),
            "tsv",
            "id_str STRING, TWEET STRING, LABEL STRING",
            options={"quote": '"', "required": ("TWEET", "LABEL")},
            sha256={"01_CIC_CA/catalan_test.csv": "2b5549ca7a3ad2aea20eca2aacec67102769e0b0ecd26f22ce1de7dbdc3aacd7"},
            all_globs=True,
        ),
    ),
    split=by_file(train="_train", validation="_val", test="_test"),
    silver={
        "labelled_texts": mapped(
            "tweets",
            aside={"label: it is none of AGAINST, FAVOR, NEUTRAL": "LABEL NOT IN ('AGAINST', 'FAVOR', 'NEUTRAL')"},
            record_id=row_number(f"{_LANGUAGE}, _split"),
            language=_LANGUAGE,
            text="TWEET",
            labels="array(LABEL)",
            label_set="'catalonia_stance'",
            unit="'document'",
        )
    },
    example=Example(
        files={
            "01_CIC_CA/catalan_train.csv": f'{_HEADER}11e+18\t"El gat diu ""sí""."\tFAVOR\r\n11e+18\tEl gos calla.\tNEUTRAL\r\n',
            "spanish_val.csv": f"{_HEADER}12\tEl gato dice que no.\tAGAINST\r\n",
            "spanish_test.csv": f"{_HEADER}13\tLlueve.\tWEATHER\r\n14\tNo llueve.\tNEUTRAL\r\n",
        },
        rows={
            "labelled_texts": [
                {"record_id": "ca/train/000001", "language": "ca", "split": "train", "text": 'El gat diu "sí".', "labels": ["FAVOR"]},
                {"record_id": "ca/train/000002", "labels": ["NEUTRAL"]},
                {"record_id": "es/test/000002", "split": "test"},
                {"record_id": "es/validation/000001", "language": "es", "split": "validation", "labels": ["AGAINST"]},
            ]
        },
    ),
    twin=Twin(
        _tweets("01_CIC_CA.zip/catalan_test.csv", 2_010, 0.616),
        _tweets("01_CIC_CA.zip/catalan_train.csv", 6_028, 0.63),
        _tweets("01_CIC_CA.zip/catalan_val.csv", 2_010, 0.639),
        _tweets("02_CIC_ES.zip/spanish_test.csv", 2_016, 0.0035),
        _tweets("02_CIC_ES.zip/spanish_train.csv", 6_046, 0.0043, repeated=0.0005),
        _tweets("02_CIC_ES.zip/spanish_val.csv", 2_015, 0.0065),
    ),
)
