"""Survival tables exported from SEER*Stat: figures of groups of patients, with the dictionary that says what the columns and codes mean.

A group is told by the variables whose codes the dictionary labels, its figures are the others; a figure that is missing is left out, and so
is what is null in a CSV that a program wrote of such an export, of which the codes stay codes: no dictionary of its name lies beside it.
Case listings are rows of patients and belong to the source seer.
"""

from medslake.sources import SEERSTAT_SCHEMA, Example, NativeFile, Source, by_hash, github, mapped, row_number
from medslake.synth import Dirt, Twin, TwinFile, csv, tsv
from medslake.synth.parts.survival import EXPORTS, converted_row

_GROUP, _FIGURES = (
    ("page_type", "age_rec", "stage", "year_dx", "Interval"),
    (
        *("alive_at_start", "died", "lost_to_followup", "obs_int", "obs_cum", "exp_int", "exp_cum", "rel_int", "rel_cum"),
        *("se_obs_int", "se_obs_cum", "se_rel_int", "se_rel_cum"),
    ),
)
_TABLE = "regexp_extract(_file, '([^/]+?)([.][a-z]+)?([.]gz)?$', 1)"


def _told(names: tuple[str, ...], more: str = "") -> str:
    # One of the names, Interval, is a word of SQL.
    every = ", ".join(f"named_struct('name', '{name}', 'value', `{name}`{more})" for name in names)
    return f"filter(array({every}), v -> v.value IS NOT NULL)"


_DICTIONARY = (
    "[System]\nDatabase name=Invented, 3 parishes\n\n[Session Options]\nType=Survival\nStatistic=Observed Survival\n\n[Export Options]\n"
    "Variable format=numeric\nField delimiter=tab\nMissing character=space\nVariable names included=true\nFlags included=true\n\n"
    "[Life Page Variables]\nVar1Name=Page type\nVar2Name=Parish\nVar3Name=Interval\nVar4Name=Alive at Start\nVar5Name=Observed\n\n"
    '[Format=Page type]\n0=Life Page\n\n[Format=Parish]\n0=Reed\n1="  Marsh"\n\n[Format=Interval]\n1=<1 yr\n'
)

_DIRT = {"a row has the columns of the other page": Dirt(0.002, record=lambda draw, row: row[:-1], aside=1, rule="columns")}
_SIZES = {"Parish_causespecific": 18_223, "Tutorial_parish": 764, "curesurv_example": 2_654}

SOURCE = Source(
    name="seerstat_export",
    title="SEER*Stat exports of survival sessions",
    citation=(
        "NCI Surveillance Research Program, JPSurv and CanSurv example data. Surveillance Research Program, National Cancer Institute "
        "SEER*Stat software, seer.cancer.gov/seerstat."
    ),
    licence="Not stated in the repositories; taken as non-commercial",
    access="noncommercial",
    domain="Medical Knowledge",
    page=("https://github.com/CBIIT/nci-webtools-dccps-jpsurv", "https://github.com/CBIIT/nci-webtools-dccps-seer"),
    downloads=(
        *github(
            "CBIIT/nci-webtools-dccps-jpsurv",
            "c6dfe49bb890059b745a5110ba8a67350792ef60",
            {
                "Breast_causespecific.txt": "ce8d24ced7adc9d2e046398e8e6b026da312bb993af3380cf3ee3474a2dfff79",
                "Breast_causespecific.dic": "d0cbf12c24715bdbf697d41b611fddf6f9739051d078bbce3bb2ecfb82287e86",
                "Tutorial_JPSURV.txt": "2e800dd459a18eadc4790897fe90e628b3ccfe1a19edf6f2ab0a6f1ba24ee975",
                "Tutorial_JPSURV.dic": "f61e372497d2ea2fb2e0c969c44c9dd3e165d62ea32da539942ecc942ad05c0e",
            },
            under="server/data/",
        ),
        *github(
            "CBIIT/nci-webtools-dccps-seer",
            "761bbc2e580989e980c8c90f52115fdcf57d3e41",
            {
                "cansurv_example.txt": "3b0b0c4ed7132f24701d8bb2cc20fc9125e061d03ad7e1c57c8fc1e6e532033e",
                "cansurv_example.dic": "290dba3bb1fd80512abfd65aa7483063e9b8ec40d44b95885fe5b1d45914052f",
            },
            under="client/public/data/",
        ),
    ),
    files=(
        NativeFile(
            "exports",
            ("*.txt",),
            "seerstat",
            SEERSTAT_SCHEMA,
            required=False,
        ),
        NativeFile(
            "converted",
            ("*_Head_*.csv",),
            "csv",
            ", ".join(f"{name} STRING" for name in (*_GROUP, *_FIGURES)),
            sha256={"Breast_RelativeSurvival_Head_NA0.csv": "9c17c41eeb2c0b11a7f5452dc1bc3376342dbb17a6f0a25f64bd6cdfec114939"},
            required=False,
        ),
    ),
    split=by_hash("subject_id"),
    silver={
        "statistics": (
            mapped(
                "exports",
                where="session = 'Survival'",
                record_id=row_number(_TABLE),
                subject_id=_TABLE,
                population="concat_ws('; ', database, statistic)",
                strata="transform(filter(variables, v -> v.label IS NOT NULL), v -> named_struct('name', v.name, 'value', trim(v.label)))",
                figures="transform(filter(variables, v -> v.label IS NULL AND v.value IS NOT NULL), "
                "v -> named_struct('name', v.name, 'value', v.value, 'flag', v.flag))",
            ),
            mapped(
                "converted",
                record_id=row_number(_TABLE),
                subject_id=_TABLE,
                strata=_told(_GROUP),
                figures=_told(_FIGURES, ", 'flag', CAST(NULL AS STRING)"),
            ),
        )
    },
    example=Example(
        files={
            "marsh.dic": _DICTIONARY,
            "marsh.txt": '"Page type"\t"Parish"\t"Interval"\t"Alive at Start"\t"Observed"\r\n0\t1\t1\t40\t97.5*\r\n0\t0\t1\t12\t \r\n',
            "Reed_Head_NA0.csv": f"{','.join((*_GROUP, *_FIGURES))}\n0,1,2,3,1,40,2,1,0.95,0.95,0.99,0.99,,,0.3,0.3,,\n",
        },
        rows={
            "statistics": [
                {
                    "record_id": "Reed_Head_NA0/000001",
                    "strata": [{"name": name, "value": value} for name, value in zip(_GROUP, "01231", strict=True)],
                },
                {
                    "record_id": "marsh/000001",
                    "subject_id": "marsh",
                    "population": "Invented, 3 parishes; Observed Survival",
                    "strata": [
                        {"name": "Page type", "value": "Life Page"},
                        {"name": "Parish", "value": "Marsh"},
                        {"name": "Interval", "value": "<1 yr"},
                    ],
                    "figures": [
                        {"name": "Alive at Start", "value": "40", "flag": None},
                        {"name": "Observed", "value": "97.5", "flag": "*"},
                    ],
                },
                {"record_id": "marsh/000002", "figures": [{"name": "Alive at Start", "value": "12", "flag": None}]},
            ]
        },
    ),
    twin=Twin(
        *(
            TwinFile(f"{name}.txt", one.row(), tsv(one.names if one.named else None, end="\r\n"), _SIZES[name], first=0, dirt=_DIRT)
            for name, one in EXPORTS.items()
        ),
        TwinFile("Parish_Head_NA0.csv", converted_row, csv((*_GROUP, *_FIGURES)), 3_000, first=0),
        plain={f"{name}.dic": one.dictionary() for name, one in EXPORTS.items()},
    ),
)
