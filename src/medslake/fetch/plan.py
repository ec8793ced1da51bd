"""Which files of which sources are fetched, which are there, and what a person has to do for the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from medslake import registry
from medslake.errors import AccessDenied, Failures, InputRefused, UsageError
from medslake.fetch.part import Part
from medslake.fetch.transfer import sha256_of
from medslake.fetch.wanted import Wanted
from medslake.formats import matches
from medslake.lake.access import rank
from medslake.sources import ARCHIVES, Download, Source

__all__ = ["ALL", "Plan", "Planned", "agreement_of", "planned"]

ALL = "all"


@dataclass(frozen=True)
class Planned:
    """A declared file. begun: bytes of it that came before. there: it lies at `path`, with its digest where one is declared."""

    source: Source
    wanted: Wanted
    path: Path
    begun: int
    there: bool

    def told(self, state: str = "", sha256: str | None = None, *, checked: bool = False) -> dict[str, Any]:
        """As a result says it. state: by default what it is before anything is fetched."""
        bytes_ = self.path.stat().st_size if self.path.exists() else self.wanted.one.size
        first = "there" if self.there else "begun" if self.begun else "missing"
        told = {"source": self.source.name, "file": self.wanted.one.name, "path": str(self.path), "url": self.wanted.one.url}
        return told | {
            "bytes": bytes_,
            "state": state or first,
            "sha256": self.wanted.sha256 if self.there else sha256,
            "checked": checked or (self.there and self.wanted.sha256 is not None),
        }


@dataclass(frozen=True)
class Plan:
    """files: of all sources that may be fetched, in order. by_hand: source -> what a person has to do."""

    files: list[Planned] = field(default_factory=list)
    by_hand: dict[str, str] = field(default_factory=dict)
    failed: Failures = field(default_factory=lambda: Failures(raises=True))

    @property
    def missing(self) -> dict[str, Source]:
        """Sources of which a file is not there."""
        return {one.source.name: one.source for one in self.files if not one.there}


def planned(names: Sequence[str], out: Path, *, signed: bool) -> Plan:
    """What there is to do. A source that is named and cannot be fetched fails; among all it is left to a person.

    Raises UnknownName, UsageError, AccessDenied, InputRefused (a file is there with another digest).
    """
    everything = list(names) == [ALL]
    sources = _chosen(names, everything=everything, signed=signed)
    plan = Plan(failed=Failures(raises=not everything and len(sources) == 1))
    for source in sources:
        folder = out / source.name
        with plan.failed.of(source.name):
            hand = _by_hand(source, folder)
            if everything and source.downloads and agreement_of(source):
                asks = f"it asks for: {agreement_of(source)}, see {_pages(source)}"
                hand = f"{asks}; then: medslake fetch {source.name} --i-have-signed --out {out}"
            elif source.downloads:
                _refuse_unsigned(source, signed=signed)
                plan.files.extend([_looked_at(source, folder, one) for one in source.downloads])
            elif not everything:
                raise UsageError(f"source {source.name}: its files have no addresses of their own.", hint=f"By hand: {hand}.")
            if hand:
                plan.by_hand[source.name] = hand
    return plan


def agreement_of(source: Source) -> str:
    """What a person signs before the files are handed out, "" where nothing has to be."""
    return source.agreement or ("the agreement that its page names" if rank(source.access) >= rank("dua") else "")


def _chosen(names: Sequence[str], *, everything: bool, signed: bool) -> list[Source]:
    if everything and signed:
        raise UsageError("Which agreements have been signed? all names none.", hint="Name the sources beside --i-have-signed.")
    if everything:
        return list(registry.sound("source").values())
    if not names or ALL in names:
        raise UsageError("Name the sources to fetch, or all alone.", hint="Names: medslake list sources")
    return [registry.get("source", name) for name in dict.fromkeys(names)]


def _refuse_unsigned(source: Source, *, signed: bool) -> None:
    if agreement_of(source) and not signed:
        raise AccessDenied(
            f"source {source.name}: its files are handed out to those who signed: {agreement_of(source)}.",
            hint=f"See {_pages(source)}; then say so with --i-have-signed, which --lake LAKE keeps in ops.runs.",
        )


def _looked_at(source: Source, folder: Path, one: Download) -> Planned:
    """A declared file as it lies there. One with another digest than the declared is refused: whose it is nobody here can say."""
    path, known = folder / one.name, source.known_sha256(one.name)
    wanted = Wanted(source.name, next(iter(source.urls)), one, known)
    if not path.exists():
        return Planned(source, wanted, path, Part(path, one.url).size, there=False)
    if known is not None and (digest := sha256_of(path)) != known:
        detail = f"it is there with the sha256 {digest}, and {known} is declared"
        raise InputRefused(source.name, one.name, "sha256", detail, hint=f"Move {path} away, or fetch into another folder.")
    return Planned(source, wanted, path, 0, there=True)


def _by_hand(source: Source, folder: Path) -> str:
    """What a person has to fetch, "" where nothing. Of an archive nobody knows here what it holds, so it counts as everything."""
    served = [one.name.removesuffix(".gz") for one in source.downloads]
    left = [native for native in source.files if not any(matches(name, glob) for name in served for glob in native.globs)]
    if not left or any(one.name.endswith(ARCHIVES) for one in source.downloads):
        return ""
    tables = "; ".join(f"{one.table}{'' if one.required else ' (optional)'}: {_few(one.globs)}" for one in left)
    agreement = f" (it asks for: {agreement_of(source)})" if agreement_of(source) else ""
    return f"get from {_pages(source)}{agreement}, and put into {folder}: {tables}"


def _few(globs: Sequence[str]) -> str:
    return ", ".join(globs[:3]) + (" ..." if len(globs) > 3 else "")


def _pages(source: Source) -> str:
    return " or ".join(source.urls[:2]) or "its publisher"
