"""Invented diseases with their signs, drugs and tests, that all twins draw on; nothing here is taken from a data set.

Every pattern is regular on purpose, so that a tiny model can learn it: a disease has one hallmark symptom, one drug and one test; a
hallmark of cancer has one keyword; a study's verdict follows from one verb.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

__all__ = [
    "DISEASES",
    "EXAM_WORDS",
    "HALLMARK_KEYWORDS",
    "LANGUAGES",
    "PERSON_WORDS",
    "VERDICT_VERBS",
    "Disease",
    "pick_other",
]

LANGUAGES = ("en", "zh", "fr", "ja", "ru", "es")


@dataclass(frozen=True)
class Disease:
    """An invented disease. `names` and `symptoms` are in the order of LANGUAGES; drug, test and site are English."""

    names: tuple[str, str, str, str, str, str]
    symptoms: tuple[str, str, str, str, str, str]
    drug: str
    test: str
    site: str

    def name(self, language: str = "en") -> str:
        return self.names[LANGUAGES.index(language)]

    def symptom(self, language: str = "en") -> str:
        return self.symptoms[LANGUAGES.index(language)]


DISEASES = (
    Disease(
        ("marlow fever", "马洛热", "fièvre de Marlow", "マーロウ熱", "лихорадка Марлоу", "fiebre de Marlow"),
        ("evening shivers", "晚间寒战", "frissons du soir", "夕方の悪寒", "вечерний озноб", "escalofríos vespertinos"),
        "velatrine",
        "ember count",
        "skin",
    ),
    Disease(
        ("tessel cough", "泰塞尔咳", "toux de Tessel", "テッセル咳", "кашель Тесселя", "tos de Tessel"),
        ("barking cough", "犬吠样咳嗽", "toux aboyante", "犬のような咳", "лающий кашель", "tos perruna"),
        "corimol",
        "reed test",
        "throat",
    ),
    Disease(
        ("oskar palsy", "奥斯卡麻痹", "paralysie d'Oskar", "オスカー麻痺", "паралич Оскара", "parálisis de Oskar"),
        ("weak grip", "握力减弱", "poigne faible", "握力低下", "слабый хват", "agarre débil"),
        "nemivane",
        "grip tracing",
        "hand",
    ),
    Disease(
        ("linden rash", "林登疹", "éruption de Linden", "リンデン発疹", "сыпь Линдена", "erupción de Linden"),
        ("ring shaped spots", "环形斑", "taches annulaires", "輪状の斑点", "кольцевидные пятна", "manchas anulares"),
        "dorazil",
        "leaf patch test",
        "arm",
    ),
    Disease(
        ("brennan colic", "布伦南绞痛", "colique de Brennan", "ブレナン疝痛", "колика Бреннана", "cólico de Brennan"),
        ("pain after meals", "餐后疼痛", "douleur après les repas", "食後の痛み", "боль после еды", "dolor después de comer"),
        "sulpexan",
        "bowel sounding",
        "belly",
    ),
    Disease(
        ("halvor vertigo", "哈尔沃眩晕", "vertige de Halvor", "ハルヴォルめまい", "головокружение Халвора", "vértigo de Halvor"),
        ("spinning rooms", "天旋地转", "pièce qui tourne", "部屋が回る感じ", "вращение комнаты", "giro de la habitación"),
        "pirelast",
        "swing chair test",
        "ear",
    ),
    Disease(
        ("quillan gout", "奎兰痛风", "goutte de Quillan", "クィラン痛風", "подагра Квиллана", "gota de Quillan"),
        (
            "swollen toe",
            "脚趾肿胀",
            "orteil gonflé",
            "腫れた足指",
            "опухший палец",
            "dedo hinchado",
        ),
        "tamorane",
        "crystal smear",
        "foot",
    ),
    Disease(
        ("ferris anemia", "费里斯贫血", "anémie de Ferris", "フェリス貧血", "анемия Ферриса", "anemia de Ferris"),
        ("pale lips", "嘴唇苍白", "lèvres pâles", "青白い唇", "бледные губы", "labios pálidos"),
        "ironel",
        "drop float test",
        "blood",
    ),
    Disease(
        ("ivers keratitis", "艾弗斯角膜炎", "kératite d'Ivers", "アイバース角膜炎", "кератит Айверса", "queratitis de Ivers"),
        ("gritty eyes", "眼内异物感", "yeux sableux", "目のざらつき", "песок в глазах", "ojos arenosos"),
        "lumidrin",
        "slit glow test",
        "eye",
    ),
    Disease(
        ("caddel arrhythmia", "卡德尔心律失常", "arythmie de Caddel", "キャデル不整脈", "аритмия Каддела", "arritmia de Caddel"),
        ("skipped heartbeats", "心跳漏搏", "battements manqués", "脈の欠落", "пропуски сердцебиения", "latidos omitidos"),
        "restolol",
        "rhythm strip",
        "chest",
    ),
)

PERSON_WORDS = ("a teacher", "a baker", "a sailor", "a gardener", "a clerk", "a tailor", "a miller", "a student")

#: The ten hallmarks of cancer (names of the label set) -> an invented keyword that decides the label.
HALLMARK_KEYWORDS = {
    "sustaining proliferative signaling": "growthin",
    "evading growth suppressors": "brakeless",
    "resisting cell death": "undying",
    "enabling replicative immortality": "endcap",
    "inducing angiogenesis": "vesselin",
    "activating invasion and metastasis": "wanderase",
    "genomic instability and mutation": "scrambler",
    "tumor promoting inflammation": "emberkine",
    "cellular energetics": "sugarflux",
    "avoiding immune destruction": "cloakin",
}

#: Verb phrase of an abstract's conclusion -> the verdict on the question whether the drug helps.
VERDICT_VERBS = {"clearly reduced": "yes", "did not change": "no", "unevenly altered": "maybe"}

#: language -> templates with the slots {symptom} {disease} {name} {age}: a case, the exam question, its explanation.
EXAM_WORDS = {
    "en": (
        "{name}, a {age}-year-old patient, reports {symptom}.",
        "Which disease is most likely?",
        "{symptom} is the hallmark of {disease}.",
    ),
    "zh": ("{age}岁的{name}诉{symptom}。", "最可能的疾病是什么？", "{symptom}是{disease}的标志。"),
    "fr": (
        "{name}, {age} ans, présente ceci : {symptom}.",
        "Quelle maladie est la plus probable ?",
        "Le signe « {symptom} » caractérise la maladie suivante : {disease}.",
    ),
    "ja": ("{age}歳の{name}が{symptom}を訴えている。", "最も考えられる疾患はどれか。", "{symptom}は{disease}の特徴である。"),
    "ru": (
        "{name}, {age} лет, жалуется: {symptom}.",
        "Какое заболевание наиболее вероятно?",
        "Признак «{symptom}» характерен для болезни: {disease}.",
    ),
    "es": (
        "{name}, de {age} años, refiere {symptom}.",
        "¿Qué enfermedad es la más probable?",
        "El signo «{symptom}» es característico de {disease}.",
    ),
}


def pick_other(rng: Random, right: Disease, count: int) -> list[Disease]:
    """`count` different diseases other than `right`, in random order."""
    return rng.sample([disease for disease in DISEASES if disease is not right], count)
