"""PUBHEALTH: claims on public health with a verdict, the text that it rests on and an explanation (Kotonya and Toni, EMNLP 2020).

The files separate by tabs, with quotes as CSV has them around some fields and bare ones inside of others: bronze keeps the marks, silver
takes those off that surround a whole field. Rows of the test set have an index before the columns that its header names. The JSON copy of
BigBio numbers the verdicts in the order true, false, unproven, mixture, as the records that both copies hold show.
"""

import json

from medslake.sources import Example, Mapped, NativeFile, Source, by_file, candidate, chosen, mapped

_VERDICTS = ("true", "false", "unproven", "mixture")
_ODD = "verdict: the label is none of true, false, unproven, mixture"
_COLUMNS = (
    "claim_id STRING, claim STRING, date_published STRING, explanation STRING, fact_checkers STRING, main_text STRING, sources STRING, "
    "label STRING, subjects STRING"
)
_OPTIONS = {"required": ("claim_id", "claim")}


def _unquoted(column: str) -> str:
    """SQL: a field without the quotes around it, those inside of it single."""
    whole = """'^"(?:[^"]++|"")*+"$'"""
    return f"""IF({column} RLIKE {whole}, replace(substring({column}, 2, length({column}) - 2), '""', '"'), {column})"""


def _claims(table: str, verdict: str) -> Mapped:
    return mapped(
        table,
        aside={_ODD: f"coalesce({verdict} NOT IN {_VERDICTS}, true)"},
        record_id="claim_id",
        subject_id="claim_id",
        text=_unquoted("claim"),
        candidates=f"array({candidate(_unquoted('main_text'), verdict, explanation=_unquoted('explanation'))})",
        label_set="'claim_verdict'",
    )


_HEADER = "claim_id\tclaim\tdate_published\texplanation\tfact_checkers\tmain_text\tsources\tlabel\tsubjects\n"


def _row(number: str, claim: str, text: str, label: str) -> str:
    return f"{number}\t{claim}\tMay 1, 2020\tNobody saw it.\t \t{text}\t\t{label}\tTea\n"


def _candidate(text: str, label: str) -> list[dict[str, str | None]]:
    return [{"id": None, "text": text, "label": label, "explanation": "Nobody saw it."}]


SOURCE = Source(
    name="pubhealth",
    title="PUBHEALTH, explainable fact-checking of public health claims",
    citation="Kotonya N, Toni F. Explainable automated fact-checking for public health claims. EMNLP 2020.",
    licence="MIT",
    access="public",
    domain="Medical Knowledge",
    page="https://github.com/neemakot/Health-Fact-Checking",
    files=(
        NativeFile(
            "claims",
            tuple(f"{folder}{split}.tsv" for folder in ("", "PUBHEALTH/") for split in ("train", "dev", "test")),
            "tsv",
            f"idx STRING, {_COLUMNS}",
            options={**_OPTIONS, "aliases": {"": "idx"}, "optional": ("idx",), "unnamed_index": True},
            required=False,
            all_globs=True,
        ),
        NativeFile("bigbio", ("examples.json",), "json_array", _COLUMNS, key=("claim_id",), options=_OPTIONS, required=False),
    ),
    split=by_file(train=("^train", "^examples"), validation="^dev", test="^test"),
    silver={
        "pairs": (
            _claims("claims", "lower(trim(label))"),
            _claims("bigbio", chosen("label", {str(number): verdict for number, verdict in enumerate(_VERDICTS)})),
        )
    },
    example=Example(
        files={
            "PUBHEALTH/train.tsv": _HEADER
            + _row("7", '"""Tea heals"" says a baker."', 'He said "tea".', "false")
            + _row("8", "Rain is wet.", "It is.", "")
            + _row("9\t", "Torn\trow.", "It is.", "true"),
            "PUBHEALTH/dev.tsv": _HEADER + _row("10", "\u00a0Bread cures.", '"Half" of it does.', "mixture"),
            "PUBHEALTH/test.tsv": _HEADER + _row("0\t11", "Rest helps.", "Nine rested.", "true"),
            "examples.json": json.dumps(
                [{"claim_id": "12", "claim": "Milk glows.", "main_text": "Dark.", "explanation": "Nobody saw it.", "label": 2}]
            ),
        },
        rows={
            "pairs": [
                {
                    "record_id": "10",
                    "split": "validation",
                    "text": "\u00a0Bread cures.",
                    "candidates": _candidate('"Half" of it does.', "mixture"),
                },
                {"record_id": "11", "split": "test", "text": "Rest helps.", "candidates": _candidate("Nine rested.", "true")},
                {"record_id": "12", "split": "train", "candidates": _candidate("Dark.", "unproven")},
                {"record_id": "7", "text": '"Tea heals" says a baker.', "candidates": _candidate('He said "tea".', "false")},
            ]
        },
    ),
)
