"""The noun Source: one data set as its owner releases it, and how it becomes silver rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from medslake.domains import DOMAINS
from medslake.errors import MedslakeError
from medslake.formats import NativeFile, leaves_folder, matches
from medslake.lake.access import LEVELS
from medslake.lake.schema.ddl import TableSpec, bronze_spec, specs
from medslake.languages import NAMES
from medslake.synth import Twin

if TYPE_CHECKING:
    from pyspark.sql import DataFrame as Frame
else:
    # So that a declaration names it without Spark, which reading declarations does not need.
    Frame = Any

__all__ = [
    "ARCHIVES",
    "ASIDE",
    "FILLED",
    "Bronze",
    "Download",
    "Example",
    "FileContent",
    "Frame",
    "Join",
    "Mapped",
    "Rule",
    "Source",
    "Split",
    "unpacked_sql",
]

FileContent = bytes | str
#: Column of a rule's frame beside those of the kind: the rules that a row breaks, ARRAY<STRING>. A row that breaks one is set aside.
ASIDE = "_aside"
#: Ends of the names of files that hold others; they stay as they were delivered.
ARCHIVES = (".zip", ".tar.gz", ".tgz", ".tar")


@dataclass(frozen=True)
class Join:
    """What became of a join. name: `left, right`, the tables it brings together.

    sides: of every row of either side the `join`, its `key` and what must be the `same`, as texts, and a 1 in `here` (left) or `there`;
    so all joins of a source are counted by one aggregation. aside: rows of the left side that are set aside, with ASIDE. required: a left
    row without a right one is set aside. sought: every right row is to find a left one.
    """

    name: str
    sides: Frame
    aside: Frame
    required: bool = False
    sought: bool = False


class Bronze(Mapping[str, "Frame"]):
    """Table name (of another source's table the full name) -> its rows; tables whose optional files are absent are missing.

    The frames hold the native columns, PROVENANCE, `_origin` (where the record is, as silver's `origin` says it) and `_split` (by its file,
    where the source splits by file). joins: what `joined_on` found out while the rules read these frames, by name. left_out: reason ->
    rows that a rule passes over on purpose; they are counted.
    """

    def __init__(self, frames: Mapping[str, Frame]) -> None:
        self._frames = frames
        self.joins: dict[str, Join] = {}
        self.left_out: dict[str, Frame] = {}

    def __getitem__(self, table: str) -> Frame:
        return self._frames[table]

    def __contains__(self, table: object) -> bool:
        return table in self._frames

    def __iter__(self) -> Iterator[str]:
        return iter(self._frames)

    def __len__(self) -> int:
        return len(self._frames)


#: Makes the rows of one silver kind, or None where the files at hand make none.
Rule = Callable[[Bronze], "Frame | None"]
#: Columns of silver that the core fills whatever a rule says, and those that it fills where the rule does not.
FILLED = ("source", "access")
_DEFAULTED = ("split", "language", "domain", "origin")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")


#: Between an archive and its member in the name of a file.
_IN_ARCHIVE = "(?i)[.](zip|tar|tar[.]gz|tgz)/"


def unpacked_sql(file: str) -> str:
    """The name of a file as its rules see it: an archive is the folder that it would be unpacked to."""
    return f"regexp_replace({file}, '{_IN_ARCHIVE}', '/')"


@dataclass(frozen=True)
class Split:
    """How `split` comes about. template: SQL over the silver columns, null where it does not say; `{file}` stands for the row's file.

    text: the same as a sentence. words: split -> regular expressions, of which a file's name answers to one, where it goes by file.
    """

    template: str
    text: str
    words: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def is_by_file(self) -> bool:
        return "{file}" in self.template

    def sql(self, file: str = "origin.file") -> str:
        return self.template.replace("{file}", unpacked_sql(file))

    def of_file(self, name: str) -> str | None:
        """What `sql` says of a file, without Spark."""
        name = re.sub(_IN_ARCHIVE, "/", name)
        for place in (name.rpartition("/")[2], name):
            for split, words in self.words:
                if re.search(f"(?i){'|'.join(words)}", place):
                    return split
        return None


@dataclass(frozen=True)
class Mapped:
    """A rule that is SQL: rows of one bronze table, or of a frame that a function makes, where `where` holds.

    aside: `rule: message` -> SQL that is true for rows that break it; they are set aside.
    """

    of: str | Rule
    columns: Mapping[str, str]
    where: str = "true"
    aside: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, bronze: Bronze) -> Frame | None:
        from pyspark.sql import functions as F

        frame = bronze.get(self.of) if isinstance(self.of, str) else self.of(bronze)
        if frame is None:
            return None
        kept: dict[str, str] = {name: name for name in ("origin", "joined") if name in frame.columns}
        columns = {"origin": "_origin"} | kept | dict(self.columns)
        if self.where != "true":
            bronze.left_out[f"{self.of if isinstance(self.of, str) else 'rows'} of another kind"] = frame.where(
                f"not coalesce({self.where}, false)"
            )
        rows = frame.where(self.where)
        if self.aside:
            # Generated, not projected: Spark would move what keeps the others below the columns that a function made, and make those anew
            # for each place where a rule names one.
            rows, columns[ASIDE] = rows.select("*", F.expr(f"inline(array(named_struct('{ASIDE}', {broken(self.aside)})))")), ASIDE
        return rows.select(*[F.expr(sql).alias(name) for name, sql in columns.items()])


@dataclass(frozen=True)
class Example:
    """The smallest synthetic native files of a source (written by us) and the silver rows expected from them.

    files: path below the source folder -> content. Binary formats (xlsx) are built by a function, hence a callable is allowed.
    rows: silver kind -> expected rows; only the columns given are compared, in `record_id` order.
    """

    files: Mapping[str, FileContent] | Callable[[], Mapping[str, FileContent]]
    rows: Mapping[str, list[dict[str, Any]]]

    def materialised(self) -> Mapping[str, FileContent]:
        return self.files() if callable(self.files) else self.files


@dataclass(frozen=True)
class Download:
    """One file that the publisher hands out under an address of its own.

    path: where it lies below the source's folder, by default under the last name of the URL; what a server calls it does not count.
    sha256: its digest, where the publisher or a trusted copy states it; one that the source's `files` name counts as well. size: bytes.
    sums: URL of a list of digests as `sha256sum` writes it, that the publisher keeps beside the file; it names files by their URL from
    its own folder on. login: the environment variables that hold user and password, or a token; they are sent to the URL's own host alone.
    """

    url: str
    sha256: str | None = None
    path: str = ""
    size: int | None = None
    sums: str = ""
    login: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its path below the source's folder."""
        return self.path or urlsplit(self.url).path.rpartition("/")[2]

    def faults(self) -> Iterable[str]:
        """What is wrong with the declaration in itself."""
        for url in filter(None, (self.url, self.sums)):
            if not is_web_address(url):
                yield f"The download {url!r} is no http(s) address without user and password."
            elif self.login and not is_private(url):
                yield f"The download {url!r} is to be sent a login, and is no https address."
        if not self.name or leaves_folder(self.name) or "\\" in self.name:
            yield f"The download {self.url!r} has no path below the folder."
        if self.sha256 is not None and not _SHA256.fullmatch(self.sha256):
            yield f"The sha256 of the download {self.url!r} is not of 64 small hexadecimal digits."
        if len(self.login) > 2:
            yield f"The download {self.url!r} names {len(self.login)} variables for a login; it takes two (user, password) or one (token)."


@dataclass(frozen=True)
class Source:
    """A source data set.

    access, domain, language: of every row; a rule may make the last two.
    files: the native files; those that are not required may be absent.
    silver: kind -> the rule that makes its rows, or a tuple of rules (their union).
    split: train, validation or test of a row whose rule does not say; of a tuple the first that says.
    twin: how its native files are imitated, at any scale; written by us, no real text. Without one the example stands in.
    needs: bronze tables of other sources (full names) that rules may join, handed over where they exist.
    page: where the publisher describes it. downloads: files that `medslake fetch` may get, of the release that is declared; those that it
    may not are told with the page. agreement: what has to be signed. release: the release that the declaration was written for.
    quarantine_ceiling: share of a table's rows, from 100 on, beyond which rows set aside are an error.
    version: raised when a rule changes in a way that its code does not show.
    """

    name: str
    title: str
    citation: str
    licence: str
    access: str
    domain: str
    files: tuple[NativeFile, ...]
    silver: Mapping[str, Rule | tuple[Rule, ...]]
    example: Example
    split: Split | tuple[Split, ...] | None = None
    language: str = "en"
    needs: tuple[str, ...] = ()
    twin: Twin | None = None
    page: str | tuple[str, ...] = ()
    downloads: tuple[Download, ...] = ()
    agreement: str = ""
    release: str = ""
    quarantine_ceiling: float = 0.05
    version: int = 1

    def rules(self, kind: str) -> tuple[Rule, ...]:
        """The rules of a silver kind."""
        rules = self.silver[kind]
        return rules if isinstance(rules, tuple) else (rules,)

    @property
    def splits(self) -> tuple[Split, ...]:
        return self.split if isinstance(self.split, tuple) else (self.split,) if self.split else ()

    @property
    def urls(self) -> tuple[str, ...]:
        """Where the publisher has it: the pages, or where none is declared the files."""
        pages = (self.page,) if isinstance(self.page, str) else self.page
        return pages or tuple(one.url for one in self.downloads)

    def known_sha256(self, *paths: str) -> str | None:
        """The digest that is declared for a file below the folder, which may be known by several paths.

        A download is known by its own path, and where no download has that, by what its address ends with: so that a folder may be the
        publisher's own.
        """
        declared = {path: digest for native in self.files for path, digest in native.sha256.items()}
        declared |= {one.name: one.sha256 for one in self.downloads if one.sha256}
        if any(path in declared for path in paths):
            return next(declared[path] for path in paths if path in declared)
        others = {path for path in paths if path not in {one.name for one in self.downloads}}
        found = [one.sha256 for one in self.downloads if any(one.url.endswith(f"/{path}") for path in others)]
        return found[0] if len(found) == 1 else None

    @property
    def needed(self) -> tuple[str, ...]:
        """Names of the sources whose tables its rules may join."""
        return tuple(dict.fromkeys(need.removeprefix("bronze.").partition("__")[0] for need in self.needs))

    @property
    def split_rule(self) -> str:
        """One sentence that says how `split` comes about."""
        return " Else: ".join(split.text for split in self.splits) or "As the rules of its kinds say."

    def faults(self) -> Iterable[str]:
        """What is wrong with the declaration in itself; formats are looked up by who knows them."""
        yield from self._faults_of_words()
        yield from self._faults_of_files()
        yield from self._faults_of_downloads()
        yield from self._faults_of_silver()
        if set(self.example.rows) != set(self.silver):
            yield f"The example expects rows of {_listed(self.example.rows)}; the source makes {_listed(self.silver)}."
        yield from (f"The example expects no row of {kind}." for kind, rows in self.example.rows.items() if not rows)

    def _faults_of_words(self) -> Iterator[str]:
        if not _NAME.fullmatch(self.name) or "__" in self.name:
            yield f"The name {self.name!r} is not of small letters, digits and single underscores."
        for what, value, known in (
            ("Access class", self.access, LEVELS),
            ("Domain", self.domain, DOMAINS),
            ("Language", self.language, tuple(NAMES)),
        ):
            if value not in known:
                yield f"{what} {value!r} is not known; known are {', '.join(known)}."
        yield from (f"{what} is empty." for what in ("title", "citation", "licence") if not getattr(self, what).strip())
        if not 0 <= self.quarantine_ceiling <= 1:
            yield f"quarantine_ceiling is {self.quarantine_ceiling}, but must be a share between 0 and 1."
        yield from (f"needs names {need!r}, which is no bronze.<source>__<table>." for need in self.needs if not _is_bronze(need))

    def _faults_of_files(self) -> Iterator[str]:
        if not self.files:
            yield "It has no files."
        tables = [native.table for native in self.files]
        yield from (f"Two of its files make the table {name}." for name in sorted({t for t in tables if tables.count(t) > 1}))
        for native in self.files:
            try:
                bronze_spec(self.name, native.table, native.schema, native.key)
            except MedslakeError as error:
                yield error.message
            yield from (f"The pattern {glob!r} of table {native.table} leaves the folder." for glob in native.globs if leaves_folder(glob))
        if not callable(self.example.files):
            # What a function makes is looked at where it is written.
            yield from (f"The example's file {name!r} leaves the folder." for name in self.example.files if leaves_folder(name))

    def _faults_of_downloads(self) -> Iterator[str]:
        names = [one.name for one in self.downloads]
        yield from (f"Two downloads go to {name}." for name in sorted({n for n in names if names.count(n) > 1}))
        globs = [glob for native in self.files for glob in native.globs]
        read = {name for name in names if any(matches(name.removesuffix(".gz"), glob) for glob in globs)}
        # A file of the same stem lies beside one that is read.
        stems = {name.rpartition(".")[0] for name in read}
        for one in self.downloads:
            yield from one.faults()
            if not one.name.endswith(ARCHIVES) and one.name not in read and one.name.rpartition(".")[0] not in stems:
                yield f"The download {one.name} answers to no pattern of the files."

    def _faults_of_silver(self) -> Iterator[str]:
        known = {name.removeprefix("silver."): spec for name, spec in specs().items() if name.startswith("silver.")}
        if not self.silver:
            yield "silver names no kind."
        for kind in self.silver:
            if kind not in known or kind.startswith("_"):
                yield f"No silver kind is named {kind!r}; known are {_listed(name for name in known if not name.startswith('_'))}."
                continue
            for rule in self.rules(kind):
                if isinstance(rule, Mapped):
                    yield from self._faults_of_rule(rule, kind, known[kind])

    def _faults_of_rule(self, rule: Mapped, kind: str, spec: TableSpec) -> Iterator[str]:
        tables = [native.table for native in self.files]
        if isinstance(rule.of, str) and rule.of not in (*tables, *self.needs):
            yield f"The rule of {kind} reads table {rule.of!r}; the files make {_listed(tables)}."
        odd = [name for name in rule.columns if name not in spec.names or name in FILLED]
        if odd:
            yield f"The rule of {kind} makes {_listed(odd)}, which silver.{kind} does not have or the core fills."
        absent = [c.name for c in spec.columns if not c.nullable and c.name not in (*rule.columns, *FILLED, *_DEFAULTED)]
        if absent:
            yield f"The rule of {kind} leaves out {_listed(absent)}, which silver.{kind} requires."
        if not self.splits and "split" not in rule.columns:
            yield f"Neither the source nor the rule of {kind} says the split."


def is_web_address(url: str) -> bool:
    """Whether it is http(s) with a host, and holds no user and password."""
    parts = urlsplit(url)
    return parts.scheme in ("https", "http") and bool(parts.hostname) and "@" not in parts.netloc


def is_private(url: str) -> bool:
    """Whether nobody reads along: https, or a server on this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or parts.hostname in ("127.0.0.1", "::1", "localhost")


def quoted(text: str) -> str:
    """A text as a literal of Spark SQL."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def broken(rules: Mapping[str, str]) -> str:
    """SQL for ASIDE: the rules (`rule: message` -> SQL) that are true for a row."""
    told = ", ".join(f"IF({condition}, {quoted(rule)}, NULL)" for rule, condition in rules.items())
    return f"filter(array({told}), rule -> rule IS NOT NULL)"


def _is_bronze(name: str) -> bool:
    source, _, table = name.removeprefix("bronze.").partition("__")
    return name.startswith("bronze.") and bool(source and table)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "nothing"
