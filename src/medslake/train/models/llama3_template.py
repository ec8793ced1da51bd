"""The chat format of Llama 3 (Meta's model card), as MMedIns-Llama 3 uses it: system, user, assistant."""

from __future__ import annotations

__all__ = ["LLAMA3_TEMPLATE"]

LLAMA3_TEMPLATE = (
    "{% for message in messages %}"
    "{% if loop.first %}<|begin_of_text|>{% endif %}"
    "<|start_header_id|>{{ message['role'] }}<|end_header_id|>\n\n{{ message['content'] | trim }}<|eot_id|>"
    "{% endfor %}"
    "{% if add_generation_prompt %}<|start_header_id|>assistant<|end_header_id|>\n\n{% endif %}"
)
