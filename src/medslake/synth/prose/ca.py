"""Catalan."""

from medslake.synth.prose.shared import slots_of
from medslake.synth.text import Prose, listed

__all__ = ["PROSE"]

SIGNS = listed(
    "set lleu;tos nocturna;mans fredes;son inquiet;esquena adolorida;ulls secs;turmells inflats;dits rígids;"
    "xiulet d'orelles;vista borrosa;picor de colzes;cames pesades;manca d'aire;suors nocturnes;mal de cap sord;"
    "opressió al pit;peus que cremen;veu ronca;gust àcid;costelles sensibles;mareig breu;orina fosca;genives que sagnen;"
    "rampes;llagrimeig;llavis pàl·lids;ungles fràgils;marxa insegura;singlot;mal de genolls;pèrdua de pes"
)
SITES = listed(
    "la pell;la gola;la mà esquerra;el braç dret;el ventre;l'orella esquerra;el peu dret;el pit;l'ull esquerre;el coll;"
    "el genoll esquerre;el maluc dret;l'espatlla;el fetge;la melsa;la bufeta;el pulmó esquerre;la mandíbula;la llengua;"
    "el canell;el colze;la pelvis;la cuixa;el taló;el còlon;l'estómac;el ronyó"
)
TESTS = listed(
    "recompte de brases;prova de la canya;traçat de presa;pegat de fulla;sondeig intestinal;prova de la cadira;"
    "frotis de cristalls;prova de la gota;tira de ritme;panell de sal;corba d'alè;mapa del pols;prova de color;"
    "assaig de passos;corba de sucre;rellotge de coàgul"
)
ADJECTIVES = listed(
    "lleu;notable;greu;estable;breu;local;difús;dolorós;silent;rar;nou;antic;moderat;petit;gran;dens;tou;ferm;llis;parcial;"
    "complet;crònic;agut;benigne;durador;desigual;profund;central"
)
NOUNS = listed(
    "nòdul;vessament;espasme;tremolor;quist;pòlip;abscés;dipòsit;buf;exantema;sagnat;engruiximent;edema;hematoma;càlcul;"
    "flux;dèficit;reflex;trastorn;infiltrat;bony;esquinç"
)
VERBS = listed(
    "va calmar;va agreujar;va retardar;va canviar;va millorar;va amagar;va provocar;va limitar;va escurçar;va allargar;"
    "va frenar;va reforçar;va afeblir;va prevenir;va seguir"
)
PEOPLE = listed(
    "Un mestre;Un forner;Un mariner;Un jardiner;Un sastre;Un estudiant;Un pilot jubilat;Una infermera;Un fuster;Un xofer;"
    "Una terrissaire;Un cuiner;Un pescador;Una pintora;Un carter;Un apicultor"
)
FEW = ["dos", "tres", "quatre", "cinc", "sis", "set", "vuit", "nou", "deu", "dotze", "quinze", "vint"]
KINDS = ("febre de {}", "tos de {}", "malaltia de {}", "erupció de {}", "còlic de {}", "vertigen de {}", "anèmia de {}", "síndrome de {}")

PROSE = Prose(
    slots=slots_of(
        sign=SIGNS,
        site=SITES,
        test=TESTS,
        adj=ADJECTIVES,
        noun=NOUNS,
        verb=VERBS,
        few=FEW,
        times=(("durant", "després de", "en"), ("hores", "dies", "setmanes", "mesos")),
        people=(PEOPLE, "{} de {} anys"),
        kinds=KINDS,
    ),
    templates=(
        "{person} ve el dia {num} per {sign} i {sign} amb {value} i un {noun} {adj} a {site} {time}.",
        "El {test} va donar {value}, després {value} amb un {noun} {adj} prop de {site}.",
        "{drug} {verb} el {noun} en {num} de {num} pacients amb {disease} {time}.",
        "El doctor {family} va donar {drug} {mg} {time} i el {noun} va quedar {adj}.",
        "En {disease} el nivell de {gene} {verb} {sign} un {value} per cent {time}.",
        "Vam preguntar a {num} persones amb {disease} per {sign}, {sign} i {noun}.",
        "Un {noun} {adj} de {value} mm toca {site}, sense {noun} ni {sign}.",
        "Després de {mg} de {drug} el {test} {code} va baixar de {value} a {value} {time}.",
        "El grup {code} prenia {drug} i el grup {code} prenia {drug} {mg} {time}.",
        "{gene} {verb} {gene} a {site} el dia {num}, de manera que {sign} {verb} {gene} i el {noun}.",
        "De {num} mostres {num} tenien {gene} i {few} un {noun} {adj}.",
        "El doctor {family} va demanar un {test} {code}, {mg} de {drug} i un {test}.",
    ),
    loose=frozenset(listed("el;la;els;les;un;una;de;del;i;amb;per;en;a;sense;que;va;ni;al;prop;és")),
)
