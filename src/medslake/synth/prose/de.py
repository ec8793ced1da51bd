"""German."""

from medslake.synth.prose.shared import slots_of
from medslake.synth.text import Prose, listed

__all__ = ["PROSE"]

SIGNS = listed(
    "leichter Durst;Husten bei Nacht;kalte Hände;unruhiger Schlaf;trockene Augen;steife Finger;Ohrensausen;schwere Beine;"
    "Atemnot;Nachtschweiß;dumpfer Kopfschmerz;Enge in der Brust;brennende Füße;heisere Stimme;saurer Geschmack;kurzer Schwindel;"
    "dunkler Harn;Zahnfleischbluten;Krämpfe;blasse Lippen;brüchige Nägel;unsicherer Gang;Schluckauf;Knieschmerz;Gewichtsverlust"
)
SITES = listed(
    "der Haut;der Kehle;der linken Hand;des rechten Arms;des Bauchs;des linken Ohrs;der Brust;des Halses;des linken Knies;"
    "der rechten Hüfte;der Schulter;der Leber;der Milz;der Blase;des Kiefers;der Zunge;des Ellbogens;der Ferse;des Magens;der Niere"
)
TESTS = listed(
    "Glutzählung;Schilfprobe;Griffkurve;Blattprobe;Stuhlschwingprobe;Kristallprobe;Tropfenprobe;Salztafel;Atemkurve;Pulskarte;"
    "Farbprobe;Schrittprobe;Lampenprobe;Zuckerkurve;Gerinnungsuhr"
)
ADJECTIVES = listed(
    "leichter;deutlicher;schwerer;kurzer;örtlicher;stiller;seltener;neuer;alter;kleiner;großer;dichter;weicher;fester;akuter"
)
NOUNS = listed("Knoten;Erguss;Krampf;Polyp;Abszess;Belag;Ausschlag;Bluterguss;Stein;Reflex;Herd;Riss;Schmerz;Tumor;Reiz")
VERBS = listed("linderte;verschlimmerte;verzögerte;veränderte;verdeckte;begrenzte;verkürzte;verlängerte;bremste;schwächte;verhinderte")
PEOPLE = listed(
    "Ein Lehrer;Ein Bäcker;Ein Seemann;Ein Gärtner;Ein Schneider;Eine Studentin;Ein Tischler;Eine Töpferin;Ein Koch;Eine Malerin;Ein Imker"
)
FEW = ["zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "zwölf", "zwanzig"]
KINDS = ("{}-Fieber", "{}-Husten", "{}-Krankheit", "{}-Ausschlag", "{}-Kolik", "{}-Schwindel", "{}-Anämie", "{}-Syndrom")

PROSE = Prose(
    slots=slots_of(
        sign=SIGNS,
        site=SITES,
        test=TESTS,
        adj=ADJECTIVES,
        noun=NOUNS,
        verb=VERBS,
        few=FEW,
        times=(("nach", "binnen"), ("Stunden", "Tagen", "Wochen", "Monaten")),
        people=(PEOPLE, "{} von {} Jahren"),
        kinds=KINDS,
    ),
    templates=(
        "{person} kam an Tag {num} wegen {sign} und {sign}, bei {value} fand sich ein {adj} {noun} {site}.",
        "Die {test} ergab {value}, dazu ein {adj} {noun} {site}.",
        "{drug} {verb} den {noun} bei {num} von {num} Kranken mit {disease} {time}.",
        "Doktor {family} gab {drug} {mg} und {time} blieb ein {adj} {noun}.",
        "Bei {disease} lag {gene} um {value} Prozent höher, {sign} folgte {time}.",
        "Wir fragten {num} Menschen mit {disease} nach {sign}, {sign} und {noun}.",
        "Nach {mg} {drug} fiel die {test} {time} von {value} auf {value}.",
        "Gruppe {code} nahm {drug}, Gruppe {code} nahm {drug} {mg} {time}.",
        "Von {num} Proben trugen {num} auch {gene}, {few} zeigten einen {noun} {site}.",
        "Bericht {code} nennt {disease} mit {sign}, Bericht {code} nennt {sign} allein.",
    ),
    loose=frozenset(listed("der;die;das;des;den;ein;einen;und;mit;von;bei;auf;nach;binnen;wegen;um;auch;kam;lag")),
)
