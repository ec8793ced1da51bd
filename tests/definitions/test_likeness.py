"""Near copies by word trigrams, against the similarity worked out by hand."""

from __future__ import annotations

from medslake.definitions.likeness import Shelf, trigrams


def test_trigrams_are_of_words_in_lower_case() -> None:
    assert trigrams("List the Drugs, please.") == {("list", "the", "drugs"), ("the", "drugs", "please")}
    assert trigrams("Two words") == {("two", "words")}


def test_a_near_copy_is_found_from_the_limit_on() -> None:
    shelf = Shelf()
    shelf.put("first", "a b c d e f g h i j k l")
    # Of 10 trigrams each, 9 are shared and 11 are there: 0.82; then 8 of 12: 0.67.
    assert shelf.near("b c d e f g h i j k l m") == "first"
    assert shelf.near("c d e f g h i j k l m n") is None
    assert Shelf(limit=0.6, _bits=shelf._bits, _sets=shelf._sets).near("c d e f g h i j k l m n") == "first"


def test_what_a_copy_of_a_shelf_gets_is_its_own() -> None:
    shelf = Shelf()
    copy = shelf.copy()
    copy.put("new", "one two three four")
    assert copy.near("One, two, three, four!") == "new" and shelf.near("one two three four") is None
