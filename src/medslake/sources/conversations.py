"""Conversations with assistants on any matter, from which a filter takes the medical ones: LIMA, and chats in the JSON of ShareGPT.

The one who asks is `user`, the one who answers `assistant`, whatever the file calls them. LIMA is gated and was not at hand; its turns are
texts that alternate.
"""

import json

from medslake.sources import Example, NativeFile, Source, by_file, by_hash, chosen, github, hugging_face, mapped, row_number
from medslake.synth import Draw, Length, Twin, TwinFile, json_array, json_lines
from medslake.synth.text import filled, listed

_TURN = "coalesce(turn.`from`, turn.role)"
_SPEAKER = chosen(f"lower({_TURN})", {"human": "user", "gpt": "assistant", "chatgpt": "assistant", "bing": "assistant"}, _TURN)

#: Where a conversation was found -> its share, in thousandths.
_COMMUNITIES = {"stackexchange": 390, "wikihow": 195, "pushshift_r_writingprompts": 145}
_FOUND = {**_COMMUNITIES, "natural_instructions": 50, "authors": 190, "multi_turn": 30}


def _long_chat(draw: Draw, number: int) -> dict[str, object]:
    """Of forty one is about health: so few that a twin has all of them at any scale."""
    kind, found = "en" if draw.chance(0.025) else "everyday", draw.weighted(_FOUND)
    texts = [draw.words(Length(*size), kind) for _ in range(2 if found == "multi_turn" else 1) for size in ((25, 140), (330, 850))]
    return {"conversations": texts, "source": found}


def _asked(draw: Draw, number: int) -> dict[str, object]:
    return {"conversations": [draw.words(Length(15, 60), "everyday")], "source": draw.pick(("authors", "reddit"))}


_ASKED = listed("Who is {family}?;Where is {town}?;Who {verb} the {thing}?;Is {family} a {trade}?;Where is the {adj} {thing}?")


def _short_chat(draw: Draw, number: int) -> dict[str, object]:
    said = [(filled(draw, _ASKED, "everyday"), draw.words(Length(12, 16), "everyday")) for _ in range(1 + number % 3)]
    turns = [{"from": who, "value": text} for pair in said for who, text in zip(("human", "gpt"), pair, strict=True)]
    return {"id": f"identity_{number}", "conversations": turns}


LIMA = Source(
    name="lima",
    title="LIMA",
    citation="Zhou C, Liu P, Xu P, et al. LIMA: less is more for alignment. NeurIPS 2023.",
    licence="CC BY-NC-SA, or the stricter licence of a record's own source",
    access="noncommercial",
    domain="Daily Conversation",
    page="https://huggingface.co/datasets/GAIR/lima",
    downloads=hugging_face("GAIR/lima", ("train.jsonl", "test.jsonl"), login=True),
    agreement="The conditions on the page of the data set have to be accepted",
    files=(
        NativeFile(
            "conversations",
            ("train.jsonl", "test.jsonl"),
            "jsonl",
            "conversations ARRAY<STRING>, source STRING",
            options={"required": ("conversations",)},
            all_globs=True,
        ),
    ),
    split=by_file(train="train", test="test"),
    silver={
        "dialogues": mapped(
            "conversations",
            record_id=row_number("_split"),
            turns="transform(conversations, (text, i) -> named_struct('speaker', IF(i % 2 = 0, 'user', 'assistant'), 'text', text))",
            collection="source",
        )
    },
    example=Example(
        files={
            "train.jsonl": json.dumps({"conversations": ["May I swim?", "You may.", "Far?", "Not far."], "source": "made up"}) + "\n",
            "test.jsonl": json.dumps({"conversations": ["May I run?"], "source": "made up"}) + "\n",
        },
        rows={
            "dialogues": [
                {"record_id": "test/000001", "split": "test", "turns": [{"speaker": "user", "text": "May I run?"}]},
                {
                    "record_id": "train/000001",
                    "split": "train",
                    "turns": [
                        {"speaker": "user", "text": "May I swim?"},
                        {"speaker": "assistant", "text": "You may."},
                        {"speaker": "user", "text": "Far?"},
                        {"speaker": "assistant", "text": "Not far."},
                    ],
                    "collection": "made up",
                },
            ]
        },
    ),
    twin=Twin(TwinFile("train.jsonl", _long_chat, json_lines(), 1_030, fixed=True), TwinFile("test.jsonl", _asked, json_lines(), 300)),
)

SHAREGPT = Source(
    name="sharegpt_format",
    title="Chats in the JSON of ShareGPT",
    citation="Zheng L, Chiang W-L, Sheng Y, et al. Judging LLM-as-a-judge with MT-Bench and Chatbot Arena. NeurIPS 2023.",
    licence="Apache-2.0 (the example of FastChat); of other files what their owner says",
    access="public",
    domain="Daily Conversation",
    page="https://github.com/lm-sys/FastChat",
    downloads=github("lm-sys/FastChat", "0e6d3e4beaab66f4d3f93db72541a4abab8af28d", {"dummy_conversation.json": 234_166}, under="data/"),
    files=(
        NativeFile(
            "conversations",
            ("*.json",),
            "json_array",
            "id STRING, conversations ARRAY<STRUCT<`from`: STRING, value: STRING, role: STRING, content: STRING>>",
            options={"aliases": {"messages": "conversations"}, "required": ("conversations",)},
            sha256={"dummy_conversation.json": "534c5a1079f2eb61ff96633330ce87c4743f5b6d5b1691b44a65920473540470"},
            all_globs=True,
        ),
    ),
    split=by_hash("record_id"),
    silver={
        "dialogues": mapped(
            "conversations",
            record_id=f"concat_ws('/', regexp_extract(_file, '([^/]+?)\\\\.json', 1), {row_number()})",
            turns=f"transform(conversations, turn -> named_struct('speaker', {_SPEAKER}, 'text', coalesce(turn.value, turn.content)))",
        )
    },
    example=Example(
        files={
            "chats.json": json.dumps(
                [
                    {"id": "c7", "conversations": [{"from": "human", "value": "Good day."}, {"from": "gpt", "value": "Hello."}]},
                    {"messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "May I swim?"}]},
                ]
            )
        },
        rows={
            "dialogues": [
                {
                    "record_id": "chats/000001",
                    "turns": [{"speaker": "user", "text": "Good day."}, {"speaker": "assistant", "text": "Hello."}],
                },
                {
                    "record_id": "chats/000002",
                    "turns": [{"speaker": "system", "text": "Be kind."}, {"speaker": "user", "text": "May I swim?"}],
                },
            ]
        },
    ),
    twin=Twin(TwinFile("dummy_conversation.json", _short_chat, json_array(indent=2), 500)),
)

SOURCES = (LIMA, SHAREGPT)
