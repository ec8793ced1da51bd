"""Invented sentences in the languages of the European Union, side by side. Those without prose have words of their letters."""

from __future__ import annotations

from functools import cache

from medslake.synth.draw import Draw, Length
from medslake.synth.text import invented
from medslake.synth.writers.xml import tag

__all__ = ["EUROPE", "translation_unit"]

_PROSE = {"EN": "en", "ES": "es", "FR": "fr", "SV": "sv"}
#: Language -> endings of its invented words.
_ENDS = {
    "CS": "ost í ní ka ek",
    "DA": "hed en er ning lig",
    "DE": "ung heit keit en lich",
    "ET": "us mine ja le ne",
    "FI": "inen uus ssa lla ja",
    "GA": "acht ach eann adh",
    "HU": "ság ség ban nek ás",
    "IS": "ur inn ar leg un",
    "IT": "zione ità are ente oso",
    "LT": "as ymas umas ti ės",
    "LV": "ība šana as ēt ums",
    "MT": "zzjoni ijiet ja et",
    "NL": "heid ing en lijk tie",
    "NO": "het en er ing lig",
    "PL": "ość anie ny ów em",
    "PT": "ção dade ar mente os",
    "RO": "ție tate ul ele are",
    "SK": "osť nie ný ov ám",
    "SL": "ost nje ni ov em",
}
_GREEK = ("Κα Μα Πε Σο Τρι Λε", "λι ρα νο κα", "ση τητα ος ών εί")
_BULGARIAN = ("Ка Ма Пе Со Три Ле", "ли ра но ка", "ост ние ия ите ен")
EUROPE = tuple(sorted([*_PROSE, *_ENDS, "BG", "EL"]))


@cache
def _words(code: str) -> tuple[str, ...]:
    latin = ("Ka Ma Pe So Tri Le Ve Ro Do Fi", "li ra no ka ve do", _ENDS.get(code, "en"))
    found = invented(f"europe {code}", 300, *{"EL": _GREEK, "BG": _BULGARIAN}.get(code, latin))
    return tuple(word.lower() for word in found)


def _sentence(draw: Draw, code: str, words: int) -> str:
    if code in _PROSE:
        return draw.words(words, _PROSE[code])
    text = " ".join([draw.pick(_words(code)) for _ in range(words)])
    return f"{text[0].upper()}{text[1:]}."


def translation_unit(draw: Draw, number: int) -> str:
    """A unit of a translation memory: most languages have the sentence."""
    words = draw.length(Length(14, 38))
    told = [code for code in EUROPE if code == "EN" or draw.chance(0.97)]
    order = sorted(told, key=lambda code: code != "EN")
    return tag("tu", *(tag("tuv", tag("seg", text=_sentence(draw, code, words)), **{"xml:lang": code}) for code in order))
