"""Words by which answers in English, Chinese, Japanese, French, Spanish and Russian state, deny, join and revise.

Grammatical words and the few nouns, verbs and adjectives that speak of answers; no medicine. All are matched in any case on `folded` text:
NFKC, marks on Latin letters off, dashes made hyphens. Words of scripts without blanks stand in the second argument of `_words`.
"""

from __future__ import annotations

import re

__all__ = [
    "AND",
    "BECAUSE",
    "CANDIDATES",
    "CLAUSE",
    "CLOSE",
    "CONCLUDING",
    "COPULA",
    "FINAL",
    "LED",
    "LIST_OPEN",
    "MARKS",
    "NAMING",
    "OPENING",
    "REVISED",
    "TAIL",
    "heads",
    "words",
]

_FLAGS = re.IGNORECASE


def words(spaced: str, cjk: str = "") -> str:
    """Whole words of languages with blanks, or any place in Chinese and Japanese text."""
    return rf"(?:\b(?:{spaced})\b|{cjk})" if cjk else rf"\b(?:{spaced})\b"


_STEM = re.compile(r"[^\W\d_]{1,4}")


def heads(pattern: str) -> frozenset[str]:
    """First four letters of what the alternatives of a pattern begin with; those of groups that open an alternative too."""
    found, depths, fresh, at = set(), [True], True, 0
    while at < len(pattern):
        sign = pattern[at]
        if sign == "(":
            depths.append(fresh and pattern.startswith("(?:", at))
            at += 2 if pattern.startswith("(?", at) else 0
            fresh = depths[-1]
        elif sign == ")":
            depths.pop()
            fresh = False
        elif sign == "|":
            fresh = depths[-1]
        elif sign == "\\":
            at += 1
        elif fresh and (match := _STEM.match(pattern, at)):
            found.add(match.group())
            fresh = False
        at += 1
    return frozenset(found)


#: Marks that may stand before what is named.
MARKS = r"[\s\"'`*_(\[{<«„“”‘’「『【《〈:$#>•·|~]*(?:-\s+)?[\"'(\[*]*"
#: Closing marks after it.
CLOSE = r"[)\]}>\"'»“”’」』】》〉*$`]*"

_NOUN = words(
    r"answers?|ans|(?<!differential )diagnos[ie]s|labels?|verdict|decision|conclusions?|predictions?|results?|selections?|pick"
    r"|treatment|plan(?:ning)?|relation(?:ship)?|category|outcome|judge?ment|correct"
    r"|reponses?|choix|diagnostic|solutions?|bonnes?"
    r"|respuestas?|eleccion|diagnostico|correct[ao]s?"
    r"|ответ\w*|выбор|диагноз|вывод|заключение|верн\w+|правильн\w+",
    r"答案|结论|結論|诊断|診断|正确|正確|正解|正答|答え|解答|回答|正しい(?:の|もの)",
)
#: What names an option without a word on whether it is right.
NAMING = words(
    r"options?|choices?|letters?|items?|propositions?|lettres?|opcion(?:es)?|alternativas?|letras?|вариант\w*|пункт\w*|букв\w+",
    r"选项|選項|选择|選擇|選択肢",
)
_VERB = words(
    r"choos\w+|chose|select(?:ed|s)?|pick(?:ed|s)?|go(?:ing)? (?:with|for)|opt(?:ed|ing)? for|vote for|settle on"
    r"|lean(?:ing)? towards?|say|answer"
    r"|choisi\w*|opte\w* pour|retien\w*|coche\w*|dirais"
    r"|elijo|elegiria|escojo|escogeria|selecciono|marco|marcaria|opto por|optaria por|me quedo con|diria"
    r"|выбираю|выбрать|выберу|выбираем|выбрал[аи]?|отмечаю|отвечаю|отвечу",
    r"应?选择?|應?選擇?|选取|我选",
)
_HEDGE = words(
    r"(?:i|we) (?:would )?(?:think|believe|guess|feel|suspect|suppose|bet|assume|conclude)(?: that)?|i'?d say|(?:i|we) (?:would"
    r"|will) (?:say|go with)"
    r"|je (?:pense|crois|dirais)(?: que)?|(?:creo|pienso|diria|opino)(?: que)?|(?:я )?(?:думаю|считаю|полагаю)(?: что)?",
    r"我(?:认为|觉得|想|选)|认为|考虑",
)
_ADVERB = (
    r"\b(?:(?:most |very |more )?(?:likely|probably|clearly|definitely|certainly|surely|obviously|simply|indeed|actually|therefore"
    r"|thus|hence|then"
    r"|perhaps|only|always|still|now|just|in fact|evidently|undoubtedly)|donc|probablement|sans doute|bien|clairement|por tanto"
    r"|probablemente"
    r"|claramente|sin duda|вероятно|скорее всего|именно|конечно|несомненно)\b"
)
_BE = (
    r"(?:is|are|was|were|be|been|being|equals?|means|remains|est|sont|serait|seraient|etait|sera|es|son|seria|serian|era|sera|это"
    r"|является|являются"
    r"|будет)"
)
_IS = rf"(?:(?:\b{_BE}\b|'s\b)|是|为|為|は|が)"
#: Between noun and answer, in the same clause: up to eight words and a copula, or a mark.
_LINK = (
    rf"(?:(?:[^\S\n]+(?!(?:not|pas|no|не)\b)[\w'/()%-]+){{0,8}}?[^\S\n]*{_IS}|[^\s,;.。、!?A-Za-z]{{0,8}}?(?:是|为|為|は|が)"
    r"|(?:[^\S\n]+[\w'/-]+){0,4}?\s*(?:[:=]|->|=>|→|⇒|(?:^|\s)-(?=\s)))"
)
_FILL = (
    rf"(?:{MARKS}(?:\b(?:the|of|both|options?|choices?|letters?|answers?|number|numero|numeros|that|it|it's|it is|as|la|le|les|el"
    rf"|los|las|l'|lo|que"
    rf"|opcion(?:es)?|reponses?|lettres?|letras?|respuestas?|propositions?|вариант\w*|букв\w+|пункт\w*|ответ\w*|под)\b|{_ADVERB}|{_HEDGE}"
    rf"|选项|選項|选择?|選択肢|答案|应该?|應該?|就|第|项|的)(?:\s*{_IS})?[,:]?)*{MARKS}"
)
#: What stands before an answer that it introduces. Matched up to the place where the answer begins.
LED = re.compile(
    rf"(?:(?:{_NOUN}|{NAMING})\.?(?P<link>{_LINK})|{_NOUN}\.?|{_VERB}(?:\s+(?:for|on|that))?|{_HEDGE}(?:\s*,)?|(?:^|\s)A\s*:){_FILL}$",
    _FLAGS,
)
#: The last word before an answer that something introduces: a quick look before `LED` and `COPULA` are tried.
TAIL = re.compile(
    rf"(?:{_NOUN}|{NAMING}|{_VERB}|{_ADVERB}|{_IS}"
    r"|(?:with|for|on|that|towards?|think|believe|guess|feel|suspect|suppose|bet|assume|conclude|say|que|pour|por|con|that|что|the"
    r"|of|both|number|numeros?|it|as"
    r"|la|le|les|el|los|las|lo|an?|une?|una?|pense|crois|dirais|creo|pienso|diria|opino|думаю|считаю|полагаю|под|всего|doute|duda"
    r"|fact|tanto|a)\b"
    r"|[认为觉得想选考虑应该應該就第项的])",
    _FLAGS,
)
FINAL = re.compile(r"\b(?:final(?:e|ement)?|definitiv[ao]|окончательн\w+|итогов\w+)\b|最终|最終|最后", _FLAGS)
COPULA = re.compile(rf"(?:{_IS}|\s->|\s-(?=\s)){_FILL}(?:\b(?:an?|une?|una?)\s+)?$", _FLAGS)
#: A list of what was thought of, which states nothing.
CANDIDATES = re.compile(
    words(
        r"differentials?(?: diagnos[ie]s)?|candidates?|possibilit(?:y|ies)|between|among|includ\w+|consider\w*|versus|vs|whether|if|either"
        r"|entre|soit|posibilidades|hesit\w+|dud\w+|между|либо",
        r"鉴别|鑑別|或者|之间|どちらか",
    )
    + rf"[^.;:]{{0,40}}?:?{MARKS}$",
    _FLAGS,
)
LIST_OPEN = re.compile(words(r"or|versus|vs|ou|o|u|или|либо", r"或者?|または|もしくは|あるいは|か"), _FLAGS)
AND = (
    rf"{CLOSE}\s*(?:[,;/|&+、(]|\n\s*(?:\d+[.)]|[-*•])?|-)?\s*(?:(?:and/or|and|or|nor|as well as|plus|et/ou|et|ou|ni|y/o|y|e|o|u|и"
    rf"|или|ни|либо|vs|versus)\b\.?"
    rf"|和|与|與|及|或者?|以及|跟|同|と|や|か|または|もしくは|あるいは|および)?\s*"
    r"(?:\b(?:(?:the )?options?|choices?|la|le|les|el|las|los|opcion|reponse|вариант)\b\s*)?" + MARKS
)
CONCLUDING = re.compile(
    words(
        r"so|thus|hence|therefore|consequently|accordingly|finally|overall|in (?:conclusion|summary|short)|to conclude|but|rather|instead"
        r"|donc|ainsi|par consequent|en conclusion|mais|finalement"
        r"|asi que|por (?:lo )?tanto|por consiguiente|entonces|en conclusion|sino|pero|luego"
        r"|итак|следовательно|поэтому|значит|таким образом|а|но",
        r"所以|因此|因而|故|综上|总之|而是|なく|したがって|従って|よって|ゆえに|つまり|結論",
    ),
    _FLAGS,
)
#: A clause that holds nothing but such words before an answer is the answer's own.
OPENING = re.compile(
    rf"(?:{MARKS}(?:{CONCLUDING.pattern}|{_ADVERB}|{_HEDGE}|\b(?:well|ok|okay|sure|then|and|now|option|choice|both|wait|actually"
    rf"|no wait|sorry|correction|it's"
    rf"|in my (?:view|opinion)|of course|based on (?:this|that)|opcion|reponse|вариант|la|el|le|les|los|las|les deux|ambos|ambas"
    rf"|оба)\b|选项|選択肢"
    rf"|\d+[.)](?=\s))[,.:!]?)*{MARKS}",
    _FLAGS,
)
BECAUSE = (
    r"(?:because|since|as|for|due|given|when|while|car|parce|puisque|porque|ya que|puesto|pues|debido|потому|так как"
    r"|поскольку|ибо|因为|因為|由于|なぜなら|ので|から)"
)
#: Where a denial ends within a sentence.
CLAUSE = re.compile(
    r"[,，、](?!\d)|(?<!anything )(?<!nothing )\bbut\b|\b(?:so|thus|hence|therefore|because|since|although|though|while|whereas"
    r"|however|yet|which|who|hence|then"
    r"|mais|donc|car|parce|puisque|alors|pero|sino|porque|aunque|entonces|но|а|потому|поэтому|значит|поскольку|хотя|который)\b"
    r"|[)(]|\s-\s|->|→|因为|所以|因此|而是|但是?|なく|故|したがって|よって|ので|が(?=[、\s])",
    _FLAGS,
)
REVISED = re.compile(
    words(
        r"wait|actually|correct(?:ion|ing)|hmm+|on second thoughts?|(?:let me |to )?re-?(?:consider\w*|think\w*|evaluat\w*|check\w*"
        r"|examin\w*|vis\w+)|scratch that"
        r"|i mean|sorry|mistak\w+|upon reflection|no(?=[,.!])|instead"
        r"|attend(?:ez|s)|en fait|rectifi\w+|pardon|plutot|non(?=[,.!])|erreur"
        r"|espera|en realidad|correccion|mejor dicho|perdon|rectifico|equivo\w+"
        r"|подожди\w*|точнее|на самом деле|исправ\w+|поправ\w+|вернее|стоп|нет(?=[,.!])|ошиб\w+",
        r"等等|等一下|不对|更正|纠正|重新|其实|抱歉|いや|訂正|やはり|失礼|待って|実は|間違え|いえ",
    ),
    _FLAGS,
)
