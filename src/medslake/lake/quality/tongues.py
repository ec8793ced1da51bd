"""What tells of a text in which language it is: the script of its letters, and words that stand in every text of a language.

The words are the commonest ones without meaning of their own (articles, pronouns, conjunctions, prepositions). Languages that are near to
each other share some of them, so that a text contradicts its language only where another one has more than twice as many.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["LATIN", "SCRIPTS", "WORDS", "script_of"]

LATIN = "Latin"
#: Script -> the signs that count for it, as inside of a character class.
SCRIPTS: Mapping[str, str] = {
    "Han": r"\p{Han}",
    "Kana": r"\p{Hiragana}\p{Katakana}",
    "Cyrillic": r"\p{Cyrillic}",
    "Greek": r"\p{Greek}",
    LATIN: r"\p{Latin}",
}
_OTHERS = {"zh": "Han", "ja": "Kana", "ru": "Cyrillic", "bg": "Cyrillic", "el": "Greek"}
#: Language (ISO 639-1) in Latin or Cyrillic letters -> its commonest words.
WORDS: Mapping[str, tuple[str, ...]] = {
    language: tuple(words.split())
    for language, words in {
        "en": "the of and to in is was that for with as on are by be this from at which or an have not were has it been what do you",
        "fr": "le la les de des du et en un une est dans que pour par sur avec au aux ce qui ne pas sont cette ou se plus été dont chez",
        "es": "el la los las de del y en un una es que por con para se su al como más no lo entre son está fue pero sus este esta ha",
        "ca": "el la els les de del dels i en un una és que per amb al als no com més són aquest aquesta ha seva però també si va ens hi",
        "pt": "o a os as de do da dos das e em um uma é que por com para se na no nas nos ao não mais são foi como ou pela pelo seu",
        "it": "il lo la i gli le di del della dei delle e in un una è che per con non da al alla si nel nella sono come più anche ha",
        "ro": "și de în la a cu pe nu un o este din care pentru mai sau sunt ale al fi prin că se cel cea au fost ce după dacă",
        "de": "der die das und in den von zu mit ist des im für auf nicht ein eine dem als auch sich bei oder werden wird sind einer nach",
        "nl": "de het een en van in is op te dat met voor zijn niet aan er door bij ook worden naar om als wordt deze of die uit kan",
        "sv": "och i att det som en på är av för med till den har inte om ett kan från eller de vid men var så efter utan under hos",
        "da": "og i at det som en på er af for med til den har ikke om et kan fra eller de ved men var så efter uden under hos blev",
        "no": "og i at det som en på er av for med til den har ikke om et kan fra eller de ved men var så etter uten under hos ble",
        "is": "og í að er á sem til um við með en fyrir af var það ekki eru hann frá eða hún þetta verið þá hefur því má svo eftir hjá",
        "fi": "ja on ei että se oli hän mutta ovat kun myös voi tai niin kuin joka sen olla mukaan sekä jos ole tämä hänen ne jotka kanssa",
        "et": "ja on ei et see oli kui ka või mis ta kes seda selle oma olla mille ning üle pärast välja juures saab tuleb võib nii siis",
        "hu": "a az és hogy nem is egy ez van meg de volt mint vagy csak már el ha még azt kell lehet között után amely mely ezt ki",
        "pl": "i w z na do nie że się to jest o po od za przez oraz dla jak są lub ale przy może być tym który która które został co",
        "cs": "a v se na je že s z do o k i pro za by ale jako po od jsou nebo při které který která být bylo byl může podle také",
        "sk": "a v sa na je že s z do o k aj pre za by ale ako po od sú alebo pri ktoré ktorý ktorá byť bolo bol môže podľa tiež",
        "sl": "in v se na je da za so z pri po kot ki ne ali tudi od bi iz s do ter lahko pa ni bil bilo o med več",
        "hr": "i u se na je da za su od s po kao koji koja koje ne ili iz bi o do te biti može pri nije bio bilo ali kod",
        "lt": "ir yra į kad su iš tai kaip buvo ne ar per po už nuo bet jei gali apie prie dėl jo jų turi būti šis arba taip kurie",
        "lv": "un ir ar no uz par ka kas lai pie pēc tas vai tiek bet kā jūs šo var būt ja jums nav tika līdz arī viņa šīs gan",
        "mt": "il ta li u fil ma minn għal fuq jew kif għandu dan din huwa hija mhux biex bħal meta kull dawn kien tal mal lil jekk wara",
        "ga": "an na agus ar is a i le go ní sé do bhí ag sin gur nó mar ach seo bhfuil atá don sa chun den as leis faoi tá",
        "ru": "и в не на что с по при как у к от из для это или за был после его был была были о же также может до во",
        "bg": "и на в от за се с да са по при е не като или до това че след към които който която бъде може са беше най през",
    }.items()
}


def script_of(language: str) -> str:
    """The script that most letters of a text are of, by its language (ISO 639-1)."""
    return _OTHERS.get(language, LATIN)
