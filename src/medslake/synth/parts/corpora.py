"""Documents of annotated corpora: as IOB sentences with marks or offsets, and as texts with their mentions beside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from medslake.synth.draw import Draw, Length
from medslake.synth.parts.annotated import Kinds, document, tagged
from medslake.synth.writers.annotated import Document, brat
from medslake.synth.writers.base import Writer, plain_text

__all__ = ["DOCSTART", "iob_documents", "normalised", "of_documents", "placed", "placed_apart", "species_article"]

Sentence = list[tuple[str, str]]
Placed = list[list[tuple[str, int, int, str]]]

#: Marks that no blank stands before.
_CLOSE = ".,;:?!"
#: The mark of a document's start, as a sentence.
DOCSTART: Sentence = [("-DOCSTART-", "O")]


def of_documents(
    documents: int, sentences: int, kinds: Kinds, length: Length, share: float, again: float, *, form: Callable[[Any], Any] = list
) -> Callable[[Draw, int], Any]:
    """Records of `documents` that have so many `sentences` together: the sentences of one, through `form`. length, share, again: as of
    `tagged`."""

    def record(draw: Draw, number: int) -> Any:
        count = sentences * (number + 1) // documents - sentences * number // documents
        return form([tagged(draw, kinds, length, share, again) for _ in range(count)])

    return record


def placed(made: Sequence[Sentence]) -> Placed:
    """(token, start, end, tag): offsets in the document, a blank before all but marks."""
    out: Placed = []
    at = -1
    for sentence in made:
        rows = []
        for token, tag in sentence:
            at += token not in _CLOSE or at < 0
            rows.append((token, at, at + len(token), tag))
            at += len(token)
        out.append(rows)
    return out


def placed_apart(draw: Draw, made: Placed) -> Placed:
    """The same document with two blanks before the last word of its first sentence."""
    before = next((at for at in range(len(made[0]) - 1, 0, -1) if made[0][at][0] not in _CLOSE), 0)
    moved = [[(token, start + 1, end + 1, tag) for token, start, end, tag in sentence] for sentence in made]
    return [[*made[0][:before], *moved[0][before:]], *moved[1:]] if before else made


def iob_documents() -> Writer:
    """IOB; a record is the sentences of a document."""

    def one(made: Sequence[Sequence[tuple[object, ...]]]) -> str:
        return "\n".join(["".join(["\t".join(map(str, row)) + "\n" for row in sentence]) for sentence in made])

    return plain_text(one, separator="\n")


def species_article(draw: Draw, identity: str, text: Length, share: float) -> tuple[Document, str]:
    """A document with the species that it names, and the text of its file, in which they lie where their offsets say."""
    made = document(draw, identity, {"name": "Species"}, text=text, share=share)
    return made, f"{made.title}\n{made.text}\n"


def normalised(made: Document, base: str) -> str:
    """The .ann file with a normalisation per mention. base: the name of what is referred to."""
    names = [(at, concept, made.whole[start:end]) for at, (start, end, _, concept) in enumerate(made.mentions, 1)]
    return brat(made) + "".join([f"N{at}\tReference T{at} {base}:{concept[1:]}\t{text}\n" for at, concept, text in names])
