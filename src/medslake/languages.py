"""Languages by their English name, as MedS-Ins names them, and by their ISO 639-1 code, as the tables hold them."""

from __future__ import annotations

from collections.abc import Mapping

from medslake.errors import UsageError

__all__ = ["CODES", "NAMES", "code_of"]

#: English name -> ISO 639-1 code: the languages of MedS-Ins, and those of the translation memories that it draws on.
CODES: Mapping[str, str] = {
    "English": "en",
    "Chinese": "zh",
    "French": "fr",
    "Japanese": "ja",
    "Russian": "ru",
    "Spanish": "es",
    "Catalan": "ca",
    "German": "de",
    "Swedish": "sv",
    "Bulgarian": "bg",
    "Croatian": "hr",
    "Czech": "cs",
    "Danish": "da",
    "Dutch": "nl",
    "Estonian": "et",
    "Finnish": "fi",
    "Greek": "el",
    "Hungarian": "hu",
    "Icelandic": "is",
    "Irish": "ga",
    "Italian": "it",
    "Latvian": "lv",
    "Lithuanian": "lt",
    "Maltese": "mt",
    "Norwegian": "no",
    "Polish": "pl",
    "Portuguese": "pt",
    "Romanian": "ro",
    "Slovak": "sk",
    "Slovenian": "sl",
}
#: ISO 639-1 code -> English name.
NAMES: Mapping[str, str] = {code: name for name, code in CODES.items()}


def code_of(name: str) -> str:
    """ISO 639-1 code of a language by its English name; raises UsageError."""
    if name not in CODES:
        raise UsageError(f"{name!r} has no language code here.", hint=f"Known: {', '.join(CODES)}.")
    return CODES[name]
