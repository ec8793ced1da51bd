"""Sentences and documents of annotated corpora: types by their shares, offsets that fit, as many sentences as asked for."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from medslake.synth import Draw, Length
from medslake.synth.parts.annotated import tagged
from medslake.synth.parts.corpora import iob_documents, normalised, of_documents, placed, placed_apart, species_article
from medslake.synth.parts.names import named
from medslake.synth.writers.base import written

TYPES = {"Cell": 0.7, "Organ": 0.3}
KINDS = {"site": TYPES, "name": TYPES}


@pytest.mark.slow
def test_types_have_their_shares_and_their_own_names() -> None:
    draw = Draw(7, "types")
    made = [tagged(draw, KINDS, Length(23, 50), 0.4, 0.5) for _ in range(4_000)]
    kinds = Counter(tag[2:] for one in made for _, tag in one if tag.startswith("B"))
    assert abs(kinds["Cell"] / kinds.total() - 0.7) < 0.03
    assert abs(sum(any(tag != "O" for _, tag in one) for one in made) / len(made) - 0.4) < 0.03
    lasts = {name.split()[-1] for name in named("Cell")}
    ends = [one[at][0] for one in made for at in range(len(one) - 2) if one[at][1] == "I-Cell" and one[at + 1][1] == "O"]
    assert ends and set(ends) <= lasts


def test_documents_have_their_sentences_and_offsets() -> None:
    made = [of_documents(7, 30, KINDS, Length(20, 40), 0.4, 0.5)(Draw(7, at), at) for at in range(7)]
    assert sum(map(len, made)) == 30
    for document in (placed(made[0]), placed_apart(Draw(1), placed(made[0]))):
        rows = [row for sentence in document for row in sentence]
        assert rows[0][1] == 0 and all(end - start == len(token) for token, start, end, _ in rows)
        assert all(before[2] <= after[1] for before, after in pairwise(rows))
    gaps = [after[1] - before[2] for before, after in pairwise([r for s in placed_apart(Draw(1), placed(made[0])) for r in s])]
    assert gaps.count(2) == 1
    assert written(iob_documents(), [placed(one) for one in made]).decode().count("\n\n") == 29


def test_mentions_of_articles_lie_in_their_texts() -> None:
    made, text = species_article(Draw(7, "species"), "9", Length(300, 500), 0.5)
    assert len(made.mentions) > 5
    assert all(text[start:end] in named("Species") for start, end, _, _ in made.mentions)
    assert len([line for line in normalised(made, "Taxonomy").splitlines() if line.startswith("N")]) == len(made.mentions)
