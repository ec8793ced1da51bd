"""Letters of the options that an answer to a multiple-choice question names, in the six languages of the benchmark."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence

from medslake.metrics.parts.answer_text import answered, lead_end
from medslake.metrics.parts.answer_words import AND, BECAUSE, CLOSE, MARKS, NAMING
from medslake.metrics.parts.cleaned import folded
from medslake.metrics.parts.denials import may_deny
from medslake.metrics.parts.statements import Mention, Place, ended

__all__ = ["letters", "right_letters"]

#: Cyrillic and Greek letters by their shape, and those without a Latin shape by their place.
_SHAPES = dict(zip("АВСЕНБГДабсевнгдΑΒΕΗ", "ABCEHBDEABCEBHDEABEH", strict=True))
_LATIN = "A-Ja-j"
_LETTER = rf"[{_LATIN}{''.join(_SHAPES)}]"
_ALPHABET = "A-Za-z0-9À-ɏͰ-ϿЀ-ӿ_"
#: Behind a letter: it is no part of a word. What a pattern begins with must be a letter, which is found faster than a place between two.
_FREE = rf"(?<![{_ALPHABET}.].)(?<![{_ALPHABET}][-'].)"
_CJK = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_RUN = re.compile(
    rf"[{_LATIN}]{_FREE}(?:(?<=[A-J])[A-J]{{1,7}}|(?:(?<=^[a-j])|(?<=[{_CJK}][a-j]))[a-j]{{1,4}})(?![{_ALPHABET}])", re.DOTALL
)
#: Letters with nothing but blanks or hyphens between, as a whole answer.
_SPACED = re.compile(rf"[{_LATIN}](?:(?<=[A-J]){_FREE}(?:[ -][A-J]){{1,8}}(?![{_ALPHABET}])|(?<=^[a-j])(?:[ -][a-j]){{1,8}}$)", re.DOTALL)
#: Latin names of species that follow an abbreviated genus, by their endings or, where these are those of other words, whole.
_SPECIES = (
    r"(?:(?-i:[a-z]+)(?:ii|iae|ensis|orum|icola|philus|phila|philum|genes|coccus|formis|aureus|cillus|myces|oides)"
    r"|coli|difficile|trachomatis|albicans|cereus|anthracis|pertussis|parapertussis|botulinum|perfringens|tetani|pylori|jejuni"
    r"|fetus|faecalis|faecium"
    r"|fragilis|influenzae|pneumoniae|pneumonia(?=\s+(?:infection|pneumonia))|psittaci|immitis|neoformans|glabrata|krusei"
    r"|tropicalis|parapsilosis|auris"
    r"|burgdorferi|henselae|quintana|abortus|melitensis|suis|canis|dermatitidis|fumigatus|flavus|niger|lumbricoides|duodenale|histolytica"
    r"|granulosus|multilocularis|vermicularis|medinensis|latum|caninum|lamblia|intestinalis|vaginalis|ducreyi|capsulatum|cloacae"
    r"|aerogenes|corrodens"
    r"|cepacia|bronchiseptica|parvum|hominis|cayetanensis|israelii|calcoaceticus|hydrophila|baumannii|elegans|rerio|domestica"
    r"|divergens|microti|muris"
    r"|belli|sinensis|hepatica|longus|bovis|avium|novyi|septicum|sordellii|ulcerans|minutissimum|jeikeium|freundii|koseri|burnetii)\b"
)
#: Nouns that a letter before them belongs to.
_HEADS = (
    r"(?:cells?|lymphocyt\w+|dimers?|reactive|peptides?|proteins?|waves?|antigens?|fib(?:er|re)s?|vitamins?|virus\w*|symptoms?"
    r"|lines?|scans?|mode|bands?|chains?"
    r"|receptors?|complex|toxins?|subunits?|strep\w*|type|factor|hepatitis|lactam\w*|agonists?|blockers?|antibod\w+|major|minor"
    r"|fractions?|spp?\.?"
    r"|reactiv\w+|celulas?|cellules?|лимфоцит\w*|клет\w+|белок|белк\w*)\b"
)
#: What makes a term of a letter, straight after it or after a blank.
_TERM = re.compile(
    rf"-(?=\w)(?!{_LETTER}(?![{_ALPHABET}]))|'[A-Za-zÀ-ɏЀ-ӿ]{{2}}|'(?:s|d|m|ll|re|ve|a|e|y)\b|\.(?=[a-z])|\.?\s*{_SPECIES}"
    rf"|\s+{_HEADS}|\s*-\s*(?:{_HEADS})"
    r"|\s?[型群組组級级期類类超波族因链鎖](?!の(?:選択肢|答え))|\*\d|\+\+",
    re.IGNORECASE,
)
#: What may follow a letter in Chinese and Japanese: grammatical words alone.
_CJK_WORD = re.compile(
    r"项|項|选项|選項|選択肢|肢|是|为|為|正|对|對|错|錯|不|和|与|與|及|或|跟|都|均|也|最|更|较|因|由于|而|但|所以|符合|答案|就|才|应|可|属|被|明显|的(?=说法|描述|选项)"
    r"|です|で|だ|が|は|を|と|も|や|か|に|の(?=方|ほう|み|選択肢)|のみ|番|以外|ならび|または|および|よ|ね|等|など"
)
_MARKED = re.compile(rf"{CLOSE}\s*[:.)\]、=](?:\s*[)\]])?{CLOSE}\s*(?=\S)|{CLOSE}\s+(?:-|->|→|⇒)\s+(?=\S)|\s+(?=[{_CJK}])")
_GOES_ON = re.compile(
    rf"{CLOSE}\s*[&+/]|{CLOSE}\s+(?:{BECAUSE}|and|or|but|not|nor|rather|instead|only|alone|over|et|ou|mais|seulement|y|o|pero|no|и"
    rf"|или|но|не)\b",
    re.IGNORECASE,
)
#: A lower-case letter before a further word is a word itself, but for a conjunction.
_ONE = re.compile(
    rf"(?P<letter>{_LETTER})(?![{_ALPHABET}]){_FREE}(?!(?<=[a-j])\s+[a-z](?!nd\b|r\b|t\b|ecause\b|ince\b|s\b|ut\b))", re.DOTALL
)
_PREDICATE = re.compile(
    rf"{CLOSE}\s+(?:is|are|was|were|would|should|will|seems?|looks?|appears?|must|could|can|cannot|may|might|has|have|does|doesn't"
    rf"|isn't|remains?|fits?|makes"
    r"|est|sont|serait|ne|es|son|seria|это|является|верн\w+|правильн\w+|неверн\w+|неправильн\w+)\b",
    re.IGNORECASE,
)
_NAMED = re.compile(rf"{NAMING}{MARKS}$", re.IGNORECASE)
_CLAUSE_WORD = re.compile(
    r"(?:^|[,;:.(\n]|\b(?:that|think|believe|because|since|as|so|thus|therefore|hence|and|but|or|only|both|while|whereas|view"
    r"|opinion|mind|neither|nor|not"
    r"|que|car|parce|et|mais|donc|seule?|y|pero|porque|solo|sino|что|и|но|а|поэтому|значит|только|потому)\b"
    r"|因为|所以|因此|而|但|和|与|我认为|只有|ので|から|よって)" + MARKS + "$",
    re.IGNORECASE,
)
_LIST_BEFORE = re.compile(r"[,;、\t\n]\s*(?:(?:and|et|y|и)\s+)?(?:[-*•]\s+|\d+[.)]\s+)?[(\[\"']*$", re.IGNORECASE)
_AND = re.compile(AND, re.IGNORECASE)
#: An answer in one line and one clause, most answers of models that keep to the form asked for.
_PLAINLY = re.compile(r"\s*\(?(?P<letter>[A-J])(?:\)|(?=[:.]|\s*$))[:.]?(?P<rest>(?:\s+[^\n.;?!:]{1,300})?)\.?\s*")
_NEXT_ITEM = re.compile(rf"\s*[,;、\t]\s*(?:(?:and|et|y|и)\s+)?[(\[]?{_LETTER}\s*[:.)\]]")
_CJK_SIGN = re.compile(f"[{_CJK}]")
_JUDGED_SIGN = re.compile(r"项|項|选项|選項|選択肢|肢|正|对|错|不")
_SECOND = re.compile(rf"\s*[(\[]?{_LETTER}[)\]]?\.?\s*(?:$|\n)")


def _latin(letter: str) -> str:
    return _SHAPES.get(letter, letter.upper())


def _word_like(letter: str) -> bool:
    """Whether the letter alone is a word of one of the languages, such as `a`, `I` or the Russian preposition `В`."""
    return letter in "AIE" or letter.islower() or letter in _SHAPES


class _Reading:
    """One answer, whose letters are told from words and terms."""

    def __init__(self, place: Place, known: frozenset[str]) -> None:
        self.place, self.text, self.known = place, place.text, known

    def mentions(self) -> list[Mention]:
        whole = self._whole()
        if whole:
            return whole
        found: list[Mention] = []
        for match in _ONE.finditer(self.text):
            mention = self._mention(match.start(), match["letter"], found[-1] if found else None)
            if mention is not None:
                if found and found[-1].item > found[-1].end and not self._next_of(found[-1], mention):
                    found[-1] = found[-1]._replace(item=found[-1].end)
                found.append(mention)
        return found

    def _whole(self) -> list[Mention]:
        """A run such as `ACD` or `A C D`, where it is all that the answer says."""
        for match in (*_RUN.finditer(self.text), *_SPACED.finditer(self.text)):
            run = [c for c in match.group() if c not in " -"]
            keys = [_latin(c) for c in run]
            spaced = len(run) < len(match.group())
            if len(set(keys)) < len(keys) or (self.known and not set(keys) <= self.known) or (run[0].islower() and keys != sorted(keys)):
                continue
            start, end = match.span()
            rest = self.text[end:].strip(" .。)]'\"»,;:")
            closes = ended(self.text, end) if not spaced else not rest or self.text[end : end + 1] in "\n.。"
            if closes and (self.place.first(start) or self.place.led(start)):
                return [Mention(start + k, start + k + 1, key, end) for k, key in enumerate(keys)]
        return []

    def _next_of(self, one: Mention, two: Mention) -> bool:
        """Whether `A: the liver, C: the lung` goes on: a marked letter behind a separator, on this line or the next."""
        between = self.text[one.end : two.start]
        return (
            two.item > two.end
            and between.count("\n") <= 1
            and _LIST_BEFORE.search(self.text, max(one.end, two.start - 40), two.start) is not None
        )

    def _mention(self, start: int, letter: str, before: Mention | None) -> Mention | None:
        text, place, end = self.text, self.place, start + 1
        key = _latin(letter)
        if (self.known and key not in self.known) or _TERM.match(text, end):
            return None
        follows = text[end : end + 1]
        attached = _CJK_SIGN.match(follows) is not None
        if attached and not _CJK_WORD.match(text, end):
            return None
        marked = _MARKED.match(text, end)
        close = ended(text, end) or marked is not None
        goes_on = attached or _GOES_ON.match(text, end) is not None
        lower = letter.islower()
        if letter == "I" and not (close or self._judged(letter, end)):
            return None
        item = self._item(marked.end()) if marked else end
        if marked and key == "A" and _SECOND.match(text, marked.end()):
            return None
        if not (close or goes_on or self._judged(letter, end) or (not lower and _PREDICATE.match(text, end))):
            if not _word_like(letter) and (place.first(start) or ((lead := place.led(start)) and lead.linked)):
                return Mention(start, end, key, end)
            return None
        bracketed = text[start - 1 : start] in ("(", "[") and follows in (")", "]") and start > 0
        named = bracketed or self._named(start)
        if named and not lower and not goes_on:
            return Mention(start, end, key, item, closed=close)
        since = before.end if before else 0
        joined = before is not None and start - since < 60 and _AND.fullmatch(text[since:start]) is not None
        listed = (
            before is not None
            and before.item > since
            and marked is not None
            and _LIST_BEFORE.search(text, max(since, start - 40), start) is not None
        )
        if joined or listed or place.opens(start) or place.led(start, since):
            led = lower and place.led(start, since) is not None
            lone = lower and not (led or joined or listed or bracketed or place.first(start))
            if not lone and not (lower and goes_on and not attached and not (led or joined)):
                return Mention(start, end, key, item, closed=close or goes_on)
        if named:
            return Mention(start, end, key, item, closed=close)
        if self._judged(letter, end) and _CLAUSE_WORD.search(text, max(0, start - 40), start):
            return Mention(start, end, key, item, closed=False)
        if close and not lower and place.copula(start):
            return Mention(start, end, key, item)
        if attached and not lower and _JUDGED_SIGN.match(text, end):
            return Mention(start, end, key, item, closed=False)
        return None

    def _judged(self, letter: str, end: int) -> bool:
        """Whether what follows a capital letter calls it right or wrong."""
        return not letter.islower() and (self.place.affirmed(end) or self.place.denied(end))

    def _named(self, start: int) -> bool:
        return _NAMED.search(self.text, max(0, start - 24), start) is not None

    def _item(self, at: int) -> int:
        """Where the text of a marked option ends: before the next separator that a marked letter follows, else at its line's end."""
        end = self.text.find("\n", at)
        end = len(self.text) if end < 0 else end
        following = _NEXT_ITEM.search(self.text, at, end)
        return following.start() if following else end


def letter_mentions(place: Place, known: frozenset[str]) -> list[Mention]:
    """Letters that the text names as options. known: those that there are; empty where unknown, and any of A to J stands."""
    return _Reading(place, known).mentions()


_MARK = re.compile(rf"{_LETTER}{_FREE}\s*[:.)]", re.DOTALL)
_SEPARATORS = frozenset(",;、\t\n")
_SPLIT = re.compile(rf"(?:^|(?<=[,;、\t\n]))\s*(?:(?:and|et|y|и)\s+)?({_LETTER})\s*([:.)])\s*")
_POLITE = re.compile(r"\s*です[。.]?\s*$")


@functools.lru_cache(maxsize=4096)
def keyed(output: str) -> Mapping[str, str]:
    """Letter to text of an output in a task's own form, such as `The right answer is B: rest`; several where it bears several."""
    text = folded(output).strip()
    first = _MARK.search(text)
    if first is None:
        return {}
    text = text[first.start() :]
    if "です" in text:
        text = _POLITE.sub("", text)
    several = not _SEPARATORS.isdisjoint(text)
    every = [match for match in (_SPLIT.finditer(text) if several else (_SPLIT.match(text),)) if match]
    # All options bear the same sign: `D: hepatitis B, and C. trachomatis` is one.
    marks = [match for match in every if match[2] == every[0][2]]
    ends = [*(match.start() for match in marks[1:]), len(text)]
    return {_latin(match[1]): _compared(text[match.end() : end]) for match, end in zip(marks, ends, strict=True)}


_WORD_BEFORE = re.compile(rf"[{_ALPHABET}]{{2}}")
_ARTICLE = re.compile(r"\b(?:an?|une?|una?)\s+$", re.IGNORECASE)
_POLITE_END = re.compile(r"\s*(?:です|である|だ)")


def _compared(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .,;:!?\"'`*。、，；：「」")


def text_mentions(place: Place, texts: Mapping[str, str]) -> list[Mention]:
    """Options that are named by their text, where an answer says nothing else there: `The answer is aspirin.`"""
    lower = place.text.lower()
    found: list[Mention] = []
    for key, text in sorted(texts.items(), key=lambda item: -len(item[1])):
        at = lower.find(text) if len(text) > 1 else -1
        while at >= 0:
            end = at + len(text)
            if not any(one.start < end and at < one.end for one in found) and _stands_alone(place, at, end):
                found.append(Mention(at, end, key, end))
            at = lower.find(text, end)
    return sorted(found)


def _stands_alone(place: Place, start: int, end: int) -> bool:
    """Whether a text stands at this place as an answer of its own: whole words, without an article, and nothing goes on behind it."""
    text = place.text
    if (
        _WORD_BEFORE.search(text, max(0, start - 1), start + 1)
        or _WORD_BEFORE.search(text, end - 1, end + 1)
        or _ARTICLE.search(text, max(0, start - 5), start)
    ):
        return False
    closes = ended(text, end) or _POLITE_END.match(text, end) or place.affirmed(end) or _GOES_ON.match(text, end)
    return bool(closes) and bool(place.opens(start) or place.led(start) or place.copula(start))


def letters(text: str, options: Sequence[str] = (), right: Sequence[str] = ()) -> frozenset[str]:
    """Letters that an answer chooses; empty when it names none, leaves it open or contradicts itself.

    options: the outputs among which the answer is, where known; a letter that none of them bears is none, and their texts count as their
    letters. right: further outputs whose texts do.
    """
    if text in options or text in right:
        return right_letters(text)
    known = frozenset(key for output in options for key in keyed(output))
    plainly = _PLAINLY.fullmatch(text, lead_end(text))
    if plainly and (not known or plainly["letter"] in known) and not _TERM.match(text, plainly.end("letter")):
        rest = plainly["rest"]
        if rest.isascii() and not _ONE.search(rest) and not may_deny(rest):
            return frozenset(plainly["letter"])
    texts: dict[str, str] = {}
    for output in (*options, *right):
        texts |= keyed(output)
    return answered(text, lambda place: letter_mentions(place, known) or text_mentions(place, texts))


def right_letters(output: str) -> frozenset[str]:
    """Letters of a right output, which is in the task's own form or a bare letter."""
    return frozenset(keyed(output)) or answered(output, lambda place: letter_mentions(place, frozenset()))
