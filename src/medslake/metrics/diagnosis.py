"""Diagnosis by a closed list of diseases (DDXPlus)."""

from __future__ import annotations

from collections.abc import Sequence

from medslake.metrics.base import Metric, MetricExample, Pair, Scored
from medslake.metrics.parts.closed_labels import paper_containment, strict_label

__all__ = ["METRIC", "PATHOLOGIES"]

#: The pathologies of DDXPlus, in lower case, for predictions that come without their label set.
PATHOLOGIES = (
    "acute copd exacerbation / infection",
    "acute dystonic reactions",
    "acute laryngitis",
    "acute otitis media",
    "acute pulmonary edema",
    "acute rhinosinusitis",
    "allergic sinusitis",
    "anaphylaxis",
    "anemia",
    "atrial fibrillation",
    "boerhaave",
    "bronchiectasis",
    "bronchiolitis",
    "bronchitis",
    "bronchospasm / acute asthma exacerbation",
    "chagas",
    "chronic rhinosinusitis",
    "cluster headache",
    "croup",
    "ebola",
    "epiglottitis",
    "gerd",
    "guillain-barré syndrome",
    "hiv (initial infection)",
    "influenza",
    "inguinal hernia",
    "larygospasm",
    "localized edema",
    "myasthenia gravis",
    "myocarditis",
    "pancreatic neoplasm",
    "panic attack",
    "pericarditis",
    "pneumonia",
    "possible nstemi / stemi",
    "psvt",
    "pulmonary embolism",
    "pulmonary neoplasm",
    "sarcoidosis",
    "scombroid food poisoning",
    "sle",
    "spontaneous pneumothorax",
    "spontaneous rib fracture",
    "stable angina",
    "tuberculosis",
    "unstable angina",
    "urti",
    "viral pharyngitis",
    "whooping cough",
)


def _gold(reference: str) -> str:
    return reference.replace(".", "").replace("The diagnosis result is", "").strip().lower()


def _paper(pairs: Sequence[Pair]) -> Scored:
    return paper_containment(pairs, _gold, str.lower)


def _strict(pairs: Sequence[Pair]) -> Scored:
    return strict_label(pairs, PATHOLOGIES)


METRIC = Metric(
    name="diagnosis",
    paper=_paper,
    strict=_strict,
    example=MetricExample(
        pairs=(
            Pair("The diagnosis result is Pneumonia.", "The diagnosis result is Pneumonia.", labels=("Pneumonia", "GERD")),
            Pair("This is not pneumonia", "The diagnosis result is Pneumonia.", labels=("Pneumonia", "GERD")),
            Pair("Pneumonia or GERD", "The diagnosis result is GERD.", labels=("Pneumonia", "GERD")),
            Pair("GERD", "The diagnosis result is Pneumonia.", labels=("Pneumonia", "GERD")),
        ),
        paper={"accuracy": 75.0},
        strict={"accuracy": 25.0},
    ),
    about="Accuracy. paper: the disease occurs in the answer; strict: the answer states this disease, unnegated, and no other.",
)
