"""Words by which an answer denies, doubts or confirms what it names, before and after the name, in six languages.

Matched in any case on `folded` text. Each predicate is a copula or auxiliary of the language, adverbs, and a word of denial or praise; a
denial that is itself denied (`cannot be excluded`, `no doubt`) is none.
"""

from __future__ import annotations

import re

from medslake.metrics.parts.answer_words import CLOSE, heads, words

__all__ = ["AFFIRMED", "DENIED_AFTER", "DENIED_BEFORE", "TENTATIVE", "may_deny", "may_doubt"]

_FLAGS = re.IGNORECASE
_BLANK = r"[^\S\n]*"

#: Phrases of denial that deny nothing.
_FINE = words(
    r"(?:no|without(?: a)?|beyond(?: a)?)(?: any| reasonable)? (?:doubts?|question)|not only|nothing but|none other than"
    r"|no other than|no less than|not just"
    r"|sans (?:aucun )?doute|non seulement|sin (?:ninguna )?duda|no cabe duda|no solo|без(?: всякого)? сомнения|не только",
    r"无疑|毫无疑问|不仅|不但|間違いなく|疑いなく",
)
#: Verbs and adjectives that reject; a colon behind them passes it on (`Incorrect options: A`).
_REJECTING = words(
    r"exclud\w*|exclusion of|rule out|rules out|ruled out|ruling out|reject\w*|eliminat\w*|dismiss\w*|discard\w*|wrong|incorrect\w*"
    r"|inaccurate"
    r"|unlikely|improbable|implausible"
    r"|less likely|least likely|inappropriate|refut\w*|disprov\w*|contradict(?:s|ed|ing)|contraindicat\w*|against|inconsistent"
    r"|incompatible|impossible"
    r"|exclu\w*|elimin\w*|ecart\w*|fausses?|faux|errone\w*|inexact\w*|peu probables?|descart\w*|falsas?|poco probables?"
    r"|improbables?|equivocad\w*"
    r"|исключ\w*|отверга\w*|отвергн\w*|отклон\w*|неверн\w*|неправильн\w*|ошибочн\w*|маловероятн\w*|не подход\w*",
    r"排除|否定|错误|錯誤|不正确|不正確|誤り|誤って|誤った|間違|不適切|除外|除く",
)
_DENYING = words(
    r"not|no|non|never|without|neither|nor|cannot|can't|rather than|instead of|opposed to|unlike|except(?: for)?|other than"
    r"|anything but|far from"
    r"|absence of|lack of|free of|lacks?|negative for|deny|denies|denied|denying|hardly|doubt\w*|fail(?:s|ed|ure)? to|no longer"
    r"|nothing|nobody"
    r"|none of|\w+n't|avoid\w*"
    r"|pas|ni|ne|sans|aucune?|jamais|sauf|plutot que|lieu de|absence de|sin|tampoco|nunca|jamas|salvo|excepto|ningun[ao]?"
    r"|lugar de|vez de"
    r"|ausencia de|не|ни|без|кроме|вместо|нет|отрица\w+|отсутств\w+",
    r"不(?!管|论)|没有?|沒有?|無(?!疑)|无(?!疑|需)|未(?!必)|非(?!常)|除了|ない(?!か)",
)
#: Words before an answer that deny it, in its own clause.
DENIED_BEFORE = re.compile(rf"(?P<fine>{_FINE})|(?P<strong>{_REJECTING})|(?P<weak>{_DENYING}|\bn')", _FLAGS)

#: Words by which what is named is spoken of and no more; `TENTATIVE` and `CANDIDATES` say how they stand.
_DOUBTS = (
    "consider|suspect|possib|entertain|discuss|mention|differential|includ|could|may|might|can|candidate"
    "|between|among|versus|vs|whether|if|either"
)
_BEGINNING = re.compile(r"\b[^\W\d_]{1,4}")
_HEADS = heads(_REJECTING) | heads(_DENYING)


def may_deny(text: str) -> bool:
    """Whether a word of the text begins like one that denies: a quick look before `DENIED_BEFORE` is tried."""
    return not text.isascii() or "n't" in text or not _HEADS.isdisjoint(_beginnings(text))


def _beginnings(text: str) -> list[str]:
    return _BEGINNING.findall(text.lower())


_ALL_HEADS = _HEADS | heads(_DOUBTS)


def may_doubt(text: str) -> bool:
    """Whether the text may deny, question or leave open anything that it names."""
    return not text.isascii() or "?" in text or "n't" in text or not _ALL_HEADS.isdisjoint(_beginnings(text))


_AUXILIARY = (
    r"(?:(?:is|are|was|were|be|been|being|has|have|had|can|could|may|might|must|should|would|will|does|do|did|seems?|appears?"
    r"|looks?|to|also|therefore"
    r"|thus|probably|clearly|most|very|highly|quite|rather|now|definitely|effectively|then|both|all|a|an|the|just|so|option|answer"
    r"|much|far|considered|thought"
    r"|deemed|currently|already|initially|essentially)\s+){0,8}"
)
_NOT = r"(?:not|never|cannot|can't|\w+n't|no longer|hardly)\b"
_WRONG = (
    r"(?:unlikely|improbable|implausible|excluded|ruled[ -]out|absent|wrong|incorrect|inaccurate|inappropriate|contraindicated"
    r"|doubtful|rejected|dismissed"
    r"|eliminated|discarded|discounted|(?:less|least) (?:likely|probable)|inconsistent|incompatible|out of the question|untenable"
    r"|unsupported|refuted|disproved"
    r"|impossible|questionable|mistaken|erroneous|unfounded|invalid|negative|misguided|lacking|unconvincing)\b"
)
_NOT_WRONG = (
    r"(?:not|cannot|can not|can't|\w+n't)\s+(?:(?:be|been|yet|completely|entirely|fully|at all)\s+){0,8}(?:only|wrong|incorrect"
    r"|unlikely|improbable|implausible"
    r"|excluded|ruled out|eliminated|dismissed|discounted|impossible)"
)
_ENGLISH = (
    rf"(?!{_AUXILIARY}{_NOT_WRONG})(?:{_AUXILIARY}(?:{_NOT}|{_WRONG}|(?:fails?|failed|lacks?|lacked)\b)|(?:is|are|was|were|seems?"
    rf"|looks?)\s+(?:\w+\s+)?false\b"
    rf"|[,:(-]\s*(?:(?:which|that)\s+{_AUXILIARY}(?:{_NOT}|{_WRONG})|(?:(?:is|also|very|highly|clearly|most)\s+)*{_WRONG}))"
)
_FRENCH = (
    r"(?:n'|ne\s|(?:[,:(]\s*)?(?:(?:est|sont|serait|seraient|etait|parait|semble|a ete|ont ete|peut etre|peuvent etre|doit etre|etant)\s+)?"
    r"(?:(?:donc|clairement|tres|aussi|plutot|a)\s+){0,8}(?:faux\b|fausses?\b|incorrect|inexact|errone|exclu|ecart|elimin|peu probable"
    r"|improbable|inappropri|contre-indiqu))"
)
_SPANISH = (
    r"(?:(?:no|tampoco)\s+(?:es|son|puede|pueden|parece|procede|corresponde|seria|serian|esta|estan|se|lo)\b"
    r"|(?:[,:(]\s*)?(?:(?:es|son|seria|esta|estan|queda|quedan|se|parece|puede ser|ha sido|resulta|fue)\s+)?(?:(?:muy|claramente"
    r"|tambien)\s+){0,8}"
    r"(?:fals[ao]|incorrect|erron|descart|exclu|poco probable|improbable|equivocad|inadecuad|contraindicad))"
)
_RUSSIAN = (
    r"(?:[-,:(]\s*)?(?:(?:это|тоже|также|является|был[аи]?|можно|следует|явно|здесь)\s+){0,8}"
    r"(?:не\s+(?!исключ)|неверн|неправильн|ошибоч|исключ|маловероят|отпада|отверг|отклон)"
)
_CHINESE = (
    r"(?:项|項|选项|選項|答案)?(?:的说法|说法)?(?:都|均|也|是|为|則|则|应|的|可以?|已|被|明显|显然|並|并|可能性|较|,)*"
    r"(?:错|錯|不(?!仅|但)|有误|排除|非|无关|没有|未|低|小)"
)
_JAPANESE = (
    r"(?:は|が|も|を|とは|では|で|と|について|の可能性は|の選択肢は|の記述は)?、?(?:明らかに|全て|すべて|いずれも|全く|まず)?"
    r"(?:誤|間違|不正解|不適|正しくな|適切でな|ではな|でな|とは言えな|とはいえな|じゃな|違う|違い|除外|否定|考えにくい|考えられな|可能性は低|低い|除く|除い|合わな|認めな)"
)
#: Words after an answer that deny it.
DENIED_AFTER = re.compile(rf"{CLOSE}{_BLANK}(?:{_ENGLISH}|{_FRENCH}|{_SPANISH}|{_RUSSIAN}|{_CHINESE}|{_JAPANESE})", _FLAGS)

#: Words after it that say it was thought of and no more.
TENTATIVE = re.compile(
    rf"{CLOSE}{_BLANK}(?:(?:is|are|was|were|has been|had been|may be|might be|could be|can be|remains)\s+(?:(?:also|initially|first"
    rf"|only|still|a)\s+)*"
    r"(?:considered|suspected|possible|possibility|entertained|discussed|mentioned|(?:on|in|part of) the differential"
    r"|included)\b(?!\s+(?:the |to be )?(?:most|best))"
    r"|(?:could|may|might|can)\s+(?:also\s+)?(?:be|have)\b)",
    _FLAGS,
)

#: Words after it that call it right.
AFFIRMED = re.compile(
    rf"{CLOSE}{_BLANK}(?:"
    r"(?:is|are|was|were|would be|must be|should be|seems?|appears?|looks?|remains?|fits?)\s*(?:to be\s+)?(?:(?:the|also|therefore"
    r"|clearly|only|indeed|both|my|a|thus|still)\s+){0,8}"
    r"(?:(?:most|more|best|single|very)\s+){0,8}(?:right|correct|best|appropriate|suitable|preferred|answers?|choices?|options?|likely"
    r"|diagnosis|accurate|probable)\b"
    r"|(?:is|are|does|do|est|es)\s*(?:[.!]|$)"
    r"|(?:est|sont|serait|seraient)\s+(?:(?:la|les|le|donc|bien|toutes|tous)\s+|l'){0,8}(?:bonnes?|correct|exact|juste|vrai|reponse"
    r"|meilleure|plus probable)"
    r"|(?:es|son|seria|serian)\s+(?:(?:la|las|el|los|mas|opcion)\s+){0,8}(?:correct|verdader|respuesta|adecuad|acertad|mejor|probable|valid)"
    r"|(?:-\s*)?(?:(?:это|является|являются|наиболее|самый)\s+){0,8}(?:правильн|верн|подход|вероятн)"
    r"|(?:项|項|选项|選項|答案)?(?:的说法|说法)?(?:是|为|最|才|就|都|均|更|的)*(?:正确|正確|对|對|最佳|合适|恰当|适当|符合|答案|正解)"
    r"|(?:が|は|を|も|と|のみが|だけが)?、?(?:最も|一番|唯一|もっとも)?(?:正し(?!くな)|正解|正答|適切(?!でな)|答え|妥当(?!でな)|選(?!ばな)|該当|適当))",
    _FLAGS,
)
