"""Wordings are read from Markdown: words filled in, faults named by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from medslake.errors import UsageError
from medslake.tasks import STYLES, Definition, wordings

TEXT = "\n\n".join(f"# {style}\n- One {{what}}.\n- Two of the {{what}},\n  in two lines.\n- Three {{yes, no}}." for style in STYLES)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    (tmp_path / "letters.md").write_text(TEXT)
    return tmp_path / "letters.py"


def test_words_are_filled_in_and_lines_joined(written: Path) -> None:
    found = wordings(str(written), what="letter")
    assert len(found) == 15
    assert found[:3] == (
        Definition("plain", "One letter."),
        Definition("plain", "Two of the letter, in two lines."),
        Definition("plain", "Three {yes, no}."),
    )
    assert wordings(str(written.with_name("other.py")), "letters", what="letter") == found


def test_files_of_other_languages_lie_beside_and_bear_their_code(written: Path) -> None:
    english = wordings(str(written), what="letter")
    for code, text in (("sv", "Ett brev."), ("fr", "Une lettre, {what}.")):
        written.with_name(f"letters.{code}.md").write_text("\n".join(f"# {style}\n- {text}" for style in STYLES))
    found = wordings(str(written), what="letter")
    assert found[:15] == english
    assert found[15:] == (
        *(Definition(style, "Une lettre, letter.", "French") for style in STYLES),
        *(Definition(style, "Ett brev.", "Swedish") for style in STYLES),
    )


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("letters.xx.md", "# plain\n- Text.", r"letters\.xx\.md: 'xx' is the code of no language"),
        ("letters.fr.md", "# asks\n- dire tout", r"letters\.fr\.md, line 1: 'asks' is no style"),
    ],
)
def test_a_fault_of_such_a_file_is_named(written: Path, name: str, text: str, told: str) -> None:
    written.with_name(name).write_text(text)
    with pytest.raises(UsageError, match=told):
        wordings(str(written), what="letter")


@pytest.mark.parametrize(
    ("changed", "line", "told"),
    [
        (TEXT.replace("# role", "# gentle"), 7, "'gentle' is no style"),
        (TEXT.replace("- One {what}.", "- One {where}.", 1), 2, "nothing is given for {where}"),
        (TEXT.replace("# plain\n", "plain\n"), 1, "neither a heading"),
        (TEXT.replace("# plain\n", "\n"), 2, "neither a heading"),
    ],
)
def test_a_fault_is_named_with_its_line(written: Path, changed: str, line: int, told: str) -> None:
    written.with_suffix(".md").write_text(changed)
    with pytest.raises(UsageError, match=rf"letters\.md, line {line}\b") as refused:
        wordings(str(written), what="letter")
    assert told in str(refused.value)


def test_a_missing_file_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"wordings of ward\.py are missing\. Write .*ward\.md"):
        wordings(str(tmp_path / "ward.py"))
