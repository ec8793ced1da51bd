"""Medical by its words: the disease, drug, anatomy and ICD terms of the lake, and lists of everyday words of illness and of other matters.

What a conversation holds of a group counts by the logarithm of its distinct entries, times the weight of the group; the score is the
logistic of the sum. The weights were fitted on the first 302 of `examples/conversations`, see docs/natural_instructions.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from medslake.taggers import Conversation, Tag, Tagger, TaggerExample, Terms, Verdict, word_lists
from medslake.taggers.parts.lexicon import Lexicon, counted_words, words_of

__all__ = ["TAGGER", "lexicon"]

_LISTS = word_lists(__file__)
_BIAS = -1.5
_NAMES = "concat(array(name), synonyms)"
_SHOWN = "concat(array(name), transform(filter(attributes, a -> a.name IN ('common name', 'brand name', 'official name')), a -> a.value))"
_MENTIONS = "transform(filter(entities, e -> lower(e.type) IN ({})), e -> e.text)"
_ANATOMY = (
    *("anatomical_system", "multi-tissue_structure", "organ", "organism_substance", "organism_subdivision"),
    *("pathological_formation", "tissue", "anatomy"),
)
#: Chapters of what happens from outside and of reasons to be seen hold the words of everyday life.
_OF_ILLNESS = "NOT concept_id RLIKE '^(ICD10CM:[V-Z]|ICD9CM:[EV]|ICD10PCS|ICD9PROC)'"


def _mentions(*types: str) -> str:
    return _MENTIONS.format(", ".join(f"'{one}'" for one in types))


_TERMS = (
    Terms("disease", "disease_ontology", "concepts", _NAMES),
    Terms("disease", "ncbi_disease", "annotated_texts", _mentions("disease")),
    Terms("disease", "bc5cdr", "annotated_texts", _mentions("disease")),
    Terms("drug", "bc5cdr", "annotated_texts", _mentions("chemical")),
    Terms("drug", "fda_unii_names", "concepts", _SHOWN),
    Terms("anatomy", "anem", "annotated_texts", _mentions(*_ANATOMY)),
    Terms("anatomy", "anatem", "annotated_texts", _mentions(*_ANATOMY)),
    *(Terms("icd", source, "concepts", "array(name)", _OF_ILLNESS, words=True) for source in ("icd_codes", "icd10_order")),
)
_WORDS = {term.group for term in _TERMS if term.words}


def lexicon(terms: Mapping[str, Sequence[str]]) -> Lexicon:
    """The vocabulary. terms: group -> terms of the lake, or of groups of single words the texts that these stand in."""
    everyday = frozenset(word for one in _LISTS.words["everyday"] for word in words_of(one))
    made = Lexicon(_LISTS.weights, _BIAS)
    for group, words in _LISTS.words.items():
        if group != "everyday":
            made.add(group, words)
    for group, texts in terms.items():
        made.add_terms(group, counted_words(texts) if group in _WORDS else texts, everyday)
    return made


def opened(terms: Mapping[str, Sequence[str]]) -> Tag:
    made = lexicon(terms)

    def tag(conversations: Iterable[Conversation]) -> Iterator[Verdict]:
        for one in conversations:
            found = made.found(one.text)
            evidence = (f"{group}: {', '.join(sorted(entries))}" for group, entries in sorted(found.items()))
            yield Verdict(one.id, round(made.score(found), 4), tuple(evidence))

    return tag


TAGGER = Tagger(
    name="lexical",
    about="Words: disease, drug, anatomy and ICD terms of the lake, weighted; needs no model.",
    needs="terms",
    open=opened,
    threshold=0.5,
    terms=_TERMS,
    version=_LISTS.digest,
    example=TaggerExample(
        medical=Conversation(
            "m",
            (("user", "Doctor, my marlow palsy hurts. Is corimol safe?"), ("assistant", "At that dose yes, with the usual side effects.")),
        ),
        other=Conversation("o", (("user", "My dog ate the marlow plot of my novel, and the server crashed."),)),
        given={"disease": ("marlow palsy",), "drug": ("corimol",), "anatomy": ("reed gland",), "icd": ("Other marlow palsy",) * 3},
    ),
)
