"""French."""

from medslake.synth.prose.shared import slots_of
from medslake.synth.text import Prose, listed

__all__ = ["PROSE"]

SIGNS = listed(
    "soif légère;toux nocturne;mains froides;sommeil agité;dos douloureux;yeux secs;chevilles enflées;doigts raides;"
    "oreilles qui sifflent;vue trouble;coudes qui grattent;jambes lourdes;souffle court;sueurs nocturnes;céphalée sourde;"
    "poitrine serrée;pieds brûlants;voix rauque;goût acide;côtes sensibles;orteils engourdis;vertiges brefs;urine foncée;"
    "gencives qui saignent;crampes;larmes;lèvres pâles;ongles cassants;marche hésitante;hoquet;genoux douloureux;"
    "perte de poids"
)
SITES = listed(
    "la peau;la gorge;la main gauche;le bras droit;le ventre;l'oreille gauche;le pied droit;la poitrine;l'œil gauche;"
    "le cou;le genou gauche;la hanche droite;l'épaule;le foie;la rate;la vessie;le poumon gauche;la mâchoire;la langue;"
    "le poignet;le coude;le bassin;la cuisse;le talon;le côlon;l'estomac;le rein"
)
TESTS = listed(
    "comptage des braises;test du roseau;tracé de la poigne;test de la feuille;sondage intestinal;test du fauteuil;"
    "frottis des cristaux;test de la goutte;bande du rythme;panneau de sel;courbe du souffle;carte du pouls;"
    "test de couleur;essai de marche;balayage à la lampe;courbe du sucre;minuteur de caillot"
)
ADJECTIVES = listed(
    "discret;net;sévère;précoce;tardif;stable;soudain;bref;local;diffus;douloureux;silencieux;rare;nouveau;ancien;modéré;"
    "petit;large;dense;mou;ferme;lisse;partiel;complet;chronique;aigu;bénin;durable;inégal;profond"
)
NOUNS = listed(
    "gonflement;nodule;ulcère;épanchement;spasme;tremblement;kyste;polype;abcès;dépôt;souffle;rash;saignement;"
    "rétrécissement;épaississement;œdème;hématome;calcul;écoulement;déficit;signal;réflexe;trouble;infiltrat;bourgeon"
)
VERBS = listed(
    "a calmé;a aggravé;a retardé;a changé;a amélioré;a masqué;a déclenché;a limité;a raccourci;a prolongé;a freiné;"
    "a renforcé;a affaibli;a prévenu;a suivi;a précédé"
)
PEOPLE = listed(
    "Un instituteur;Un boulanger;Un marin;Un jardinier;Un tailleur;Un étudiant;Un pilote retraité;Une infirmière;"
    "Un menuisier;Un chauffeur;Une potière;Un cuisinier;Un pêcheur;Une peintre;Un facteur;Un apiculteur"
)
FEW = ["deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "douze", "quinze", "vingt"]
KINDS = (
    "fièvre de {}",
    "toux de {}",
    "maladie de {}",
    "éruption de {}",
    "colique de {}",
    "vertige de {}",
    "anémie de {}",
    "syndrome de {}",
)

PROSE = Prose(
    slots=slots_of(
        sign=SIGNS,
        site=SITES,
        test=TESTS,
        adj=ADJECTIVES,
        noun=NOUNS,
        verb=VERBS,
        few=FEW,
        times=(("pendant", "après", "en"), ("heures", "jours", "semaines", "mois")),
        people=(PEOPLE, "{} de {} ans"),
        kinds=KINDS,
    ),
    templates=(
        "{person} consulte au jour {num} pour {sign} et {sign} avec {value} et un {noun} {adj} dans {site} {time}.",
        "Le {test} montre {value}, puis {value} avec un {noun} {adj} près de {site}.",
        "{drug} {verb} le {noun} chez {num} patients sur {num} avec {disease} {time}.",
        "Le docteur {family} a donné {drug} {mg} {time} et le {noun} est resté {adj}.",
        "Dans {disease}, le taux de {gene} {verb} {sign} de {value} pour cent {time}.",
        "Nous avons interrogé {num} personnes avec {disease} sur {sign}, {sign} et {noun}.",
        "Un {noun} {adj} de {value} mm touche {site}, sans {noun} ni {sign}.",
        "Après {mg} de {drug}, le {test} passe de {value} à {value} {time}.",
        "Le groupe {code} prenait {drug}, le groupe {code} prenait {drug} {mg} {time}.",
        "{gene} {verb} {gene} dans {site} au jour {num}, si bien que {sign} {verb} {gene} et le {noun}.",
        "Sur {num} prélèvements, {num} portaient {gene} et {few} un {noun} {adj}.",
        "Le rapport {code} cite {disease} avec {sign}, le rapport {code} cite {sign} seul.",
        "{drug} fut arrêté pour {sign} et {noun} {adj}, puis remplacé par {drug} {time}.",
        "Le docteur {family} demande un {test} {code}, {mg} de {drug} et un {test}.",
    ),
    loose=frozenset(listed("le;la;les;un;une;de;du;des;et;avec;pour;dans;sans;sur;à;au;en;près;ni;que;est;a;fut;par")),
)
