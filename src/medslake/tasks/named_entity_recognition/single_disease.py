"""What tasks 27 and 28 share: one disease name out of a text, any of those it holds being right."""

from __future__ import annotations

from medslake.tasks.base import Definition
from medslake.tasks.parts.wordings import definitions

__all__ = ["DISEASES", "single_disease_definitions"]

#: Distinct disease names in text order.
DISEASES = "array_distinct(transform(filter(entities, e -> e.type = 'Disease'), e -> e.text))"


def single_disease_definitions(text: str) -> tuple[Definition, ...]:
    """text: what the input is, such as `sentence`."""
    return definitions(
        plain=(
            f"The {text} below mentions at least one disease or disorder. Write the name of one of them, exactly as it stands there. "
            "If it mentions several, any one will do; write no more than one.",
            f"Find a disease in this {text} and copy its name. Injuries that come straight from an accident do not count as diseases. "
            "Output one name and nothing else.",
            f"Which illness or disorder does the {text} speak of? Give a single name in the spelling of the {text}, without a full "
            "stop or a comment.",
        ),
        role=(
            f"You are a pathologist skimming literature. Name one disease that occurs in the {text}, using its own words. One name "
            "suffices even where there are more, and it is the whole reply.",
            f"As an annotator of a disease corpus, pick one disease mention from the {text} and enter it verbatim. Any mention is "
            "acceptable; enter only one.",
            f"Imagine that you tag articles for a hospital library. Take one disorder that the {text} names as the tag, unchanged and "
            "on its own.",
        ),
        stepwise=(
            f"First read the {text}. Then look for words that name an abnormal condition of structure or function. Finally write down "
            "one such name as it is printed; stop after one.",
            f"Step 1: collect the diseases and disorders in the {text}. Step 2: choose any one. Step 3: output its name verbatim, "
            "without other text.",
            f"Go through the {text} until you meet the name of a disease, check that it is not a mere injury, and then print that "
            "name alone.",
        ),
        formal=(
            f"One disease entity is to be extracted from the input {text}. The output shall be a verbatim substring of the input "
            "denoting a disease or disorder; where several exist, exactly one shall be given.",
            f"Given a {text}, return the surface form of one disease mentioned therein. Alternative mentions are equally valid, but "
            "the response must contain a single mention only.",
            f"The response shall consist of the name of one disorder occurring in the {text}, reproduced without alteration. "
            "Enumerations are not permitted.",
        ),
        terse=(
            f"One disease from the {text}, verbatim, nothing else.",
            f"Extract a single disease name. Copy it exactly. Any one in the {text} is right.",
            f"Name one disorder mentioned in the {text}. Name only.",
        ),
    )
