"""Text that was taken from web pages, in Spark SQL."""

__all__ = ["unescaped"]

#: The ampersand comes last, so that nothing is read twice.
_ENTITIES = {"&nbsp;": " ", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "\\'", "&amp;": "&"}
_WITHOUT_WIDTH = "\u200b\ufeff"


def unescaped(text: str) -> str:
    """The text (SQL) with the signs that its HTML entities stand for, runs of blanks as one, none at its ends; signs without width go."""
    for entity, sign in _ENTITIES.items():
        text = f"replace({text}, '{entity}', '{sign}')"
    return f"trim(regexp_replace(translate({text}, '{_WITHOUT_WIDTH}', ''), '[ \\t\u00a0]+', ' '))"
