"""Invented lists of the authorities: order files of codes, names of substances, health topics."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from medslake.synth.draw import Draw, Length
from medslake.synth.parts.codes import ten, title
from medslake.synth.text import slots
from medslake.synth.writers.xml import tag

__all__ = ["diagnosis_line", "procedure_line", "substance", "topic"]

_DONE = ("Bypass", "Drainage", "Excision", "Repair", "Removal", "Inspection", "Division", "Transfer")
_WAYS = ("Open", "Through the Skin", "Endoscopic", "Natural Opening")
_SIGNS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_KINDS = {"cn": 0.887, "of": 0.061, "bn": 0.052}
_GROUPS = ("Skin", "Lungs and Breathing", "Older People", "Tests", "Food and Weight")
_ASKED = (
    "What is {}?",
    "What is {} used for?",
    "How does {} work?",
    "How do I take {}?",
    "What are the side effects of {}?",
    "Who should not take {}?",
    "Can I take {} with other medicines?",
)


def _line(number: int, code: str, flag: int, short: str, long: str) -> str:
    return f"{number + 1:05d} {code:<7} {flag} {short[:60]:<60} {long}"


def diagnosis_line(draw: Draw, number: int) -> str:
    """A line of the diagnoses: of each nine the first two are categories, which are not billed."""
    code, category = ten(number), number % 9 < 2
    # A title of its own length, told apart by its number.
    words = draw.length(Length(5, 12))
    parts = title(number).replace(",", "").split(" ")
    name = (
        f"{' '.join(parts[: words - 1])} {number}"
        if words <= len(parts)
        else f"{title(number)} {draw.words(words - len(parts), ended=False).lower()}"
    )
    short = " ".join(name.split(" ")[:9])
    return _line(number, f"{code[:3] if number == 0 else code}", 0 if category else 1, short, name)


def procedure_line(draw: Draw, number: int) -> str:
    rest, code = number, ""
    for _ in range(4):
        code, rest = f"{_SIGNS[rest % len(_SIGNS)]}{code}", rest // len(_SIGNS)
    sites = slots()["site"]
    first, second = sites[number % len(sites)].title(), sites[number * 5 % len(sites)].title()
    told = f"{draw.pick(_DONE)} {first} to {second} with {draw.pick(slots()['adj']).title()} {draw.pick(slots()['noun']).title()}"
    more = f", {draw.pick(slots()['adj']).title()} and {draw.pick(slots()['adj']).title()}" if draw.chance(0.15) else ""
    return _line(number, f"0X{code}Z", 1, told, f"{told}{more}, {draw.pick(_WAYS)} Approach" if draw.chance(0.5) else f"{told}{more}")


def substance(draw: Draw, number: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The names of a substance; of one in ten the display name is not among them."""
    rest, unii = number, ""
    for _ in range(7):
        unii, rest = f"{_SIGNS[rest % len(_SIGNS)]}{unii}", rest // len(_SIGNS)
    base = slots()["drug"][number % len(slots()["drug"])].upper()
    shown = f"{base} {'ACID' if number % 3 else 'SALT OF'} {number // len(slots()['drug'])}".replace(" 0", "") if number % 9 else base
    count = draw.length(Length(4, 16))
    names = dict.fromkeys([] if draw.chance(0.096) else [shown])
    while len(names) < count:
        words = draw.weighted({1: 0.17, 2: 0.28, 3: 0.3, 4: 0.18, 5: 0.07})
        names[
            " ".join(
                [
                    f"{draw.pick(slots()['drug']).upper()}-{draw.whole(1, 999)}",
                    *(draw.pick(slots()["adj"]).upper() for _ in range(words - 1)),
                ]
            )
        ] = None
    for name in names:
        yield "names", (name, draw.weighted(_KINDS), f"9{unii}X", shown)


def topic(draw: Draw, number: int) -> str:
    """A health topic; every second one is the Spanish one of the topic before, under another id. Few have no summary."""
    language, code = ("English", "en") if number % 2 == 0 else ("Spanish", "es")
    # Of the English ones every third is about a drug, under headings that ask.
    drug = number % 6 == 0
    names = slots()["drug" if drug else "disease"]
    name = names[number // 2 % len(names)].capitalize()
    first, second, *items = draw.parts(Length(130, 330), len(_ASKED) if drug else 5, code)
    if drug:
        told = zip(_ASKED, (first, second, *items), strict=True)
        summary = "".join(f"<h3>{escape(asked.format(name))}</h3>\n<p>{escape(text)}</p>\n" for asked, text in told)
    else:
        link = f"<a href='https://medlineplus.gov/{number}.html'>{escape(name)}</a>"
        summary = f"<p>{escape(first)} {link}</p>\n<p>{escape(second)}</p><ul>\n"
        summary += "".join(f"<li>{escape(item)} </li>\n" for item in items) + "</ul>\n"
    summary += '<p class="NLMattribution">An invented institute</p>'
    groups = [*(("Drug Therapy",) if drug else ()), *draw.some(_GROUPS, draw.whole(1, 2))]
    return tag(
        "health-topic",
        *(tag("also-called", text=draw.pick(slots()["disease"])) for _ in range(draw.whole(0, 3))),
        tag("full-summary", text=None if draw.chance(0.01) else summary),
        *(tag("group", text=group, id=at) for at, group in enumerate(groups)),
        title=f"{name} {number // 1200 + 1}" if number >= 1200 else name,
        id=9_000 + number,
        language=language,
        url=f"https://medlineplus.gov/{number}.html",
        date_created=f"{draw.whole(1, 12):02d}/{draw.whole(1, 28):02d}/{draw.whole(1998, 2023)}",
        meta_desc=first[:90],
    )
