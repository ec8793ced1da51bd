"""Words of a text, as sets."""


def words(text):
    return frozenset(text.lower().replace(".", " ").split())
