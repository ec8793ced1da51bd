"""A model's own chat template, rendered alike wherever prompts are made.

Two things that templates leave open are settled here. A date is a given one, never the day's: a prompt does not depend on when it was made.
A system text goes before the first user turn, after which a blank line stands, where the template has no system turn; its tokens and those
of the user's text are then made apart, so that training and inference read the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from medslake.errors import UsageError

__all__ = ["SEAM", "TEMPLATE_DATE", "ChatTemplate"]

Messages = Sequence[dict[str, str]]
#: What Llama 3's templates write where nobody tells them the day.
TEMPLATE_DATE = "2024-07-26"
#: Between a system text and the user's, in one turn.
SEAM = "\n\n"
_SYSTEM, _USER = "\ue000s\ue001", "\ue000u\ue001"
_PERCENT = "\ue000%\ue001"
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
#: Stands before a template and shadows the function that tells the time.
_CLOCK = (
    "{% macro strftime_now(form) %}{% set told = namespace(text=form) %}"
    "{% for mark, value in template_date_parts.items() %}{% set told.text = told.text.replace(mark, value) %}{% endfor %}"
    "{{ told.text }}{% endmacro %}\n"
)


@dataclass(frozen=True)
class ChatTemplate:
    """Build it with `of`. text: the template; variables: what it is rendered with besides the messages. folds: it has no system turn;
    trims: it strips contents.
    """

    tokenizer: Any
    name: str
    text: str
    variables: dict[str, Any]
    folds: bool = False
    trims: bool = False

    @classmethod
    def of(cls, tokenizer: Any, name: str, day: str = TEMPLATE_DATE) -> ChatTemplate:
        """day: YYYY-MM-DD. UsageError where there is no template, or none that can be used."""
        if not tokenizer.chat_template:
            raise UsageError(f"The tokenizer of {name} has no chat template.", hint="Add chat_template.jinja to the model folder.")
        try:
            text: str = tokenizer.get_chat_template()
        except ValueError:
            raise UsageError(
                f"The tokenizer of {name} has several chat templates and none of them is the default.",
                hint="Add chat_template.jinja to the model folder.",
            ) from None
        told = _day(day)
        variables: dict[str, Any] = {"date_string": f"{told:%d} {_MONTHS[told.month - 1][:3]} {told:%Y}"}
        if "strftime_now" in text:
            text, variables["template_date_parts"] = _CLOCK + text, dict(_directives(told))
        plain = cls(tokenizer, name, text, variables)
        folds = not plain._has_system_turn()
        bare, padded = (plain.render([{"role": "user", "content": content}]) for content in (_USER, f"  {_USER}  "))
        if _USER not in bare:
            raise UsageError(f"The chat template of {name} leaves out what the user says.", hint=_HINT)
        return cls(tokenizer, name, text, variables, folds, trims=padded == bare)

    def render(self, messages: Messages, *, generate: bool = True) -> str:
        """Text of the turns; generate: up to where the model starts to write. UsageError where the template fails at it."""
        try:
            return str(
                self.tokenizer.apply_chat_template(
                    self._turns(messages), chat_template=self.text, tokenize=False, add_generation_prompt=generate, **self.variables
                )
            )
        except Exception as error:
            # A template is a program: it may raise anything, and did not see any text of a row.
            first = (str(error).strip() or "no message").splitlines()[0]
            raise UsageError(f"The chat template of {self.name} fails: {type(error).__name__}: {first[:200]}", hint=_HINT) from error

    def _has_system_turn(self) -> bool:
        turns = [{"role": "system", "content": _SYSTEM}, {"role": "user", "content": _USER}]
        try:
            return _SYSTEM in self.render(turns)
        except UsageError:
            return False

    def _turns(self, messages: Messages) -> list[dict[str, str]]:
        """The messages, a system text before what the next user turn says where the template folds."""
        if not self.folds:
            return [dict(m) for m in messages]
        found: list[dict[str, str]] = []
        before = ""
        for message in messages:
            content = message["content"].strip() if self.trims else message["content"]
            if message["role"] == "system":
                before += content + SEAM
            else:
                found.append({**message, "content": before + content})
                before = ""
        return found


_HINT = "Mend chat_template.jinja in the model folder, or take another model."


def _day(told: str) -> date:
    try:
        return date.fromisoformat(told)
    except ValueError:
        raise UsageError(f"template_date is {told!r}; it takes a day as YYYY-MM-DD.") from None


def _directives(day: date) -> Iterator[tuple[str, str]]:
    """What `strftime` makes of each directive at the beginning of the day, in English whatever the locale; in the order of replacement."""
    month, weekday = _MONTHS[day.month - 1], _DAYS[day.weekday()]
    yield "%%", _PERCENT
    yield from {"%a": weekday[:3], "%A": weekday, "%b": month[:3], "%h": month[:3], "%B": month, "%p": "AM"}.items()
    moment = datetime(day.year, day.month, day.day)
    for letter in "CdDeFgGHIjkmMnRStTuUVwWyY":
        told = moment.strftime(f"%{letter}")
        yield f"%{letter}", told
        if told.strip().isdigit():
            yield f"%-{letter}", str(int(told))
    yield "%f", "000000"
    yield "%Z", ""
    yield "%z", ""
    yield _PERCENT, "%"
