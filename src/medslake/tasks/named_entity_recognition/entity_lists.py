"""Tasks that list all entities of one type in a sentence: `e1, e2.` or the sentence for none."""

from __future__ import annotations

from medslake.tasks.base import Definition
from medslake.tasks.named_entity_recognition.no_entity import NO_ENTITY
from medslake.tasks.parts.wordings import definitions

__all__ = ["entity_list_definitions", "entity_list_sql"]


def entity_list_sql(entity_type: str) -> str:
    """Names of that type in text order, each once, joined by a comma and a space, with a full stop; NO_ENTITY where there is none."""
    found = f"array_distinct(transform(filter(entities, e -> e.type = '{entity_type}'), e -> e.text))"
    # One join and one test on its length: the list itself would be evaluated twice.
    return f"coalesce(nullif(concat(array_join({found}, ', '), '.'), '.'), '{NO_ENTITY}')"


def entity_list_definitions(one: str, many: str, scope: str) -> tuple[Definition, ...]:
    """one/many: the entity as a noun, such as `chemical`/`chemicals`. scope: a clause that says what counts."""
    none = f'"{NO_ENTITY}"'
    return definitions(
        plain=(
            f"List the {many} named in the sentence. {scope} Copy each name as it is written, in order of appearance and once only, "
            f"separate names by a comma and a space and end with a full stop. If the sentence names none, write {none}",
            f"Find every {one} mention in the text below. {scope} Answer with the names joined by ', ' and closed by a full stop, no name "
            f"twice; when there is nothing to find, answer {none}",
            f"Which {many} does this sentence mention? {scope} Give the names exactly as they stand, comma separated, followed by a "
            f"full stop, or reply {none} if it mentions none.",
        ),
        role=(
            f"You are a curator of biomedical literature. Mark the names of {many} in the sentence. {scope} Return them in text order, "
            f"separated by commas and ended by a full stop, without repeats. A sentence without any gets the answer {none}",
            f"As a text-mining specialist, extract all {one} names from the sentence you are given. {scope} Write them as 'name1, name2.'; "
            f"where no {one} occurs, write {none}",
            f"Act as an annotator who records {one} mentions for a database. {scope} Enter the surface forms unchanged, in the order "
            f"in which they occur, each once, as a comma-separated list with a final full stop, and enter {none} when the list would "
            "be empty.",
        ),
        stepwise=(
            f"First read the sentence. Then note each name of a {one} as you meet it. {scope} Drop repeats, join the names with ', ' "
            f"and put a full stop at the end. If you noted nothing, write {none} instead.",
            f"Step 1: scan the sentence for {many}. {scope} Step 2: keep each distinct name once, spelled as in the sentence. Step 3: "
            f"print the names in order, comma separated, with a closing full stop. Step 4: with no names, print {none}",
            f"Go through the sentence from left to right and collect the {one} names. {scope} When you reach the end, output the "
            f"collection as 'name1, name2.' without duplicates; output {none} for an empty collection.",
        ),
        formal=(
            f"Given one sentence, identify all mentions of {many}. {scope} The output shall be the distinct mentions in their "
            "original wording and order, delimited by a comma and a space and terminated by a full stop. In the absence of any "
            f"mention the output shall be {none}",
            f"The task is the recognition of {one} names in biomedical text. {scope} The response must consist of the recognised strings "
            f"only, comma separated and closed with a full stop; if no such string is present, the response must be {none}",
            f"Every {one} designated in the input is to be reported verbatim. {scope} Report each designation once, in order of "
            f"occurrence, in the format 'name1, name2.'. Should the input designate none, report {none}",
        ),
        terse=(
            f"Extract {one} names. {scope} Output: 'name1, name2.' in text order, no repeats. None found: {none}",
            f"NER, type {one}. {scope} Comma-separated names and a full stop, or {none}",
            f"Name the {many} in the sentence, verbatim, comma separated, full stop at the end. {scope} If none: {none}",
        ),
    )
