"""Templates as models bring them: with dates, without a system turn, broken; prompts are alike in training and inference."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import transformers.utils.chat_template_utils as chat_template_utils

from medslake.engines.parts.chat_prompts import ChatPrompts
from medslake.engines.parts.chat_template import TEMPLATE_DATE, ChatTemplate
from medslake.errors import UsageError
from medslake.recipes.tiny import RECIPE
from medslake.train.packs.chat import chat_format

OPEN = "{% for m in messages %}<|start_header_id|>{{ m['role'] }}<|end_header_id|>\n\n{{ m['content'] | trim }}<|eot_id|>{% endfor %}"
GENERATE = "{% if add_generation_prompt %}<|start_header_id|>assistant<|end_header_id|>\n\n{% endif %}"
NOW = "{%- set day = strftime_now('%d %b %Y') if strftime_now is defined else 'none' -%}\n"
TOLD = "<|begin_of_text|>{% if not date_string is defined %}{% set date_string = 'none' %}{% endif %}{{ date_string }}"
REFUSING = "{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}<|begin_of_text|>"
IGNORING = "<|begin_of_text|>" + OPEN.replace("{% for", "{% for").replace("in messages %}", "in messages if m['role'] != 'system' %}")
KEEPS = REFUSING + OPEN.replace(" | trim", "") + GENERATE
#: Templates by what is odd about them.
TEMPLATES = {
    "now": NOW + "<|begin_of_text|>{{ day }}" + OPEN + GENERATE,
    "told": TOLD + OPEN + GENERATE,
    "refusing": REFUSING + OPEN + GENERATE,
    "ignoring": IGNORING + GENERATE,
    "keeps": KEEPS,
}
TURNS = [("system", " Be brief.\n"), ("user", "\n\nWhat is the path? ")]
SHOTS = [("user", " And the other\n"), ("assistant", " the hip "), ("user", "the third")]


@pytest.fixture
def tokenizer(tiny: Any) -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(tiny)


def with_template(tokenizer: Any, template: Any) -> Any:
    tokenizer.chat_template = template
    return tokenizer


def messages(turns: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"role": role, "content": content} for role, content in turns]


@pytest.mark.case("23_template_without_system_role")
@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("shots", [0, 1], ids=["zero-shot", "few-shot"])
def test_training_and_inference_read_the_same(tokenizer: Any, name: str, shots: int) -> None:
    with_template(tokenizer, TEMPLATES[name])
    chat, prompts = chat_format(tokenizer), ChatPrompts.of(tokenizer, "tiny")
    turns = [TURNS[0], *(SHOTS[:2] * shots), TURNS[1]]
    shown = [(SHOTS[0][1], SHOTS[1][1])] * shots
    ids = prompts.encode(messages(turns))
    assert ids == chat.prompt(TURNS[0][1], TURNS[1][1], shown)
    text = tokenizer.decode(ids)
    assert text.index("Be brief.") < text.index("What is the path?") and text.count("Be brief.") == 1


@pytest.mark.case("23_template_without_system_role")
def test_a_system_text_goes_before_the_first_user_turn(tokenizer: Any) -> None:
    prompts = ChatPrompts.of(with_template(tokenizer, TEMPLATES["refusing"]), "tiny")
    assert prompts.template.folds
    assert tokenizer.decode(prompts.encode(messages([*TURNS, SHOTS[1], SHOTS[2]]))) == (
        "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nBe brief.\n\nWhat is the path?<|eot_id|>"
        "<|start_header_id|>assistant<|end_header_id|>\n\nthe hip<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nthe third<|eot_id|>"
        "<|start_header_id|>assistant<|end_header_id|>\n\n"
    )
    with_system = chat_format(with_template(tokenizer, TEMPLATES["told"]))
    assert with_system.hash != chat_format(with_template(tokenizer, TEMPLATES["refusing"])).hash


@pytest.mark.case("22_date_in_chat_template")
@pytest.mark.parametrize("name", ["now", "told"])
def test_the_day_is_the_one_that_is_given(tokenizer: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with_template(tokenizer, TEMPLATES[name])

    def made(*day: str) -> tuple[list[int], str]:
        return ChatPrompts.of(tokenizer, "tiny", *day).encode(messages(TURNS)), chat_format(tokenizer, *day).hash

    today = made()
    assert "26 Jul 2024" in tokenizer.decode(today[0])

    class Tomorrow(datetime.datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime.datetime:
            return datetime.datetime(2031, 5, 6)

    monkeypatch.setattr(chat_template_utils, "datetime", Tomorrow)
    assert made() == today
    other = made("2025-01-03")
    assert "03 Jan 2025" in tokenizer.decode(other[0]) and other[1] != today[1]


def test_a_day_that_no_template_writes_changes_nothing(tokenizer: Any) -> None:
    assert chat_format(tokenizer, "2025-01-03").hash == chat_format(tokenizer).hash
    assert RECIPE.template_date == TEMPLATE_DATE


def test_dates_are_written_as_strftime_does(tokenizer: Any) -> None:
    forms = "%A %a %B %b %d %-d %e %m %-m %y %Y %j %H:%M:%S %I %p %F %T %D %U %%d %q"
    with_template(tokenizer, "{{ strftime_now('" + forms + "') }}{% for m in messages %}{{ m['content'] }}{% endfor %}")
    told = ChatTemplate.of(tokenizer, "tiny", "2025-01-03").render([{"role": "user", "content": ""}])
    assert told == "Friday Fri January Jan 03 3  3 01 1 25 2025 003 00:00:00 12 AM 2025-01-03 00:00:00 01/03/25 00 %d %q"


def test_the_first_line_of_a_template_stays_what_it_is(tokenizer: Any) -> None:
    for first in ("\n", "  {% if true %}x{% endif %}\n", "{#- note #}  \n"):
        template = first + "{{ strftime_now('') }}" + OPEN + GENERATE
        with_template(tokenizer, template)
        expected = tokenizer.apply_chat_template(messages(TURNS), tokenize=False, add_generation_prompt=True)
        assert ChatTemplate.of(tokenizer, "tiny").render(messages(TURNS)) == expected


@pytest.mark.case("23_template_without_system_role")
@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{% for m in messages %}{{ m['content'] ", "TemplateSyntaxError"),
        ("{{ nothing.at.all }}", "UndefinedError"),
        ("{% for m in messages %}{{ m['content'][0]['text'] }}{% endfor %}", "leaves out what the user says"),
        ("{% for m in messages %}{{ m['content'] + 1 }}{% endfor %}", "TypeError"),
        ("{{ raise_exception('not today') }}", "TemplateError: not today"),
        ("{% for m in messages if m['role'] == 'system' %}{{ m['content'] }}{% endfor %}", "leaves out what the user says"),
        ({"rag": OPEN, "tool_use": OPEN}, "several chat templates and none of them is the default"),
    ],
)
def test_a_template_that_cannot_be_used_is_named(tokenizer: Any, template: Any, said: str) -> None:
    with_template(tokenizer, template)
    for made in (lambda: ChatPrompts.of(tokenizer, "folder/of/it"), lambda: ChatTemplate.of(tokenizer, "folder/of/it")):
        with pytest.raises(UsageError, match=said) as told:
            made()
        assert "folder/of/it" in str(told.value) and told.value.exit_code == 2
    with pytest.raises(UsageError, match=said):
        chat_format(tokenizer)


def test_a_day_that_is_none_is_told(tokenizer: Any) -> None:
    with pytest.raises(UsageError, match="YYYY-MM-DD"):
        ChatTemplate.of(tokenizer, "tiny", "tomorrow")


@pytest.mark.case("40_double_bos_and_pad_is_eos")
def test_what_the_supervised_text_does_not_have_is_told(tokenizer: Any) -> None:
    think = OPEN.replace(
        "{{ m['content'] | trim }}", "{% if loop.last and m['role'] == 'assistant' %}<think>\n\n</think>{% endif %}{{ m['content'] }}"
    )
    assert chat_format(with_template(tokenizer, "<|begin_of_text|>" + think + GENERATE)).left_out == "<think>\n\n</think>"
    for after, told in (("\n\n", ""), ("<|pad|> END", "<|pad|> END")):
        closed = OPEN.replace("{% endfor %}", "{% if m['role'] == 'assistant' %}{{ '" + after + "' }}{% endif %}{% endfor %}")
        assert chat_format(with_template(tokenizer, "<|begin_of_text|>" + closed + GENERATE)).left_out == told
