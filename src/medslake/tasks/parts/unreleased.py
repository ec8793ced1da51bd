"""Tasks of the paper that cannot be made, and why: `medslake list tasks` names them beside the others."""

from typing import NamedTuple

__all__ = ["UNRELEASED", "Unreleased"]


class Unreleased(NamedTuple):
    """source: title of the data set. reason: why no file of anybody's can be read."""

    id: str
    name: str
    category: str
    source: str
    reason: str


UNRELEASED = (
    Unreleased(
        "task72",
        "report_entity_extraction",
        "Sentence Composition Analysis",
        "Radiopaedia Caption NER",
        "never released: neither its captions nor their annotations, and the captions of the site are not free to copy",
    ),
)
