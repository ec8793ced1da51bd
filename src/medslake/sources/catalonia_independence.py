"""Catalonia Independence Corpus: stance of Catalan and Spanish tweets (Zotova et al., LREC 2020). It is not medical.

Named .csv, the files separate by tabs. Ids were damaged by a spreadsheet and some stand twice, so that rows go by their place.
"""

from medslake.sources import Example, NativeFile, Source, by_file, github, mapped, row_number

_LANGUAGE = "IF(_file RLIKE 'catalan_[a-z]+[.]csv', 'ca', 'es')"
_HEADER = "id_str\tTWEET\tLABEL\r\n"

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
)
