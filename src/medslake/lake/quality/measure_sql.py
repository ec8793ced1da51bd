"""Measures as SQL of DuckDB: each is one query that gives slice, rows that the measure says something about, and rows that break it.

No row comes to Python, and what is held is small beside the rows: keys of a join, signs of texts, counts. Near copies are told by MinHash:
of the hashes of all runs of four words (of signs, where a language writes no blanks) in the first 2,000 signs the 64 smallest are kept; a
text is compared with the first of those that share its smallest hash and with the first of those that share its largest, and is a near
copy where of the 64 smallest hashes of both together 0.8 are in both. Of two texts that share nine of ten runs one in a hundred is missed.
Texts of under four words must be equal, but for case and marks. Languages are told of a sample, by hash of the key.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from medslake.lake.quality.measures import column_of, pairs_of
from medslake.lake.quality.predicates import DUCKDB
from medslake.lake.quality.tongues import LATIN, SCRIPTS, WORDS, script_of
from medslake.lake.schema.ddl import TableSpec
from medslake.lake.schema.types import Type
from medslake.languages import CODES

__all__ = ["ALIKE", "SAMPLE", "join_coverage", "label_set", "language", "near_duplicates", "sliced_by", "steps"]

#: Texts of a source of which the language is told.
SAMPLE = 2000
#: Share of the runs of words that near copies have in common.
ALIKE = 0.8
_SIGNS, _TOLD = 2000, 500
_RUN = 4
_KEPT = 64
#: Letters from which on the script of a text says something, and words of another language from which on they do.
_LETTERS, _WORDS = 20, 4
#: Scripts whose words are not parted by blanks.
_UNPARTED = f"[{SCRIPTS['Han']}{SCRIPTS['Kana']}]"


def sliced_by(spec: TableSpec) -> str | None:
    """The column by which a table is measured apart."""
    return "source" if "source" in spec.names else None


def _slice(spec: TableSpec) -> str:
    column = sliced_by(spec)
    return DUCKDB.column(column) if column else "''"


def _text(spec: TableSpec, path: str) -> str:
    """A text, texts of a list and members of structs in a list with a blank between."""
    return f"array_to_string({_values(spec, path)}, ' ')" if _is_list(spec, path) else _value(path)


def _values(spec: TableSpec, path: str) -> str:
    """A list of values: of a list its own ones, else one."""
    if not _is_list(spec, path):
        return f"[{_value(path)}]"
    name, _, member = path.partition(".")
    column = DUCKDB.column(name)
    return f"list_transform({column}, lambda x: x.{DUCKDB.column(member)})" if member else column


def _value(path: str) -> str:
    return ".".join(map(DUCKDB.column, path.split(".", 1)))


def _is_list(spec: TableSpec, path: str) -> bool:
    kind = spec.column(path.partition(".")[0]).json_type
    return isinstance(kind, dict) and kind["type"] == "array"


def _is_map(kind: Type) -> bool:
    return isinstance(kind, dict) and kind["type"] == "map"


def _key(spec: TableSpec) -> str:
    """A number that tells rows apart and says which of them comes first."""
    columns = [DUCKDB.column(c) for c in spec.key] or ["cast(rows as varchar)"]
    return f"hash({', '.join(columns)})"


def join_coverage(spec: TableSpec, kwargs: Mapping[str, Any], table: str, other: str) -> str:
    """table, other: as DuckDB finds them."""
    pairs = pairs_of(kwargs)
    lists = [here for here, _ in pairs if "." in here or isinstance(column_of(spec, here), dict)]
    given = ", ".join(
        f"{f'unnest({_values(spec, here)})' if here in lists else DUCKDB.column(here)} as k{n}" for n, (here, _) in enumerate(pairs)
    )
    keys = [f"k{n}" for n in range(len(pairs))]
    there = ", ".join(f"{DUCKDB.column(column)} as k{n}" for n, (_, column) in enumerate(pairs))
    where = f" where {kwargs['where']}" if "where" in kwargs else ""
    return f"""
        with here as (select {_slice(spec)} as slice, {given} from {table} as rows{where}),
        there as (select distinct {there}, true as found from {other} as others)
        select here.slice, count(*) as n, count_if(there.found is null) as broken
        from here left join there using ({", ".join(keys)})
        where {" and ".join(f"{key} is not null" for key in keys)} group by 1"""


def language(spec: TableSpec, kwargs: Mapping[str, Any], table: str, every: Mapping[str, int]) -> str:
    """every: slice -> of so many rows one is looked at; its key decides which."""
    path, told = kwargs["column"], DUCKDB.column(kwargs["language"])
    whens = " ".join(f"when {DUCKDB.literal(name)} then {step}" for name, step in every.items() if step > 1)
    step = f"case {_slice(spec)} {whens} else 1 end" if whens else "1"
    texts, chosen = "", f"{_key(spec)} % ({step}) = 0"
    if _is_map(column_of(spec, path)):
        texts = f"select slice, id, one.key as told, one.value as text from (select {_slice(spec)} as slice, {_key(spec)} as id,"
        texts += f" unnest(map_entries({DUCKDB.column(path)})) as one from {table} as rows where {chosen})"
    else:
        texts = f"select {_slice(spec)} as slice, {_key(spec)} as id, {told} as told, {_text(spec, path)} as text"
        texts += f" from {table} as rows where {chosen}"
    counts = ", ".join(f"length(regexp_replace(text, '[^{signs}]', '', 'g')) as {script}" for script, signs in SCRIPTS.items())
    scripts = {**{c: script_of(c) for c in CODES.values()}, **{name: script_of(c) for name, c in CODES.items()}}
    words = ", ".join(f"('{code}', '{word}')" for code, found in WORDS.items() for word in found)
    return f"""
        with texts as materialized (select row_number() over () as nth, slice, told, substr(text, 1, {_TOLD}) as text from ({texts})),
        known as (select nth, slice, {_chosen("told", CODES, "told")} as told, text, {counts} from texts where text is not null),
        letters as (select nth, slice, told, text, {_chosen("told", scripts, f"'{LATIN}'")} as script, Han + Kana as CJK, * exclude
            (nth, slice, told, text) from known),
        by_script as (select nth, slice, told, text, script, case
            when Latin + Cyrillic + Greek + CJK < {_LETTERS} then null
            when CJK > greatest(Latin, Cyrillic, Greek) then
                script in ('Han', 'Kana') and (told <> 'zh' or Kana * 20 < CJK) and (told <> 'ja' or Kana > 0)
            when script in ('Han', 'Kana') then false
            else case script when 'Cyrillic' then Cyrillic when 'Greek' then Greek else Latin end
                = greatest(Latin, Cyrillic, Greek) end as fits from letters),
        words as (select nth, told, unnest(regexp_extract_all(lower(text), '[\\p{{L}}]+')) as word from by_script where fits
            and script not in ('Han', 'Kana', 'Greek')),
        common(language, word) as (values {words}),
        counted as (select nth, language, any_value(told) as told, count(*) as n from words join common using (word) group by 1, 2),
        by_words as (select nth, coalesce(max(n) filter (where language = told), 0) as own, coalesce(max(n) filter
            (where language <> told), 0) as other from counted group by 1)
        select slice, count(*) as n, count_if(not fits or coalesce(other >= {_WORDS} and other > 2 * own, false)) as broken
        from by_script left join by_words using (nth) where fits is not null group by 1"""


def _chosen(column: str, choices: Mapping[str, str], otherwise: str) -> str:
    whens = " ".join(f"when {DUCKDB.literal(name)} then {DUCKDB.literal(choice)}" for name, choice in choices.items())
    return f"case {column} {whens} else {otherwise} end"


def label_set(spec: TableSpec, kwargs: Mapping[str, Any], table: str) -> str:
    """Two spellings of a label differ in case, blanks and marks alone; the rarer one is the odd one, then the later in the alphabet."""
    labels, family, split = _values(spec, kwargs["column"]), DUCKDB.column(kwargs["label_set"]), DUCKDB.column(kwargs["split"])
    folded = r"regexp_replace(lower(label), '[^\p{L}\p{N}]+', '', 'g')"
    return f"""
        with rows as materialized (select row_number() over () as nth, {_slice(spec)} as slice, {family} as family, {split} as split,
            {labels} as labels from {table} as rows),
        labels as (select nth, slice, family, split, unnest(labels) as label from rows),
        known as (select slice, family, label, count(*) as n, count_if(split = 'train') as trained from labels group by 1, 2, 3),
        judged as (select slice, family, label, row_number() over (partition by slice, family, coalesce(nullif({folded}, ''), label)
            order by n desc, label) > 1 or (trained = 0 and sum(trained) over (partition by slice, family) > 0) as odd from known),
        broken as (select distinct nth from labels join judged using (slice, family, label) where odd)
        select slice, count(*) as n, count(broken.nth) as broken from rows left join broken using (nth) where len(labels) > 0 group by 1"""


def near_duplicates(spec: TableSpec, kwargs: Mapping[str, Any], table: str) -> str:
    path = kwargs["column"]
    text = f"array_to_string(map_values({DUCKDB.column(path)}), ' ')" if _is_map(column_of(spec, path)) else _text(spec, path)
    parted = f"regexp_replace(lower(substr({text}, 1, {_SIGNS})), '({_UNPARTED})', ' \\1 ', 'g')"
    words = rf"string_split(trim(regexp_replace({parted}, '[^\p{{L}}\p{{N}}]+', ' ', 'g')), ' ')"
    # Not by places in the list: a lambda takes whatever it names along, for each value of its list.
    shifted = ", ".join(["words", *(f"words[{n}:]" for n in range(2, _RUN + 1))])
    runs = f"list_transform(list_zip({shifted}), lambda run: hash(run))"
    signs = "select slice, id, {0} as hash, '{0}' as which from signs"
    ends = " union all ".join(map(signs.format, ("lowest", "highest")))
    return f"""
        with words as (select {_slice(spec)} as slice, {_key(spec)} as id, {words} as words from {table} as rows),
        hashed as (select slice, id, list_sort({runs}) as hashes from words where words <> ['']),
        signs as materialized (select slice, id, hashes[1] as lowest, hashes[-1] as highest,
            list_sort(list_distinct(hashes[1:{2 * _KEPT}]))[1:{_KEPT}] as kept from hashed),
        ends as ({ends}),
        firsts as (select slice, which, hash, min(id) as first from ends group by 1, 2, 3 having count(*) > 1),
        pairs as (select distinct slice, id, first from ends join firsts using (slice, which, hash) where id <> first),
        sides as (select pairs.*, unnest(kept) as hash from pairs join signs using (slice, id)
            union all select pairs.*, unnest(kept) from pairs join signs on signs.slice = pairs.slice and signs.id = pairs.first),
        held as (select slice, id, first, count(*) = 2 as shared, row_number() over (partition by slice, id, first order by hash) as nth
            from sides group by slice, id, first, hash),
        likeness as (select slice, id, avg(shared::int) as share from held where nth <= {_KEPT} group by slice, id, first),
        copies as (select distinct slice, id from likeness where share >= {ALIKE})
        select slice, count(*) as n, count(copies.id) as broken from signs left join copies using (slice, id) group by 1"""


def steps(rows: Mapping[str, int], sample: int = SAMPLE) -> dict[str, int]:
    """Slice -> of so many rows one, so that about `sample` are looked at."""
    return {name: max(1, count // sample) for name, count in rows.items()}
