"""Comorbidities of the Charlson and Elixhauser indices by ICD code, as the MIMIC-IV-ED benchmark reads them.

The lists are those of Quan et al. (Coding algorithms for defining comorbidities in ICD-9-CM and ICD-10 administrative data. Med Care
43(11):1130-9, 2005) with the slips of the benchmark, whose flags are published: paralysis of the Charlson index has 3340 to 3346 for 3440
to 3446 in ICD-9, and Elixhauser's peripheral vascular disorders have IK551 for K551 in ICD-10.
"""

from __future__ import annotations

import re
from collections import defaultdict

__all__ = ["FLAGS", "LONGEST", "SHORTEST", "flags_by_prefix"]

_HEART_9 = "39891 40201 40211 40291 40401 40403 40411 40413 40491 40493 4254-4259 428"
_HEART_10 = "I099 I110 I132 I255 I420 I425-I429 P290 I43 I50"
_LUNGS = ("4168 4169 5064 5081 5088 490-505", "I278 I279 J684 J701 J703 J40-J47 J60-J67")
_VESSELS_9 = "0930 4373 4431-4439 4471 5571 5579 V434 440 441"
_VESSELS_10 = "I731 I738 I739 I771 I790 I792 K558 K559 Z958 Z959 I70 I71"
_HEPATITIS_9 = "07022 07023 07032 07033 07044 07054 0706 0709 5733 5734 5738 5739 V427 570 571"
_VARICES_9 = "4560-4562 5722-5728"
_PALSY_10 = "G041 G114 G801 G802 G830-G834 G839 G81 G82"
_KIDNEYS_10 = "I120 I131 N250 Z490-Z492 Z940 Z992 N18 N19"
_HIV = ("042-044", "B20-B22 B24")
_SPREAD = ("196-199", "C77-C80")
_TUMOURS_10 = "C00-C26 C30-C34 C37-C41 C43 C45-C58 C60-C76 C97"


def _diabetes(digits: str) -> str:
    """The five kinds of diabetes in ICD-10 with each of these fourth characters."""
    return " ".join(f"E1{kind}{digit}" for kind in range(5) for digit in digits)


#: Column of the benchmark -> beginnings of its codes in ICD-9-CM and in ICD-10; `a-b` are all from a to b.
FLAGS: dict[str, tuple[str, str]] = {
    "cci_MI": ("410 412", "I252 I21 I22"),
    "cci_CHF": (_HEART_9, _HEART_10),
    "cci_PVD": (_VESSELS_9, f"{_VESSELS_10} K551"),
    "cci_Stroke": ("36234 430-438", "H340 G45 G46 I60-I69"),
    "cci_Dementia": ("2941 3312 290", "F051 G311 F00-F03 G30"),
    "cci_Pulmonary": _LUNGS,
    "cci_Rheumatic": ("4465 7100-7104 7140-7142 7148 725", "M315 M351 M353 M360 M05 M06 M32-M34"),
    "cci_PUD": ("531-534", "K25-K28"),
    "cci_Liver1": (_HEPATITIS_9, "K700-K703 K709 K713-K715 K717 K760 K762-K764 K768 K769 Z944 B18 K73 K74"),
    "cci_DM1": ("2500-2503 2508 2509", _diabetes("01689")),
    "cci_DM2": ("2504-2507", _diabetes("23457")),
    "cci_Paralysis": ("3340-3346 3349 342 343", _PALSY_10),
    "cci_Renal": (
        "40301 40311 40391 40402 40403 40412 40413 40492 40493 5830-5837 5880 V420 V451 585 586 V56 582",
        f"{_KIDNEYS_10} N032-N037 N052-N057",
    ),
    "cci_Cancer1": ("2386 140-172 174-194 200-208", f"{_TUMOURS_10} C88 C81-C85 C90-C96"),
    "cci_Liver2": (_VARICES_9, "I850 I859 I864 I982 K704 K711 K721 K729 K765-K767"),
    "cci_Cancer2": _SPREAD,
    "cci_HIV": _HIV,
    "eci_CHF": (_HEART_9, f"{_HEART_10} I130"),
    "eci_Arrhythmia": (
        "4260 42613 4267 4269 42610 42612 4270-4274 4276-4279 7850 99601 99604 V450 V533",
        "I441-I443 I456 I459 R000 R001 R008 T821 Z450 Z950 I47-I49",
    ),
    "eci_Valvular": ("0932 7463-7466 V422 V433 394-397 424", "A520 I091 I098 Q230-Q233 Z952-Z954 I05-I08 I34-I39"),
    "eci_PHTN": ("4150 4151 4170 4178 4179 416", "I280 I288 I289 I26 I27"),
    "eci_PVD": (_VESSELS_9, f"{_VESSELS_10} IK551"),
    "eci_HTN1": ("402-405", "I11-I13 I15"),
    "eci_HTN2": ("401", "I10"),
    "eci_Paralysis": ("3440-3446 3341 3449 342 343", _PALSY_10),
    "eci_NeuroOther": (
        "3319 3320 3321 3334 3335 33392 3362 3481 3483 7803 7843 334 335 340 341 345",
        "G254 G255 G312 G318 G319 G931 G934 R470 G10-G13 G20-G22 G32 G35-G37 G40 G41 R56",
    ),
    "eci_Pulmonary": _LUNGS,
    "eci_DM1": ("2504-2509", _diabetes("2345678")),
    "eci_DM2": ("2500-2503", _diabetes("019")),
    "eci_Hypothyroid": ("2409 2461 2468 243 244", "E890 E00-E03"),
    "eci_Renal": ("40301 40311 40391 40402 40403 40493 5880 V420 585 586 V56 V451", _KIDNEYS_10),
    "eci_Liver": (
        f"{_HEPATITIS_9} {_VARICES_9}",
        "I864 I982 K711 K713-K715 K717 K760 K762-K769 Z944 B18 I85 K70 K72-K74",
    ),
    "eci_PUD": ("5317 5319 5327 5329 5337 5339 5347 5349", "K257 K259 K267 K269 K277 K279 K287 K289"),
    "eci_HIV": _HIV,
    "eci_Lymphoma": ("2030 2386 200-202", "C900 C902 C81-C85 C88 C96"),
    "eci_Tumor2": _SPREAD,
    "eci_Tumor1": ("140-172 174-195", _TUMOURS_10),
    "eci_Rheumatic": (
        "7010 7100-7104 7108 7109 7112 7193 7285 72889 72930 446 714 720 725",
        "L940 L941 L943 M120 M123 M310-M313 M461 M468 M469 M05 M06 M08 M32-M35 M45",
    ),
    "eci_Coagulopathy": ("2871 2873-2875 286", "D691 D693-D696 D65-D68"),
    "eci_Obesity": ("2780", "E66"),
    "eci_WeightLoss": ("7832 7994 260-263", "R634 R64 E40-E46"),
    "eci_FluidsLytes": ("2536 276", "E86 E87"),
    "eci_BloodLoss": ("2800", "D500"),
    "eci_Anemia": ("2801-2809 281", "D508 D509 D51-D53"),
    "eci_Alcohol": (
        "2652 2911 2913 2915-2919 3030 3039 3050 3575 4255 5353 5710-5713 V113 980",
        "F10 E52 G621 I426 K292 K700 K703 K709 T51 Z502 Z714 Z721",
    ),
    "eci_Drugs": ("3052-3059 V6542 292 304", "F11-F16 F18 F19 Z715 Z722"),
    "eci_Psychoses": ("2938 29604 29614 29644 29654 295 297 298", "F20 F22-F25 F28 F29 F302 F312 F315"),
    "eci_Depression": ("2962 2963 2965 3004 311 309", "F204 F313-F315 F32 F33 F341 F412 F432"),
}
#: Characters of the shortest and of the longest beginning.
SHORTEST, LONGEST = 3, 5


def _prefixes(text: str) -> list[str]:
    found = []
    for word in text.split():
        first, _, last = word.partition("-")
        head, digits = re.fullmatch(r"([A-Z]*)([0-9]+)", first).groups()  # type: ignore[union-attr]
        end = int(last.removeprefix(head)) if last else int(digits)
        found += [f"{head}{number:0{len(digits)}d}" for number in range(int(digits), end + 1)]
    return found


def flags_by_prefix() -> dict[str, list[str]]:
    """`<version>:<beginning of a code>` -> the columns that it sets."""
    found: dict[str, list[str]] = defaultdict(list)
    for flag, lists in FLAGS.items():
        for version, text in zip((9, 10), lists, strict=True):
            for prefix in _prefixes(text):
                found[f"{version}:{prefix}"].append(flag)
    return dict(found)
