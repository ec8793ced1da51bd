"""BioLORD, shared out among the three tasks that read it."""

from typing import NamedTuple

from medslake.tasks.parts.inside import holds

__all__ = ["BIOLORD"]


class _Shared(NamedTuple):
    """requires, unnamed: conditions of every task, and of those that ask for the name. notes: on how the rows are shared out."""

    requires: dict[str, str]
    unnamed: dict[str, str]
    notes: str

    def third(self, number: int) -> str:
        """The rows of one of three tasks, by a seeded hash of the name: no two of them ask about the same concept."""
        return f"pmod(xxhash64(subject_id, 2025), 3) = {number}"


BIOLORD = _Shared(
    requires={"no name or no definition": "trim(name) <> '' and trim(definition) <> ''"},
    unnamed={"the definition holds the name": f"not {holds('definition', 'name')}"},
    notes="MedS-Ins drew 10,000 rows for each of tasks 48, 49 and 50; here each takes another third of the rows that are at hand.",
)
