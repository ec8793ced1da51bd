"""Swedish."""

from medslake.synth.prose.shared import slots_of
from medslake.synth.text import Prose, listed

__all__ = ["PROSE"]

SIGNS = listed(
    "lätt törst;nattlig hosta;kalla händer;orolig sömn;ont i ryggen;torra ögon;svullna vrister;stela fingrar;öronsus;"
    "dimsyn;kliande armbågar;tunga ben;andnöd;nattsvett;dov huvudvärk;tryck över bröstet;brännande fötter;hes röst;"
    "sur smak;ömma revben;kort yrsel;mörk urin;blödande tandkött;kramper;tårflöde;bleka läppar;sköra naglar;ostadig gång;"
    "hicka;ont i knäna;viktnedgång"
)
SITES = listed(
    "huden;halsen;vänster hand;höger arm;buken;vänster öra;höger fot;bröstet;vänster öga;nacken;vänster knä;höger höft;"
    "axeln;levern;mjälten;blåsan;vänster lunga;käken;tungan;handleden;armbågen;bäckenet;låret;hälen;tjocktarmen;magen;"
    "njuren"
)
TESTS = listed(
    "glödräkning;vassprov;greppmätning;bladprov;tarmlodning;stolprov;kristallprov;droppprov;rytmremsa;saltpanel;"
    "andningskurva;pulskarta;färgprov;stegprov;lampsvep;sockerkurva;koagelur"
)
ADJECTIVES = listed(
    "lindrig;tydlig;svår;tidig;sen;stabil;plötslig;kort;lokal;diffus;smärtsam;tyst;sällsynt;ny;gammal;måttlig;liten;stor;"
    "tät;mjuk;fast;slät;partiell;fullständig;kronisk;akut;godartad;varaktig;ojämn;djup"
)
NOUNS = listed(
    "svullnad;knöl;utgjutning;spasm;darrning;cysta;polyp;böld;avlagring;rodnad;blödning;förtjockning;stent;blåsa;sten;"
    "reaktion;störning;förträngning;bristning;skada;feber;hosta"
)
VERBS = listed(
    "lindrade;förvärrade;försenade;ändrade;förbättrade;dolde;utlöste;begränsade;förkortade;förlängde;bromsade;stärkte;"
    "försvagade;förebyggde;följde;föregick"
)
PEOPLE = listed(
    "En lärare;En bagare;En sjöman;En trädgårdsmästare;En skräddare;En student;En pensionerad pilot;En sjuksköterska;"
    "En snickare;En chaufför;En krukmakare;En kock;En fiskare;En målare;En brevbärare;En biodlare"
)
FEW = ["två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "tolv", "femton", "tjugo"]
KINDS = ("{}s feber", "{}s hosta", "{}s sjukdom", "{}s utslag", "{}s kolik", "{}s yrsel", "{}s anemi", "{}s syndrom")

PROSE = Prose(
    slots=slots_of(
        sign=SIGNS,
        site=SITES,
        test=TESTS,
        adj=ADJECTIVES,
        noun=NOUNS,
        verb=VERBS,
        few=FEW,
        times=(("under", "efter", "inom"), ("timmar", "dagar", "veckor", "månader")),
        people=(PEOPLE, "{} på {} år"),
        kinds=KINDS,
    ),
    templates=(
        "{person} sökte för {sign} och dag {num} {sign} med {adj} {noun} i {site} {time}.",
        "En {test} visade {value}, med {adj} {noun} nära {site}.",
        "{drug} {verb} en {noun} hos {num} av {num} patienter med {disease} {time}.",
        "Doktor {family} gav {drug} {mg} {time} och {sign} {verb} en {noun}.",
        "Vid {disease} var nivån av {gene} {value} och {verb} {sign} {time}.",
        "Vi frågade {num} personer med {disease} om {sign}, {sign} och {noun}.",
        "En {adj} {noun} på {value} mm låg vid {site}, utan {noun} eller {sign}.",
        "Efter {mg} av {drug} sjönk en {test} från {value} till {value} {time}.",
        "Grupp {code} tog {drug} och grupp {code} tog {drug} {mg} {time}.",
        "{gene} {verb} {gene} i {site}, så att {sign} {verb} en {noun}.",
        "Av {num} prover hade {num} {gene} och {few} en {adj} {noun}.",
        "Doktor {family} begärde {test}, {test} och {mg} av {drug}.",
    ),
    loose=frozenset(listed("en;ett;och;med;i;på;av;för;vid;till;från;utan;eller;som;var;om;att;hos;nära")),
)
