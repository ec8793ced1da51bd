"""Invented visits to a doctor: the talk, the note, and short case reports with one wrong sentence."""

from __future__ import annotations

from collections.abc import Mapping

from medslake.synth.draw import Draw, Length
from medslake.synth.parts.words import DISEASES, Disease, pick_other
from medslake.synth.text import LATIN, filled

__all__ = ["case_report", "note", "talk"]

_NOTE = {
    "CHIEF COMPLAINT": 0.2,
    "HISTORY OF PRESENT ILLNESS": 3,
    "REVIEW OF SYSTEMS": 1,
    "PHYSICAL EXAMINATION": 1,
    "RESULTS": 0.6,
    "ASSESSMENT AND PLAN": 2.2,
}
_OPENINGS = (
    "What brings you here, {family}?",
    "Good day {family}, how is the {site}?",
    "Number {code}, what is it?",
    "Come in, {family}, you said {sign}?",
)
_REPORTED = ("with {sign} {time}", "{adv}, since day {num}", "near the {site}, at {value}", "and takes {drug} {mg}")
#: Kind of error -> its share and the sentence: what is wrong in it, or right, stands in place of `{}`.
_ERRORS = {
    "management": (0.42, "{} is advised."),
    "diagnosis": (0.32, "Suspected of {}."),
    "treatment": (0.12, "Patient is started on {}."),
    "pharmacotherapy": (0.1, "Patient receives {} every day."),
    "causalOrganism": (0.04, "Tests are consistent with {}."),
}


def talk(draw: Draw, disease: Disease, words: int, turn: Length, others: Mapping[str, float]) -> list[tuple[str, str]]:
    """(speaker, text) of a talk of about so many words that begins with the symptom. others: who answers the doctor -> share."""
    turns: list[tuple[str, str]] = []
    if words > 14:
        turns.append(("doctor", filled(draw, _OPENINGS)))
        turns.append(("patient", f"I have {disease.symptom()} {filled(draw, ('{time}', '{adv} and {sign}'))}."))
    count = sum(text.count(" ") + 2 for _, text in turns)
    while count < words:
        size = max(3, min(draw.length(turn), words - count - 1))
        turns.append(("doctor" if len(turns) % 2 == 0 else draw.weighted(others), draw.words(size)))
        count += size + 1
    return turns


def note(draw: Draw, disease: Disease, length: Length) -> str:
    """A note with headings on lines of their own, of about so many words."""
    words = draw.length(length) / sum(_NOTE.values())
    told = {name: draw.words(max(3, round(words * share) - 2)) for name, share in _NOTE.items()}
    told["CHIEF COMPLAINT"] = f"{disease.symptom().capitalize()}."
    told["ASSESSMENT AND PLAN"] += f"\n\n{disease.name().capitalize()}: {disease.drug} and a {disease.test}."
    return "\n\n".join(f"{name}\n\n{text}" for name, text in told.items())


def case_report(draw: Draw) -> tuple[list[str], int, str, str]:
    """Sentences with the right one among them, its place, the wrong one in its place, and the kind of the error."""
    disease = draw.pick(DISEASES)
    other = pick_other(draw, disease, 1)[0]
    kind = draw.weighted({name: share for name, (share, _) in _ERRORS.items()})
    field = {"management": "test", "treatment": "drug", "pharmacotherapy": "drug"}.get(kind)
    right, false = (getattr(one, field) if field else one.name() for one in (disease, other))
    room = draw.length(Length(8.5, 25)) - 6
    before = f"{draw.words(room, ended=False)}, and " if room > 0 else ""
    start, rest = _ERRORS[kind][1].split(maxsplit=1)
    sentence = f"{before}{start.lower() if before else start} {rest}"
    story = draw.words(max(12, draw.length(Length(108, 178))))
    sentences = [f"{one.rstrip('.')}." for one in story.split(". ")]
    sentences.insert(1, f"{draw.pick(LATIN.families)} reports {disease.symptom()} {filled(draw, _REPORTED)}.")
    place = draw.whole(1, len(sentences))
    told = [sentence.format(one) for one in (right, false)]
    right, false = (one[0].upper() + one[1:] for one in told)
    return [*sentences[:place], right, *sentences[place:]], place, false, kind
