"""English."""

from medslake.synth.prose.shared import SHARED
from medslake.synth.text import Prose, invented, listed

__all__ = listed("PROSE")

SIGNS = listed(
    "tiredness;mild thirst;dry mouth;poor sleep;cold hands;low appetite;yawning;sore back;evening shivers;barking cough;"
    "weak grip;pale lips;gritty eyes;swollen ankles;stiff fingers;ringing ears;blurred sight;itchy elbows;heavy legs;"
    "short breath;night sweats;loose stools;a dull headache;chest tightness;burning feet;hoarse voice;sour taste;"
    "tender ribs;numb toes;dizzy spells;muscle twitches;dark urine;bleeding gums;hot flushes;stomach cramps;watery eyes;"
    "skipped heartbeats;brittle nails;slow speech;unsteady gait;hiccups;a runny nose;aching knees;weight loss;"
    "swollen glands;sneezing fits;restless nights;sharp flank pain;flaking skin;a stuffy ear;trembling lids;morning nausea;"
    "cold sweats;sudden hunger;back spasms;jaw pain;a metallic smell;heartburn"
)
SITES = listed(
    "skin;throat;hand;arm;belly;ear;foot;chest;eye;neck;left knee;right hip;shoulder;scalp;liver;spleen;bladder;left lung;"
    "right lung;jaw;tongue;lower back;left wrist;right elbow;pelvis;brow;ankle;thigh;heel;colon;stomach;kidney;windpipe;"
    "nose;gum;palate;upper spine;rib cage;groin;palm;left calf;right toe"
)
TESTS = listed(
    "ember count;reed test;grip tracing;leaf patch test;bowel sounding;swing chair test;crystal smear;drop float test;"
    "slit glow test;rhythm strip;tilt reading;salt panel;breath curve;mirror swab;marrow sketch;pulse map;bile strip;"
    "colour plate;step trial;cold water probe;lamp scan;echo sweep;sugar curve;clot timer;cell sorting;tear strip;"
    "needle biopsy;gait film;sweat paper;stool culture;urine dip;bone mirror;nerve tapping;hearing grid"
)
ADJECTIVES = listed(
    "mild;marked;slight;severe;early;late;steady;sudden;gradual;brief;lasting;local;diffuse;painful;silent;rare;common;new;"
    "old;faint;clear;stable;recurrent;moderate;small;large;dense;soft;firm;irregular;smooth;partial;complete;chronic;acute;"
    "benign;doubtful;expected;unusual;transient;persistent;uneven;deep;shallow;broad;narrow;warm;cool;pale;bright;"
    "scattered;single;paired;mobile;fixed;tender;central;lateral;upper;lower;inner;outer;seasonal;nightly;daily"
)
NOUNS = listed(
    "swelling;rash;fever;cough;lesion;nodule;ulcer;effusion;fracture;sprain;infection;bleeding;spasm;tremor;weakness;"
    "obstruction;scar;cyst;polyp;abscess;dilation;stenosis;thickening;deposit;opacity;shadow;murmur;rupture;atrophy;"
    "irritation;discharge;blister;bruise;stone;tear;hernia;graft;wound;edema;response;relapse;remission;episode;reaction;"
    "complaint;finding;change;pattern;burden;decline;improvement;flare;signal;margin;pressure;volume;rate"
)
VERBS = listed(
    "eased;raised;lowered;delayed;doubled;halved;altered;improved;worsened;prevented;mimicked;masked;followed;preceded;"
    "outlasted;predicted;blunted;reversed;slowed;triggered;matched;exceeded;limited;confirmed;reduced;prolonged;shortened;"
    "restored;complicated;accompanied;replaced;modified;strengthened;weakened;suppressed;enhanced;controlled;aggravated;"
    "resolved;spared"
)
PEOPLE = listed(
    "a teacher;a baker;a sailor;a gardener;a clerk;a tailor;a miller;a student;a retired pilot;a young mother;"
    "a farm worker;a night nurse;a carpenter;a violinist;a bus driver;a potter;a librarian;a swimmer;a cook;a mason;"
    "a fisherman;a painter;a weaver;a postman;a forester;a beekeeper;a dancer"
)
TIMES = [
    f"{word} {count} {unit}"
    for word in ("for", "after", "within", "over")
    for count in ("two", "three", "four", "five", "six", "nine", "ten", "twelve")
    for unit in ("hours", "days", "weeks", "months", "visits")
]
ADVERBS = listed(
    "slowly;quickly;fully;partly;clearly;hardly;often;rarely;again;overnight;at rest;on exertion;after meals;before dawn;"
    "in the evening;without fever;on the left;on both sides;at the second visit;despite rest;with aid;by the weekend;"
    "in cold weather;under observation;as expected;unexpectedly"
)
PLACES = listed(
    "clinic;ward;outpatient room;laboratory;emergency bay;day unit;village practice;harbour hospital;sleep unit;theatre;"
    "registry;hillside centre"
)
KINDS = listed(
    "fever;cough;palsy;rash;colic;vertigo;gout;anemia;keratitis;arrhythmia;syndrome;disease;neuropathy;nephritis;fibrosis;"
    "edema;ataxia;dermatitis;myopathy;hepatitis"
)
SMALL = listed("two;three;four;five;six;seven;eight;nine;ten;eleven;twelve;fifteen;twenty;thirty")
DISEASES = tuple(
    f"{name.lower()} {KINDS[at * 7 % len(KINDS)]}"
    for at, name in enumerate(
        invented(
            "diseases",
            600,
            "Mar Tes Os Lin Bren Hal Quil Fer I Cad Var Dro Ulm Ze Pol Kir Sar Jen Wal Nor",
            "lo a i e u ri",
            "low sel kar den nan vor lan ris vers del mer tin",
        )
    )
)

PROSE = Prose(
    slots={
        **SHARED,
        "sign": SIGNS,
        "site": SITES,
        "test": TESTS,
        "adj": ADJECTIVES,
        "noun": NOUNS,
        "verb": VERBS,
        "person": [f"{one} of {age}" for one in PEOPLE for age in range(19, 90, 3)],
        "time": TIMES,
        "adv": ADVERBS,
        "place": PLACES,
        "disease": DISEASES,
        "few": SMALL,
    },
    templates=(
        "{person} came as {code} to Dr {family} with {sign}, number {num} had {adj} {noun} of the {site} {time}.",
        "The {test} showed {adj} {noun} at {value} and {adj} {noun} near the {site}.",
        "{drug} {verb} the {noun} in {num} of {num} patients with {disease} {time}.",
        "In case {code} {sign}, on day {num} {sign} {adv}, with {value} in the {site} that stayed {adj}.",
        "Dr {family} gave {drug} {mg} {time} and the {noun} {verb} {adv}.",
        "No {adj} {noun} at {value} in the {site}, but {num} times {sign} {adv}.",
        "In {disease} the {gene} level {verb} {sign} by {value} percent {time}.",
        "We asked {num} people with {disease} about {sign}, {sign} and {adj} {noun}.",
        "The {adj} {noun} of the {site} measured {value} mm, on day {num} {value} mm, and was {adj} {adv}.",
        "After {mg} of {drug} the {test} fell from {value} to {value} {time}.",
        "{person} told Dr {family} of {sign} {adv}, {adj} {noun} and {num} falls {time}.",
        "Group {code} took {drug} and group {code} took {drug} {mg} {time}.",
        "{gene} {verb} {gene} in the {site}, so that {sign} {verb} the {noun}.",
        "At the {place} Dr {family} ordered a {test} {code}, {mg} of {drug} and a {test}.",
        "Of {num} samples {num} held {gene} and {few} had {adj} {noun} of the {site}.",
        "The family of {family} knew {disease}, {disease} and {adj} {noun} {adv}.",
        "Both {sign} in {num} and {noun} of the {site} {verb} {adv} under {drug} {mg}.",
        "A {adj}, {adj} {noun} lay {value} mm below the {site}, without {noun} or {sign}.",
        "Whether {drug} or {drug} {verb} {disease} better was {adj} {time}.",
        "Report {code} names {disease} with {sign}; report {code} names {sign} alone.",
        "{num} days later the {site} was {adj}, the {noun} at {value} {adj} and the {test} {value}.",
        "{drug} {mg} was stopped for {sign} and {adj} {noun}, then {drug} was tried {adv}.",
        "The {place} in {family} treated {num} cases of {disease} and {few} of {disease}.",
        "With {gene} at {value} the {noun} {verb} {sign} {adv} in {num} percent.",
        "{family} and {family} found that {disease} {verb} {noun} of the {site} {time}.",
        "Pain in the {site} was {adj} at {value}, {adj} {noun} was felt {adv}.",
        "A second {test} by {family} gave {value}, a third {test} gave {value}.",
        "Trial {code} set {drug} {mg} against {drug} in {num} people with {sign}.",
        "{person} had {disease} since year {num} and took {drug} with {mg} {adv}.",
        "Because of {adj} {noun} Dr {family} held the {site} still {time}, {num} times, and {sign} {verb} {adv}.",
    ),
    loose=frozenset(
        listed(
            "a;an;the;of;and;with;in;to;for;by;at;was;were;or;but;as;on;near;had;while;so;that;without;than;then;from;whether;dr;no;both;is"
        )
    ),
)
