"""How definitions in each language speak of the form of an answer, and of languages; and what a word is in them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from medslake.languages import CODES

__all__ = ["FORMS", "TONGUES", "has_kana", "length", "script_share", "words"]

#: Language -> mark of an answer's form -> how a definition in it speaks of that (a regular expression in any case). What is not here, the
#: gate cannot read, and asks nothing of it.
FORMS: Mapping[str, Mapping[str, str]] = {
    "English": {
        "comma": r"\bcomma|', '|\b\w+1, \w+2\b|\ba, b\b",
        "semicolon": r"\bsemi-?colon|'; '|\b\w+1; \w+2\b|\ba; b\b|\bterm; term\b",
        "full stop": r"\bfull stop|\bperiod\b|\b\w+1, \w+2\.'",
        "letter": r"\bletters?\b",
        "question": r"\b(?:question|query|queries|inquir|enquir|interrogati)",
    },
    "Chinese": {"comma": "逗号", "semicolon": "分号", "full stop": "句号", "letter": "字母", "question": "问|考题|题目"},
    "Japanese": {
        "comma": "コンマ|カンマ|読点",
        "semicolon": "セミコロン",
        "full stop": "句点|ピリオド",
        "letter": "記号|文字",
        "question": "問",
    },
    "French": {
        "comma": r"\bvirgule",
        "semicolon": r"\bpoints?-virgules?\b",
        "full stop": r"\bpoint final\b|\bun point\b",
        "letter": r"\blettres?\b",
        "question": r"\bquestion|\binterrogati",
    },
    "Russian": {
        "comma": r"\bзапят",
        "semicolon": r"\bточк\w+ с запятой\b",
        "full stop": r"\bточк\w+(?! с запятой)\b",
        "letter": r"\bбукв",
        "question": r"\bвопрос",
    },
    "Spanish": {
        "comma": r"\bcomas?\b",
        "semicolon": r"\bpuntos? y comas?\b",
        "full stop": r"\bpunto(?! y coma)\b",
        "letter": r"\bletras?\b",
        "question": r"\bpregunta|\binterrogati",
    },
    "Catalan": {
        "comma": r"\bcom(?:a|es)\b",
        "semicolon": r"\bpunts? i com(?:a|es)\b",
        "full stop": r"\bpunt(?! i coma)\b",
        "letter": r"\blletr(?:a|es)\b",
        "question": r"\bpregunt|\binterrogati",
    },
    "Swedish": {
        "comma": r"\bkomma",
        "semicolon": r"\bsemikolon",
        "full stop": r"\bpunkt\b",
        "letter": r"\bbokstav|\bbokstäver",
        "question": r"\bfråg",
    },
    "German": {
        "comma": r"\bkomma",
        "semicolon": r"\bsemikol|\bstrichpunkt",
        "full stop": r"\bpunkt\b",
        "letter": r"\bbuchstabe",
        "question": r"frage",
    },
}
#: Language -> name of a language -> how a definition in the first names the other: all of them in English, in the rest itself and English.
TONGUES: Mapping[str, Mapping[str, str]] = {
    "English": {name: rf"\b{name}\b" for name in CODES},
    "Chinese": {"Chinese": "中文|汉语", "English": "英文|英语"},
    "Japanese": {"Japanese": "日本語|和文|和訳", "English": "英語|英文|英訳"},
    "French": {"French": r"(?i)\bfrançais", "English": r"(?i)\banglais"},
    "Russian": {"Russian": r"(?i)\bрусск", "English": r"(?i)\bанглийск"},
    "Spanish": {"Spanish": r"(?i)\bespañol|\bcastellan", "English": r"(?i)\bingl[ée]s"},
    "Catalan": {"Catalan": r"(?i)\bcatal[àa]", "English": r"(?i)\bangl[èe]s"},
    "Swedish": {"Swedish": r"(?i)\bsvensk", "English": r"(?i)\bengelsk"},
    "German": {"German": r"(?i)\bdeutsch", "English": r"(?i)\benglisch"},
}
_UNPARTED = ("Chinese", "Japanese")
_HAN, _KANA = "\u3400-\u4dbf\u4e00-\u9fff", "\u3040-\u30ff"
_WORD = re.compile(r"\w+")
_SIGN_OR_WORD = re.compile(rf"[{_HAN}{_KANA}]|[^\W{_HAN}{_KANA}]+")
_LETTER = re.compile(r"[^\W\d_]")
#: Script (see `medslake.lake.quality.tongues`) -> its signs. Japanese writes Chinese ones too.
_SCRIPTS = {
    name: re.compile(f"[{signs}]")
    for name, signs in {"Han": _HAN, "Kana": _HAN + _KANA, "Cyrillic": "\u0400-\u04ff", "Greek": "\u0370-\u03ff"}.items()
}


def words(text: str, language: str) -> list[str]:
    """Words of a text in lower case, without marks; where no blank parts them, each sign counts as one."""
    return (_SIGN_OR_WORD if language in _UNPARTED else _WORD).findall(text.lower())


def length(text: str, language: str) -> int:
    """Words of a text as its blanks part them, or its signs."""
    return len(words(text, language) if language in _UNPARTED else text.split())


def script_share(text: str, script: str) -> float:
    """Share of a text's letters that are of a script other than Latin."""
    return len(_SCRIPTS[script].findall(text)) / max(1, len(_LETTER.findall(text)))


def has_kana(text: str) -> bool:
    """Whether it has signs that Japanese writes and Chinese does not."""
    return re.search(f"[{_KANA}]", text) is not None
