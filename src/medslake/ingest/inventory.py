"""What lies in the folder: which files answer to a source's patterns, their digests, and whether they can be read at all.

Everything is decided on the driver by streaming each file once, before Spark starts: a file that cannot be read is refused here with one
sentence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from medslake import registry
from medslake.errors import InputRefused, UsageError
from medslake.formats import Delivered, Format, NativeFile, Unreadable, matches
from medslake.identity import GONE, identity_of
from medslake.ingest.archives import Archive
from medslake.ingest.listing import Listing, Lying, listed
from medslake.ingest.scan import file_changed, scan
from medslake.progress import Progress, quiet
from medslake.sources import Source

__all__ = ["Family", "Inventory", "take_inventory"]


@dataclass(frozen=True)
class Family:
    """A NativeFile, its format and the files that answer to it, in order of name.

    known: file -> True (digest as published), False (another digest), None (no digest is known).
    """

    native: NativeFile
    form: Format
    files: tuple[Delivered, ...]
    known: dict[str, bool | None]
    warnings: tuple[str, ...] = ()

    @property
    def digests(self) -> dict[str, str]:
        """File -> digest, those that lie beside included."""
        return {one.name: one.sha256 for each in self.files for one in (each, *each.beside)}

    def refuse_changed(self, source: str) -> None:
        """Raise InputRefused for a file that is no longer what the inventory found, told by its identity."""
        every = [one for each in self.files for one in (each, *each.beside) if one.identity]
        homes = dict.fromkeys(one.home or one.uri for one in every)
        with ThreadPoolExecutor(max_workers=4) as pool:
            now = dict(zip(homes, pool.map(identity_of, homes), strict=True))
            for one in every:
                if (identity := now[one.home or one.uri]) != one.identity:
                    raise file_changed(source, one.name, gone=identity == GONE)


@dataclass(frozen=True)
class Inventory:
    """synthetic: the folder is marked as invented."""

    source: str
    folder: str
    families: tuple[Family, ...]
    synthetic: bool = False

    @property
    def files(self) -> list[Delivered]:
        return [one for family in self.families for one in family.files]

    @property
    def warnings(self) -> list[str]:
        return [warning for family in self.families for warning in family.warnings]


def take_inventory(
    source: Source, folder: str, *, limit: int | None = None, follow_links: bool = False, progress: Progress = quiet
) -> Inventory:
    """Find and check the files of `source` below `folder` (a path or a URI).

    limit: formats with one record per file take the first `limit` files. follow_links: read files to which a link leads out of the folder,
    which are refused else. Raises UsageError for a folder that does not exist, and
    InputRefused for a required file that is missing, what `scan` refuses, and a column that is missing or there twice.
    """
    with listed(source.name, folder) as lying:
        return _taken(source, folder, lying, limit, follow_links=follow_links, progress=progress)


@dataclass(frozen=True)
class _Look:
    """What is asked of a file. Equal ones find the same."""

    file: Lying
    form: Format = field(compare=False)
    name: str
    text: bool
    header: bool
    delimiter: str
    quote: str
    unnamed_index: bool

    @classmethod
    def of(cls, native: NativeFile, form: Format, file: Lying) -> Self:
        options = {**form.options, **native.options}
        quote = options.get("quote", '"') if form.header else ""
        text = form.text and options.get("encoding", "UTF-8").upper() in ("UTF-8", "US-ASCII")
        header = form.header and options.get("header", True)
        return cls(file, form, form.name, text, header, options.get("delimiter", ","), quote, options.get("unnamed_index", False))


def _taken(source: Source, folder: str, lying: Listing, limit: int | None, *, follow_links: bool, progress: Progress) -> Inventory:
    by_name = {one.name: one for one in lying.files}
    forms = {native.table: registry.get("format", native.format) for native in source.files}
    chosen = [(native, _choose(source.name, native, lying)) for native in source.files]
    for native, (found, _) in chosen:
        if not found and native.required:
            raise _missing(source, native, folder, lying.names)
    if not any(found for _, (found, _) in chosen):
        raise _missing(source, source.files[0], folder, lying.names)
    asked: dict[str, list[_Look]] = {}
    for native, (found, _) in chosen:
        form = forms[native.table]
        kept = found[:limit] if limit is not None and form.one_record_per_file else found
        asked[native.table] = [_Look.of(native, form, one) for one in kept]
    # Tables that are made of the same files look at them once.
    jobs = list(dict.fromkeys(look for looks in asked.values() for look in looks))
    _refuse_bombs([look.file for look in jobs])

    def inspect(look: _Look) -> Delivered:
        form, one = look.form, look.file
        beside = [by_name[name] for name in _beside(form, one.name, by_name)]
        _refuse_colon(source.name, form, one)
        for each in () if follow_links else (one, *beside):
            _refuse_link_outside(source.name, folder, lying.base, each)
        main = _inspect(source.name, look)
        seen = [scan(source.name, b.name, b.uri, b.open, text=form.text, quote="", may_be_empty=True) for b in beside]
        return replace(_of_archive(main, one), beside=tuple(_of_archive(told.delivered, b) for told, b in zip(seen, beside, strict=True)))

    delivered = {}
    with ThreadPoolExecutor(max_workers=4) as pool:
        for done, (look, one) in enumerate(zip(jobs, pool.map(inspect, jobs), strict=True), start=1):
            delivered[look] = one
            progress("inventory", done, len(jobs))
    families = []
    for native, (found, warnings) in chosen:
        files = tuple(delivered[look] for look in asked[native.table])
        if found:
            families.append(_family(source, native, forms[native.table], files, warnings, synthetic=lying.synthetic))
    return Inventory(source.name, folder, tuple(families), lying.synthetic)


def _of_archive(found: Delivered, lying: Lying) -> Delivered:
    return replace(found, member=lying.packed[1], known_as=lying.known_as) if lying.packed else found


def _refuse_bombs(chosen: Sequence[Lying]) -> None:
    members: dict[Archive, list[str]] = defaultdict(list)
    for packed, member in dict.fromkeys(one.packed for one in chosen if one.packed):
        members[packed].append(member)
    for packed, names in members.items():
        packed.refuse_bomb(names)


def _refuse_colon(source: str, form: Format, one: Lying) -> None:
    """Hadoop, by which Spark's own readers open files, takes what stands before a colon for the scheme of a URI."""
    if form.read is not None and not one.packed and ":" in one.name.rpartition("/")[2]:
        raise InputRefused(source, one.name, "file_name", "Spark opens no file whose name holds a colon", hint="Rename it.")


def _refuse_link_outside(source: str, folder: str, base: str, one: Lying) -> None:
    """Who may lay a link into the folder need not have the right to what it leads to."""
    if "://" not in folder and not Path(one.path).resolve().is_relative_to(base):
        what = "a link leads out of the folder"
        raise InputRefused(source, one.name, "link_outside", what, hint="Where that is meant: --follow-links.")


def _choose(source: str, native: NativeFile, lying: Listing) -> tuple[list[Lying], list[str]]:
    found: dict[str, Lying] = {}
    for pattern in native.globs:
        if pattern.startswith("/") or ".." in pattern.split("/"):
            raise UsageError(f"The pattern {pattern!r} of table {native.table} leaves the folder.")
        hits = lying.find(lambda name, pattern=pattern: matches(name, pattern) or matches(name, f"{pattern}.gz"))  # type: ignore[misc]
        found.update({one.name: one for one in hits})
        if hits and not native.all_globs:
            break
    _refuse_in_two_archives(source, native, found.values())
    left = [name for name, one in found.items() if _has_twin(one, found, lying)]
    warnings = [f"{name} is left aside: the plain file lies beside it" for name in left]
    return sorted((one for name, one in found.items() if name not in left), key=lambda one: one.name), warnings


def _refuse_in_two_archives(source: str, native: NativeFile, found: Iterable[Lying]) -> None:
    """Two releases that lie beside each other as archives would be read as one."""
    patterns = [pattern for glob in native.globs for pattern in (glob, f"{glob}.gz")]
    seen: dict[frozenset[str], Lying] = {}
    for one in found:
        if not one.packed:
            continue
        asked = frozenset(name.removesuffix(".gz") for name in one.known_as if any(matches(name, pattern) for pattern in patterns))
        other = seen.setdefault(asked, one)
        if other.uri != one.uri:
            raise InputRefused(source, one.name, "file_in_two_zips", f"it is {other.name} as well", hint="Move one of the archives away.")


def _has_twin(one: Lying, found: Mapping[str, Lying], lying: Listing) -> bool:
    """Whether the same file lies there more plainly: unpacked from gzip or from an archive."""
    if not one.packed:
        return one.name.endswith(".gz") and one.name.removesuffix(".gz") in found
    names = {name.removesuffix(".gz") for name in one.known_as}
    if any({name, f"{name}.gz"} & lying.plain for name in names):
        return True
    return one.name.endswith(".gz") and one.name.removesuffix(".gz") in found


def _beside(form: Format, name: str, known: Mapping[str, Lying]) -> list[str]:
    stem = name.removesuffix(".gz").rpartition(".")[0] or name
    return [found for ending in form.beside for found in (f"{stem}{ending}", f"{stem}{ending}.gz") if found in known]


def _missing(source: Source, native: NativeFile, folder: str, names: Sequence[str]) -> InputRefused:
    wanted = " or ".join(native.globs)
    seen = f"{len(names)} other files lie there, such as {', '.join(names[:5])}" if names else "the folder is empty"
    detail = f"no file answers to {wanted} (or .gz) in {folder}; {seen}"
    return InputRefused(
        source.name, native.globs[0], "missing_file", detail, hint=f"Get the files from {source.urls[0]}." if source.urls else None
    )


def _inspect(source: str, look: _Look) -> Delivered:
    form, one = look.form, look.file
    lines = form.text and form.lines
    seen = scan(source, one.name, one.uri, one.open, text=look.text, lines=lines, delimiter=look.delimiter, quote=look.quote)
    columns = None
    if look.header:
        try:
            columns = seen.header(look.delimiter, look.quote, unnamed_index=look.unnamed_index)
        except Unreadable as error:
            raise InputRefused(source, one.name, "header", f"the header cannot be read; {str(error).partition(': ')[2]}") from None
    return replace(seen.delivered, columns=columns)


def _family(
    source: Source, native: NativeFile, form: Format, files: tuple[Delivered, ...], warnings: Sequence[str], *, synthetic: bool
) -> Family:
    notes, known = list(warnings), {}
    aliases, optional = native.options.get("aliases", {}), set(native.options.get("optional", ()))
    expected = native.names
    for one in files:
        # What was invented is no release.
        published = None if synthetic else source.known_sha256(*one.names)
        known[one.name] = None if published is None else published == one.sha256
        if known[one.name] is False:
            notes.append(f"{one.name} is not the known release: its sha256 differs from the published one")
        if not one.utf8:
            notes.append(f"{one.name} holds bytes that are not UTF-8: those records are set aside")
        if one.columns is None:
            continue
        names = [aliases.get(column, column) for column in one.columns]
        absent = [column for column in expected if column not in names and column not in optional]
        twice = sorted({column for column in expected if one.columns.count(column) > 1})
        if twice:
            raise InputRefused(source.name, one.name, "header_twice", f"the header names column {', '.join(twice)} more than once")
        if absent:
            # Where a file has no header its first record stands there, which nobody may see.
            detail = f"column {', '.join(absent)} is missing among the {len(one.columns)} of the header"
            raise InputRefused(source.name, one.name, "missing_column", detail, hint=f"Expected columns: {', '.join(expected)}.")
        extra = sum(column not in expected for column in names)
        if extra:
            notes.append(f"{one.name} has {extra} columns that are not kept")
    return Family(native, form, files, known, tuple(notes))
