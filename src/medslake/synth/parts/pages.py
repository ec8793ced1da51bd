"""Invented pages of health information with questions and answers, as MedQuAD and the LiveQA track have them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from medslake.synth.draw import Draw, Length
from medslake.synth.parts.passages import broken, question, spread
from medslake.synth.text import slots
from medslake.synth.writers.xml import tag

__all__ = ["QUESTION_TYPES", "judged", "page"]

#: Type of a question -> its share and how it is asked.
QUESTION_TYPES = {
    "information": (0.252, "What is (are) {} ?"),
    "treatment": (0.201, "What are the treatments for {} ?"),
    "research": (0.111, "what research (or clinical trials) is being done for {} ?"),
    "outlook": (0.104, "What is the outlook for {} ?"),
    "susceptibility": (0.071, "Who is at risk for {}? ?"),
    "symptoms": (0.068, "What are the symptoms of {} ?"),
    "exams and tests": (0.063, "How to diagnose {} ?"),
    "causes": (0.057, "What causes {} ?"),
    "prevention": (0.055, "How to prevent {} ?"),
    "complications": (0.005, "What are the complications of {} ?"),
    "considerations": (0.005, "What to do for {} ?"),
    "frequency": (0.004, "How many people are affected by {} ?"),
}
_SHARES = {kind: share for kind, (share, _) in QUESTION_TYPES.items()}
_TAGS = ("Document", "id", "source", "Focus", "QAPairs", "QAPair", "Question", "Answer")
_OLD_TAGS = ("doc", "docid", "corpus", "doctitle-focus", "qaPairs", "pair", "question", "answer")


def page(collection: str, documents: int, pairs: int, sizes: Length, answer: Length | None) -> Callable[[Draw, int], tuple[str, str]]:
    """The record of a file: its name and XML. A few files of two collections have other tags.

    pairs: of all documents together. sizes: in each. answer: None where the publisher removed the answers.
    """
    counts = spread(pairs, documents, sizes)

    def record(draw: Draw, number: int) -> tuple[str, str]:
        tags = _OLD_TAGS if collection == "NINDS" and number % 70 == 1 else _TAGS
        if collection == "CDC" and number % 59 == 1:
            tags = ("DiseaseFile", "fid", *_TAGS[2:])
        document, identity, source, focus, outer, inner, asked, told = tags
        subject = f"{draw.pick(slots()['family'])} {draw.pick(slots()['disease'])}".title()
        found = []
        for at in range(1, counts[(number - 1) % documents] + 1):
            kind = draw.weighted(_SHARES)
            text = broken(draw, draw.words(answer), 0.1) if answer else None
            named = tag(asked, text=QUESTION_TYPES[kind][1].format(subject), qid=f"{number:07d}-{at}", qtype=kind)
            found.append(tag(inner, "\n", named, "\n", tag(told, text=text), "\n", pid=at))
        umls = tag("CUIs", tag("CUI", text=f"C9{draw.whole(0, 999_999):06d}"))
        about = tag("FocusAnnotations", tag("UMLS", umls, tag("SemanticGroup", text="Disorders")))
        attributes = {identity: f"{number:07d}", source: collection, "url": f"https://{collection.lower()}.invalid/{number}"}
        inside = ("\n", tag(focus, text=subject), "\n", about, "\n", tag(outer, "\n", *(f"{one}\n" for one in found)), "\n")
        return f"{number:07d}.xml", f'<?xml version="1.0" encoding="UTF-8"?>\n{tag(document, *inside, **attributes)}\n'

    return record


def judged(draw: Draw, number: int) -> Iterator[tuple[str, tuple[object, ...]]]:
    """An answer that was found for a question of the track, and how well it answers."""
    grade = draw.weighted({"1-Incorrect": 0.579, "2-Related": 0.273, "3-Incomplete": 0.09, "4-Excellent": 0.057})
    name = f"{draw.pick(('ADAM', 'GARD', 'NINDS', 'NIDDK'))}_{number // 4 + 1:07d}_Sec{number % 4 + 1}.txt"
    yield "judgements", (number // 24 + 1, grade, name)
    text = f"Question: {question(draw, Length(8, 12))}\nURL: https://pages.invalid/{number}\nAnswer: {draw.words(Length(121, 732))}"
    yield "answers", (name, text)
