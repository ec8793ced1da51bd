"""PUBHEALTH: claims on public health with a verdict, the text that it rests on and an explanation (Kotonya and Toni, EMNLP 2020).

The files separate by tabs, with quotes as CSV has them around some fields and bare ones inside of others: bronze keeps the marks, silver
takes those off that surround a whole field. Rows of the test set have an index before the columns that its header names. The JSON copy of
BigBio numbers the verdicts in the order true, false, unproven, mixture, as the records that both copies hold show.
"""

import json

from medslake.sources import Example, Mapped, NativeFile, Source, by_file, candidate, chosen, mapped
from medslake.synth import Dirt, Draw, Length, Twin, TwinFile, json_array, tsv
from medslake.synth.text import filled

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


_SHARES = {"true": 0.455, "false": 0.405, "unproven": 0.02, "mixture": 0.12}
_SAID = {
    "true": "{drug} helps against {disease}",
    "false": "{disease} comes from {drug} at night",
    "unproven": "{drug} may cure {disease} one day",
    "mixture": "{disease} and {sign} pass {adv}",
}
_TOPICS = ("Health News", "Fact Checks, Viral Content", "Environment", "Tea, Baking, Sailing", "")


def _claim(draw: Draw, number: int) -> list[str]:
    """A row of the native files; one claim in six is quoted, one in fifty begins with a no-break space."""
    verdict = draw.weighted(_SHARES)
    claim = f"{filled(draw, (_SAID[verdict],))} {draw.words(Length(5, 22), ended=False).lower()}."
    claim = draw.weighted({claim: 0.82, f'"""{claim}"" says {draw.name()}."': 0.16, f"\u00a0{claim}": 0.02})
    why, text = draw.words(Length(42, 300)), draw.words(Length(666, 1_530))
    links = (
        ", ".join(f"https://invented.example/{draw.whole(1, 99_999)}" for _ in range(draw.length(Length(2, 24))))
        if draw.chance(0.6)
        else " "
    )
    day = f"{draw.pick(('January', 'May', 'July'))} {draw.whole(1, 28)}, {draw.whole(2100, 2110)}"
    return [str(number + 1), claim, day, why, draw.name(), text, links, verdict, draw.pick(_TOPICS)]


def _copied(draw: Draw, number: int) -> dict[str, object]:
    row = dict(zip(_HEADER.split(), _claim(draw, 500_000 + number), strict=True))
    return {**row, "label": _VERDICTS.index(row["label"])}


#: The first claims of the training file are in the copy too, at the share that was found.
_BOTH = Dirt(0.02, lambda draw, row: {**row, "claim_id": str(int(row["claim_id"]) - 500_000)}, aside=1, rule="unique(source, record_id)")
_DIRT = {
    "no label": Dirt(0.003, lambda draw, row: [*row[:7], "", row[8]], aside=1, rule=_ODD),
    "torn by tabs": Dirt(
        0.001, text=lambda draw, text: text.replace(" ", "\t", 3), aside=1, rule="columns: the row does not have 9 columns"
    ),
}


def _twin() -> Twin:
    native = tsv(_HEADER.split())
    return Twin(
        TwinFile("PUBHEALTH/train.tsv", _claim, native, 9_832, dirt=_DIRT),
        TwinFile("PUBHEALTH/dev.tsv", _claim, native, 1_225),
        TwinFile("PUBHEALTH/test.tsv", lambda draw, number: [str(number), *_claim(draw, number)], native, 1_235),
        TwinFile("examples.json", _copied, json_array(), 200, first=0, dirt={"claim in both copies": _BOTH}),
    )


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
    twin=_twin(),
)
