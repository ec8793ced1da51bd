"""Ward letters, invented: how a patient did, what to do at home, and the device at the bedside."""

from medslake.sources import Example, NativeFile, Source, by_hash, mapped, sections
from medslake.synth import Twin, TwinFile, plain_text

COURSES = ("Slept well.", "Coughed at night.", "Walked the corridor.", "Ate little.", "Had no fever.")
ADVICE = ("Walk daily.", "Drink tea.", "Rest at noon.", "Eat plums.", "Call when it is warm.")
DEVICES = ("pump", "lamp", "scale")
CARD = "LETTER: {0}\nPATIENT: p{0}\nCOURSE: {1} Day {0}.\nADVICE: {2} Week {0}.\nDEVICE: {3}\nRATE: {4}\n"


def card(draw, number):
    return CARD.format(number, draw.pick(COURSES), draw.pick(ADVICE), draw.pick(DEVICES), draw.whole(1, 90))


SOURCE = Source(
    name="ward_letters",
    title="Ward letters",
    citation="none",
    licence="CC0",
    access="public",
    domain="Clinical Text",
    files=(
        NativeFile(
            "letters",
            ("letters.cards",),
            "ward_cards",
            "letter STRING, patient STRING, course STRING, advice STRING, device STRING, rate STRING",
            key=("letter",),
        ),
    ),
    split=by_hash("subject_id"),
    silver={
        "documents": mapped("letters", record_id="letter", subject_id="patient", sections=sections("course", "advice")),
        "ward_devices": mapped("letters", record_id="letter", subject_id="patient", device="device", settings="map('rate', rate)"),
    },
    twin=Twin(TwinFile("letters.cards", card, plain_text(separator="\n"), records=120)),
    example=Example(
        files={"letters.cards": CARD.format(7, "Slept well.", "Walk daily.", "pump", 20)},
        rows={
            "documents": [{"record_id": "7", "subject_id": "p7"}],
            "ward_devices": [{"record_id": "7", "device": "pump", "settings": {"rate": "20"}}],
        },
    ),
)
