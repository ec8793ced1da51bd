"""Invented short messages of townspeople for, against and without a view on a made-up canal, in Catalan and Spanish."""

from __future__ import annotations

from medslake.synth.draw import Draw, Length
from medslake.synth.text import LATIN, filled

__all__ = ["tweet"]

_SAID = {
    "ca": (
        "{family} i {family} parlen del canal de {family} amb {num} veïns",
        "al poble de {family} fan {few} festes i {num} bandes toquen",
        "{family} diu que el pont {code} costa {value} monedes {time}",
        "avui {num} barques surten de {family} cap a {family}",
        "la plaça de {family} té {num} arbres i {few} bancs nous",
        "qui va pintar la porta {code} del mercat de {family}?",
        "{few} forners de {family} porten {num} pans a {family} {time}",
    ),
    "es": (
        "{family} y {family} hablan del canal de {family} con {num} vecinos",
        "en el pueblo de {family} hay {few} fiestas y tocan {num} bandas",
        "{family} dice que el puente {code} cuesta {value} monedas {time}",
        "hoy {num} barcas salen de {family} hacia {family}",
        "la plaza de {family} tiene {num} árboles y {few} bancos nuevos",
        "¿quién pintó la puerta {code} del mercado de {family}?",
        "{few} panaderos de {family} llevan {num} panes a {family} {time}",
    ),
}
#: What the stance follows from.
_VIEWS = {
    "FAVOR": {"ca": ("Visca el canal!", "Volem canal"), "es": ("¡Viva el canal!", "Queremos canal")},
    "AGAINST": {"ca": ("Prou canal!", "Cap canal"), "es": ("¡Basta de canal!", "Ningún canal")},
    "NEUTRAL": {"ca": ("Notícia:", "Avís:"), "es": ("Noticia:", "Aviso:")},
}
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def tweet(draw: Draw, language: str, label: str, length: Length) -> str:
    """Of about so many words, with names, tags and links among them."""
    ends = [f"#{draw.pick(LATIN.families)}{draw.whole(1, 99)}" for _ in range(draw.whole(1, 3))] if draw.chance(0.4) else []
    ends += [f"https://t.invalid/{''.join(draw.pick(_LETTERS) for _ in range(10))}"] if draw.chance(0.57) else []
    start = [f"@{draw.pick(LATIN.families).lower()}{draw.whole(1, 999)}"] if draw.chance(0.23) else []
    words = [*start, *draw.pick(_VIEWS[label][language]).split()]
    wanted = draw.length(length) - len(ends)
    while len(words) < wanted:
        words += filled(draw, _SAID[language], language).split()
    return " ".join([*words[: max(wanted, 4)], *ends])
