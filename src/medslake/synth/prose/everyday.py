"""English of kitchens, gardens, streets and sheds: what chats are about that are not medical."""

from medslake.synth.prose.shared import SHARED
from medslake.synth.text import Prose, invented, listed

__all__ = ["PROSE"]

THINGS = listed(
    "kettle;lantern;bicycle;bookshelf;ladder;blanket;radio;suitcase;teapot;workbench;canoe;accordion;greenhouse;chessboard;mailbox;"
    "window frame;garden hose;door hinge;sail;kite;map;notebook;printer;spreadsheet;database;photo album;camera;guitar;loom;stove;"
    "wheelbarrow;fence;rain barrel;clock;compass;puzzle;drum;poem;recipe;song"
)
FOODS = listed(
    "plum cake;onion soup;rye bread;pea stew;apple jam;noodles;pancakes;goat cheese;pickled beets;lentil pie;cinnamon rolls;"
    "roast pumpkin;cherry tart;potato salad;oat biscuits;mushroom rice;honey butter;walnut pesto"
)
PLACES = listed(
    "harbour;library;market;railway station;lighthouse;theatre;orchard;mill;town hall;workshop;ferry;museum;quarry;bridge;school yard;"
    "campsite;cellar;attic;bakery;post office"
)
TRADES = listed("baker;carpenter;tailor;gardener;sailor;teacher;painter;mason;weaver;printer;cook;miller;potter;cobbler;clerk;farmer;poet")
ADJECTIVES = listed(
    "old;new;wooden;bright;heavy;light;quiet;loud;cheap;costly;round;square;green;blue;yellow;dusty;clean;long;short;plain;fancy;borrowed;"
    "broken;spare;narrow;wide;famous;forgotten;tidy;crooked"
)
VERBS = listed(
    "painted;repaired;sold;bought;moved;measured;drew;carried;polished;hid;found;lent;described;copied;folded;built;counted;named"
)
COLOURS = listed("red;blue;ochre;violet;white;black;silver;amber;olive;crimson")
DAYS = [f"{w} {d}" for w in ("on", "before", "after", "every") for d in listed("Monday;Tuesday;Wednesday;Friday;Saturday;Sunday")]
TOWNS = invented("towns", 300, "Ash Bram Cor Dun El Fen Gar Hol Kel Lun Mor", "a e o er en is", "port ham stead bury field bridge ton")

PROSE = Prose(
    slots={**SHARED, "thing": THINGS, "food": FOODS, "place": PLACES, "trade": TRADES, "adj": ADJECTIVES, "verb": VERBS}
    | {"colour": COLOURS, "day": DAYS, "town": TOWNS},
    templates=(
        "The {trade} from {town} {verb} a {adj} {thing} and {num} {colour} boxes {day}.",
        "Take {num} grams of flour, bake {food} for {family} and serve it in {town} with {food} {day}.",
        "At the {place} of {town} {family} {verb} the {adj} {thing} for {value} coins.",
        "A {adj} {thing} needs a {colour} cover, a {adj} lid and {num} nails.",
        "{family} and {family} walked from {town} to {town} with a {thing} {day}.",
        "Write {code} on the {thing} of {family}, then put it near the {place} in {town}.",
        "My {adj} {thing} is {value} metres long, while the {colour} {thing} is {adj}.",
        "In the {adj} {place} a {trade} told how {family} {verb} the {thing} {day}.",
        "Column {code} holds {num} rows, column {code} holds the {adj} {thing} of {family}.",
        "We ate {food} and {food} in {town} at the {place}, and {family} the {trade} {verb} a {thing}.",
        "Set the {thing} to {num}, turn it {day} and check the {colour} lamp {code}.",
        "The song of {town} is about a {adj} {trade}, a {colour} {thing} and {num} geese.",
        "Train {code} leaves {town} {day} and reaches the {place} after {num} stops.",
        "If the {thing} is {adj}, ask {family} the {trade} for a {colour} one in {town}.",
    ),
    loose=frozenset(listed("a;an;the;of;and;with;in;to;for;by;at;is;as;on;near;while;then;my;if;from;how;about;before;after;every")),
)
