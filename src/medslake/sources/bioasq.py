"""BioASQ task b: questions of experts with snippets of abstracts, an exact answer and an ideal one (Krithara et al., Sci Data 2023).

Training files are train; what was released for the phases of a challenge is test. Files of phase A have no question, and the organisers'
templates made-up answers: both are passed over. Of a file that is neither a training nor a gold file the answers are those of a system, and
the record ids begin with `submission/`, so that nobody takes them for the truth. Of several ideal answers the first counts, as of synonyms.
"""

import json
from functools import partial

from medslake.sources import Bronze, Example, Frame, NativeFile, Source, by_file, mapped
from medslake.synth import Dirt, Draw, Length, Twin, TwinFile, json_array
from medslake.synth.text import slots

_GOLD = "_file RLIKE '(?i)training|gold'"
_SCHEMA = (
    "id STRING, type STRING, body STRING, documents ARRAY<STRING>, concepts ARRAY<STRING>, snippets ARRAY<STRUCT<text: STRING, "
    "document: STRING, beginSection: STRING, endSection: STRING, offsetInBeginSection: INT, offsetInEndSection: INT>>, "
    "ideal_answer STRING, exact_answer STRING"
)
#: One text, a list of texts, or a list of lists of synonyms, as JSON.
_EXACT = (
    "CASE WHEN type = 'summary' THEN NULL "
    "WHEN exact_answer LIKE '[[%' THEN array_join(transform(from_json(exact_answer, 'ARRAY<ARRAY<STRING>>'), one -> get(one, 0)), ', ') "
    "WHEN exact_answer LIKE '[%' THEN array_join(from_json(exact_answer, 'ARRAY<STRING>'), ', ') ELSE exact_answer END"
)
#: Type -> share, and how it asks.
_KINDS = {"yesno": 0.3, "factoid": 0.265, "list": 0.24, "summary": 0.195}
_ASKED = {
    "yesno": "Is {drug} used in {disease} {more}?",
    "factoid": "Which gene drives {disease} {more}?",
    "list": "Which genes does {drug} bind {more}?",
    "summary": "What is {disease} {more}?",
}
_IDEAL = "IF(ideal_answer LIKE '[\"%', coalesce(get(from_json(ideal_answer, 'ARRAY<STRING>'), 0), ideal_answer), ideal_answer)"


def _asked(bronze: Bronze) -> Frame:
    """Questions that can be asked."""
    rows = bronze["questions"]
    template, phase_a = "_file LIKE '%template%'", "coalesce(trim(body), '') = ''"
    bronze.left_out["answers made up for a template"] = rows.where(template)
    bronze.left_out["phase A, without a question"] = rows.where(f"{phase_a} AND NOT {template}")
    return rows.where(f"NOT {template} AND NOT {phase_a}")


def _file(*questions: dict[str, object]) -> str:
    return json.dumps({"questions": questions})


def _question(id: str, type: str, exact: object, ideal: object) -> dict[str, object]:
    snippet = {"text": "Corimol cured all.", "document": "pubmed/7", "beginSection": "abstract", "offsetInBeginSection": 3}
    return {"id": id, "type": type, "body": "Does corimol cure?", "snippets": [snippet], "exact_answer": exact, "ideal_answer": ideal}


def _papers(draw: Draw, length: Length) -> list[str]:
    return [f"http://www.ncbi.nlm.nih.gov/pubmed/{draw.whole(97_000_000, 98_000_000)}" for _ in range(draw.length(length))]


def _snippet(draw: Draw, document: str) -> dict[str, object]:
    text, section, at = draw.words(Length(46, 91)), draw.weighted({"abstract": 0.93, "title": 0.07}), draw.whole(0, 900)
    places = {"offsetInBeginSection": at, "offsetInEndSection": at + len(text)}
    return {"document": document, "text": text, "beginSection": section, "endSection": section, **places}


def _made(draw: Draw, number: int, *, submitted: bool = False) -> dict[str, object]:
    """A question. Training and gold files list ideal answers and synonyms, submissions have one of each and ten documents."""
    drug, disease, kind = draw.pick(slots()["drug"]), draw.pick(slots()["disease"]), draw.weighted(_KINDS)
    papers = _papers(draw, Length(10, 10) if submitted else Length(10, 24))
    ideal, names = draw.words(Length(26, 60)), [[one] for one in draw.some(slots()["gene"], draw.whole(2, 6))]
    exact = {"yesno": draw.weighted({"yes": 0.63, "no": 0.37}), "factoid": names[0] if submitted else names[:1], "list": names}
    body = _ASKED[kind].format(drug=drug, disease=disease, more=draw.words(Length(5, 11), ended=False).lower())
    told = {"id": f"{0x65D00000 + number:x}1930410b13{number % 65_536:06x}", "type": kind, "body": body, "documents": papers}
    answers = {"ideal_answer": ideal if submitted else [ideal], "exact_answer": exact.get(kind, "n/a")}
    if kind == "summary" and not submitted:
        del answers["exact_answer"]
    return {**told, "snippets": [_snippet(draw, paper) for paper in papers], **answers}


def _phase_a(draw: Draw, number: int) -> dict[str, object]:
    told = {"id": f"{0x52F00000 + number:x}2059c6d71c{number % 65_536:06x}", "documents": _papers(draw, Length(8, 29))}
    return {**told, "concepts": [f"http://www.nlm.nih.gov/cgi/mesh/2014/MB_cgi?term=D{draw.whole(900_000, 999_999)}" for _ in range(4)]}


def _twin() -> Twin:
    form = json_array(before='{"questions": [\n', after="\n]}\n")
    unanswered = {"no ideal answer": Dirt(0.018, lambda draw, made: {**made, "ideal_answer": ""})}
    sent = partial(_made, submitted=True)
    files = (
        TwinFile("training12b.json", _made, form, 9_150, chunk=100),
        *(TwinFile(f"12B{batch}_golden.json", _made, form, 85) for batch in range(1, 5)),
        *(TwinFile(f"bioasq_task_12b_phase_b_batch_{batch}_mibi_rag_4.json", sent, form, 85, dirt=unanswered) for batch in (3, 4)),
        TwinFile("BioASQ-task2bPhaseA-testset1.docs.concepts.documents.gold.json", _phase_a, form, 100),
    )
    return Twin(*files, plain={"partalas_template.json": _file(_question("e1", "list", [["corimol"]], "Made up."))})


SOURCE = Source(
    name="bioasq",
    title="BioASQ task b",
    citation=(
        "Krithara A, Nentidis A, Bougiatiotis K, Paliouras G. BioASQ-QA: a manually curated corpus for biomedical question answering. "
        "Scientific Data 10:170 (2023)."
    ),
    licence="Terms of the challenge (registration)",
    access="registered",
    domain="Medical Knowledge",
    page="http://participants-area.bioasq.org/datasets/",
    agreement="Registration for the BioASQ challenge",
    files=(
        NativeFile(
            "questions",
            ("*.json", "*/*.json"),
            "json_nested",
            _SCHEMA,
            options={"path": ("questions",), "required": ("id",)},
            sha256={
                "BioASQ-task2bPhaseA-testset1.docs.concepts.documents.gold.json": (
                    "6e8365d32bd34b04207bdc13a1659652c09a53a0e9a841d2f884044a8c5556ea"
                ),
                "partalas_template.json": "cf2432d727a6f7186d66d6f6b5b183ad8ec530f60b1e56540fc25ea345852e6e",
                "partalas_template_bioasq2.json": "7f92dd3f9545f4f7baeaf35e695e4e0e2cbff9bf77552e52703c613290ddd3b0",
                "bioasq_task_12b_phase_b_batch_3_mibi_rag_4.json": "19387c1670c4c5b5956ea479cdc7d413d0fe3c2999e410d9bec857cc4bd7d6ec",
                "bioasq_task_12b_phase_b_batch_4_mibi_rag_4.json": "e3b2c3a8a8f19a687e9c638c52cc8a6f83b4e35350093250b5494ee60b6e513c",
            },
            all_globs=True,
        ),
    ),
    split=by_file(train="training", test=("gold", "testset", "batch", "task")),
    silver={
        "questions": mapped(
            _asked,
            record_id=f"IF({_GOLD}, id, concat('submission/', id))",
            subject_id="id",
            question="body",
            context="transform(snippets, s -> named_struct('name', s.document, 'text', s.text))",
            answer=f"nullif(trim({_EXACT}), '')",
            long_answer=f"nullif(trim({_IDEAL}), '')",
            topic="type",
        )
    },
    example=Example(
        files={
            "training12b.json": _file(
                _question("a1", "yesno", "yes", ["It does.", "Yes."]),
                _question("a2", "list", [["corimol", "CRM"], ["tea"]], ["Two do."]),
                _question("a3", "summary", "n/a", "It is made up."),
            ),
            "12B1_golden.json": _file(_question("b1", "factoid", ["corimol"], ["Corimol."])),
            "BioASQ-task2bPhaseA-testset1.json": _file({"id": "c1", "documents": ["pubmed/7"], "concepts": []}),
            "task_12b_phase_b_batch_3_team.json": _file(_question("d1", "yesno", "no", "")),
            "team_template.json": _file(_question("e1", "yesno", "no", "No.")),
        },
        rows={
            "questions": [
                {
                    "record_id": "a1",
                    "split": "train",
                    "question": "Does corimol cure?",
                    "context": [{"name": "pubmed/7", "text": "Corimol cured all."}],
                    "answer": "yes",
                    "long_answer": "It does.",
                    "topic": "yesno",
                },
                {"record_id": "a2", "answer": "corimol, tea", "long_answer": "Two do."},
                {"record_id": "a3", "answer": None, "long_answer": "It is made up."},
                {"record_id": "b1", "split": "test", "answer": "corimol"},
                {"record_id": "submission/d1", "split": "test", "answer": "no", "long_answer": None},
            ]
        },
    ),
    twin=_twin(),
)
