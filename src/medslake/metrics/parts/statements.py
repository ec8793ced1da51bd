"""What an answer states: mentions of what may be chosen, joined into groups, each stated, denied, left open or only spoken of."""

from __future__ import annotations

import bisect
import functools
import re
from collections.abc import Sequence
from typing import NamedTuple

from medslake.metrics.parts.answer_words import (
    AND,
    CANDIDATES,
    CLAUSE,
    CONCLUDING,
    COPULA,
    FINAL,
    LED,
    LIST_OPEN,
    OPENING,
    REVISED,
    TAIL,
)
from medslake.metrics.parts.denials import AFFIRMED, DENIED_AFTER, DENIED_BEFORE, TENTATIVE, may_deny

__all__ = ["Group", "Mention", "Place", "chosen", "grouped"]

#: How firmly a group is stated; of the firmest ones the last counts.
FINALLY, LEADING, OPENS, BARE, SPOKEN = 4, 3, 2, 1, 0
_WINDOW = 120
_LONGEST = 400
_OPEN_MARKS = " \t\n\"'`*_([{<«„“”‘‘「『【《〈$#>•·|~"
_ENDERS = ".;!?\n"
_STOPS = frozenset(_ENDERS)
_LINK_SIGNS = ":=>→⇒-,."
_LAST_WORD = re.compile(r"[\w']+$")
_SENTENCE = re.compile(r"[.!?;。！？；\n]+[)\]\"']*")
_ABBREVIATED = re.compile(r"\b(?:vs|ans|dr|e\.g|i\.e|cf|approx|resp|ca)$", re.IGNORECASE)
_ABBREVIATION_ENDS = frozenset("srgefxpaSRGEFXPA")
_FINAL_STEMS = ("final", "definitiv", "окончат", "итогов", "最终", "最終", "最后")
_JOIN = re.compile(AND, re.IGNORECASE)
_CONJUNCTION = re.compile(r"[^\W\d]|&|\+")
_PLURAL = re.compile(r"\s*(?:are|were|sont|son|seraient)\b|都|均|はいずれも|являются|оба", re.IGNORECASE)
_ENDED = re.compile(r"[)\]}>\"'»“”’」』】》〉]*\s*(?:$|[\n.,;:!?()。、，；：！？-])")
_MORE = re.compile(r"\s*,[^.;!?\n]{0,80}?\b(?:or|nor)\s", re.IGNORECASE)
_CONTINUED = re.compile(r"\b(?:or|nor|ou|ni|o|или|ни)\b|或|または", re.IGNORECASE)


class Mention(NamedTuple):
    """key: what is named. start, end: its place; item: where the text that belongs to it ends, such as that of an option.

    closed: whether the words end there, or go on as a sentence about an answer would.
    """

    start: int
    end: int
    key: str
    item: int
    closed: bool = True


class Lead(NamedTuple):
    """Words that introduce an answer. linked: by a copula or a mark; final: they call it the last one."""

    start: int
    linked: bool
    final: bool


#: Words before an answer recur from answer to answer, so that what they are is remembered.
_REMEMBERED = 1 << 14
#: How far the patterns look behind the place where they may begin.
_BEHIND = 13


@functools.lru_cache(_REMEMBERED)
def _lead(words: str, start: int) -> Lead | None:
    match = LED.search(words, start)
    if match is None:
        return None
    return Lead(match.start(), match["link"] is not None, FINAL.search(words, max(0, match.start() - 12)) is not None)


@functools.lru_cache(_REMEMBERED)
def _opening(words: str, start: int) -> bool:
    return OPENING.fullmatch(words, start) is not None


@functools.lru_cache(_REMEMBERED)
def _introduces(word: str) -> bool:
    return TAIL.fullmatch(word) is not None


class Place:
    """A text and where its sentences and clauses begin."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._leads: dict[int, Lead | None] = {}
        self._clauses: dict[int, int] = {}
        self._judged: dict[int, tuple[bool, bool]] = {}

    @functools.cached_property
    def _sentence_ends(self) -> list[int]:
        return [match.end() for match in _SENTENCE.finditer(self.text) if self._ends(match)]

    def sentence(self, at: int) -> int:
        """Where the sentence begins in which `at` lies; sought no farther back than any sentence is long."""
        before = bisect.bisect_right(self._sentence_ends, at)
        return max(0, at - _LONGEST, self._sentence_ends[before - 1] if before else 0)

    @functools.cached_property
    def concludes(self) -> bool:
        """Whether anything is called the last answer."""
        lower = self.text.lower()
        return any(stem in lower for stem in _FINAL_STEMS) and FINAL.search(self.text) is not None

    def sentence_end(self, at: int) -> int:
        after = bisect.bisect_right(self._sentence_ends, at)
        return self._sentence_ends[after] if after < len(self._sentence_ends) else len(self.text)

    def _ends(self, match: re.Match[str]) -> bool:
        """Whether marks end a sentence; a full stop does not inside of a number, a word or behind an abbreviation."""
        if match.group()[0] != "." or "\n" in match.group():
            return True
        follows = self.text[match.end() : match.end() + 1]
        if follows and follows.isascii() and not follows.isspace():
            return False
        start = match.start()
        return self.text[start - 1 : start] not in _ABBREVIATION_ENDS or _ABBREVIATED.search(self.text, max(0, start - 8), start) is None

    def clause(self, at: int) -> int:
        """Where its clause begins. A conjunction belongs to the clause that it opens, a comma to none."""
        if at not in self._clauses:
            start = self.sentence(at)
            for match in CLAUSE.finditer(self.text, start, at):
                start = match.start() if match.group()[0].isalnum() else match.end()
            self._clauses[at] = start
        return self._clauses[at]

    def part(self, at: int) -> int:
        """Where the words before `at` begin, since the last sentence, clause or colon."""
        start = self.clause(at)
        return max(start, self.text.rfind(":", start, at) + 1)

    def introduced(self, at: int) -> bool:
        """Whether the word or sign before is one that may introduce an answer."""
        before = self.text[max(0, at - 40) : at].rstrip(_OPEN_MARKS)
        if not before or before[-1] in _LINK_SIGNS or not before[-1].isascii():
            return True
        word = _LAST_WORD.search(before)
        return word is not None and _introduces(word.group())

    def led(self, at: int, since: int = 0) -> Lead | None:
        """The words that introduce an answer at this place. since: they do not reach farther back."""
        if at not in self._leads:
            self._leads[at] = self._lead(self._lead_from(at), at) if self.introduced(at) else None
        lead = self._leads[at]
        return lead if lead is None or lead.start >= since else self._lead(since, at)

    def _lead(self, start: int, at: int) -> Lead | None:
        behind = max(0, start - _BEHIND)
        lead = _lead(self.text[behind:at], start - behind)
        return lead and lead._replace(start=lead.start + behind)

    def _lead_from(self, at: int) -> int:
        """Where words that introduce an answer may begin: behind the last sentence or line that ends before them."""
        start = max(0, at - _WINDOW)
        until = start + len(self.text[start:at].rstrip(_OPEN_MARKS)) - 1
        return max(start, *(self.text.rfind(sign, start, until) + 1 for sign in _ENDERS)) if until > start else start

    def opens(self, at: int) -> bool:
        start = self.part(at)
        return at - start < _WINDOW and self.opening(start, at)

    def opening(self, start: int, at: int) -> bool:
        """Whether there are nothing but words that open an answer between these places."""
        behind = max(0, start - 1)
        return _opening(self.text[behind:at], start - behind)

    def first(self, at: int) -> bool:
        return at < _WINDOW and self.opening(0, at)

    def denied(self, at: int) -> bool:
        """Whether the words from here on deny what stands before them."""
        return self._judge(at)[0]

    def affirmed(self, at: int) -> bool:
        """Whether the words from here on call right what stands before them."""
        return self._judge(at)[1]

    def _judge(self, at: int) -> tuple[bool, bool]:
        if self.stops(at):
            return False, False
        if at not in self._judged:
            self._judged[at] = DENIED_AFTER.match(self.text, at) is not None, AFFIRMED.match(self.text, at) is not None
        return self._judged[at]

    def stops(self, at: int) -> bool:
        """Whether the text or its sentence ends here, so that no word follows that speaks of what stands before."""
        return at >= len(self.text) or self.text[at] in _STOPS

    def copula(self, at: int, since: int = 0) -> bool:
        return self.introduced(at) and COPULA.search(self.text, max(since, self.sentence(at), at - _WINDOW), at) is not None

    def question(self, at: int) -> bool:
        if "?" not in self.text:
            return False
        end = self.sentence_end(at)
        return self.text[:end].rstrip(" \n)\"'").endswith("?") and bool(self.text[end:].strip())


class Group:
    """Mentions that one statement joins: what they name, and how they stand. Each is found out when it is asked for."""

    def __init__(self, place: Place, run: Sequence[Mention], links: Sequence[str], since: int, denied_before: bool | None = None) -> None:
        self.keys = frozenset(mention.key for mention in run)
        self.start, self.end = run[0].start, run[-1].end
        self._place, self._closed, self._links, self._since = place, run[-1].closed, links, since
        self._denied_before = denied_before

    @functools.cached_property
    def denied(self) -> bool:
        """Whether it is said that it is not so."""
        before = self._denied_before
        if before is None:
            before = _denied_before(self._place, self.start, self.end, len(self.keys) > 1)
        return before or self._place.denied(self.end)

    @functools.cached_property
    def open(self) -> bool:
        """Whether it is left open which of them."""
        return len(self.keys) > 1 and (any(LIST_OPEN.search(link) for link in self._links) or self._candidates)

    @functools.cached_property
    def spoken(self) -> bool:
        """Whether it is spoken of and no more."""
        tentative = not self._place.stops(self.end) and TENTATIVE.match(self._place.text, self.end) is not None
        return tentative or self._place.question(self.start) or self._candidates

    @functools.cached_property
    def rank(self) -> int:
        """How firmly it is stated."""
        return SPOKEN if self.spoken else self._firmness

    @functools.cached_property
    def _candidates(self) -> bool:
        start = max(self._place.sentence(self.start), self._since)
        return CANDIDATES.search(self._place.text, start, self.start) is not None and self._firmness < LEADING

    @functools.cached_property
    def _firmness(self) -> int:
        place, text, first, closed = self._place, self._place.text, self.start, self._closed
        lead = place.led(first, self._since)
        if lead is not None and (lead.linked or closed):
            return FINALLY if lead.final else LEADING
        if place.affirmed(self.end):
            return LEADING
        begin = place.part(first)
        if self._since <= begin and place.opening(begin, first):
            if place.first(first):
                return OPENS
            if closed:
                turned = CONCLUDING.search(text, begin, first) or REVISED.search(text, begin, first)
                return LEADING if turned else BARE
        if closed and place.copula(first, self._since):
            return LEADING if REVISED.search(text, place.sentence(first), first) else BARE
        return SPOKEN


def _denied_before(place: Place, start: int, until: int, several: bool) -> bool:
    """Whether the words before say that it is not so: a denial in its clause, or in its sentence where a list goes on from there."""
    text, clause = place.text, place.clause(start)
    listed = _CONTINUED.search(text, clause, start) or (_MORE.match(text, until) and not place.led(start))
    if listed and not several:
        clause = place.sentence(start)
    if not may_deny(text[clause:start]):
        return False
    colon = text.rfind(":", clause, start)
    for match in DENIED_BEFORE.finditer(text, clause, start):
        if match["fine"] is None and (match["strong"] is not None or match.end() > colon):
            return True
    return False


def _joins(text: str, one: Mention, two: Mention) -> str | None:
    """The words between two mentions where they join them, else None."""
    between = text[one.item : two.start]
    if len(between) > 60 or not _JOIN.fullmatch(between) or between.count("\n") > 1:
        return None
    return between


def grouped(place: Place, mentions: Sequence[Mention]) -> list[Group]:
    """Groups of the mentions, in order."""
    text = place.text
    runs: list[list[Mention]] = []
    links: list[list[str]] = []
    for mention in mentions:
        between = _joins(text, runs[-1][-1], mention) if runs else None
        own = (
            between is not None
            and not between.strip(" ,;、，(\n-*")
            and ((place.denied(mention.end) or place.affirmed(mention.end)) and not _PLURAL.match(text, mention.end))
        )
        if between is not None and not own:
            runs[-1].append(mention)
            links[-1].append(between)
        else:
            runs.append([mention])
            links.append([])
    groups: list[Group] = []
    for run, joins in zip(runs, links, strict=True):
        groups.extend(_groups(place, run, joins, groups[-1].end if groups else 0))
    return groups


def _groups(place: Place, run: Sequence[Mention], links: Sequence[str], since: int) -> list[Group]:
    """The one or two groups of mentions that follow upon each other."""
    if len({mention.key for mention in run}) == 1:
        return [Group(place, run, links, since)]
    denied = _denied_before(place, run[0].start, run[-1].end, True)
    if denied:
        # "Neither A nor B; C" ends at the semicolon; "not A, B", without a conjunction, with the first.
        joined = any(_CONJUNCTION.search(link) for link in links)
        cut = next((k for k, link in enumerate(links, 1) if ";" in link), 0 if joined else 1)
        if cut:
            return [*_groups(place, run[:cut], links[: cut - 1], since), *_groups(place, run[cut:], links[cut:], run[cut - 1].end)]
    return [Group(place, run, links, since, denied)]


def ended(text: str, at: int) -> bool:
    """Whether words end here: at a mark, a line's end or the text's."""
    return _ENDED.match(text, at) is not None


def chosen(place: Place, groups: Sequence[Group]) -> frozenset[str]:
    """What the groups choose together: the last of those that are stated most firmly; none where it is open, or contradicts the one before.

    Where nothing is stated, the only one that is spoken of.
    """
    named = {group.keys for group in groups}
    if len(named) == 1 and len(only := next(iter(named))) == 1:
        # Nothing else is named, so that it does not matter how firmly it is stated.
        return only if any(not group.denied and not group.spoken for group in groups) else frozenset()
    highest = FINALLY if place.concludes else LEADING
    at = next((at for at in reversed(range(len(groups))) if not groups[at].denied and groups[at].rank == highest), None)
    return _weighed(place, groups) if at is None else _concluded(place, groups, at)


def _concluded(place: Place, groups: Sequence[Group], at: int) -> frozenset[str]:
    """What the last of the groups of the highest rank says: that at this place."""
    last = groups[at]
    if last.open:
        return frozenset()
    for group in reversed(groups[:at]):
        if not _one_breath(place, group, last):
            break
        if not group.denied and group.rank == last.rank:
            return last.keys if group.keys == last.keys else frozenset()
    return last.keys


def _weighed(place: Place, groups: Sequence[Group]) -> frozenset[str]:
    kept = [group for group in groups if not group.denied]
    stated = [group for group in kept if group.rank > SPOKEN]
    if not stated:
        spoken = [group for group in kept if not group.spoken]
        keys = frozenset().union(*(group.keys for group in spoken)) if spoken else frozenset()
        return keys if len(keys) == 1 else frozenset()
    top = max(group.rank for group in stated)
    if top == OPENS:
        # A further bare answer in the same breath contradicts the first.
        rivals = [group for group in stated if group.rank in (OPENS, BARE)]
        first = next(k for k, group in enumerate(rivals) if group.rank == OPENS)
        firm = (
            rivals[first : first + 2]
            if len(rivals) > first + 1 and _one_breath(place, rivals[first], rivals[first + 1])
            else [rivals[first]]
        )
    else:
        firm = [group for group in stated if group.rank == top]
    last = firm[-1]
    if last.open:
        return frozenset()
    if len(firm) > 1 and firm[-2].keys != last.keys and _one_breath(place, firm[-2], last):
        return frozenset()
    return last.keys


def _one_breath(place: Place, one: Group, two: Group) -> bool:
    """No blank line and no word of revision between two statements."""
    between = place.text[one.end : two.start]
    return "\n\n" not in re.sub(r"\n[ \t]+", "\n", between) and REVISED.search(between) is None
