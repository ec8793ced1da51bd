"""Metrics: the noun, and the parts that they are written with. Every other file here is a metric or a family of them."""

from __future__ import annotations

from medslake.metrics.base import Aggregate, Metric, MetricExample, Pair, Scored
from medslake.metrics.parts.answer_text import after_lead, plain
from medslake.metrics.parts.choice_letters import letters, right_letters
from medslake.metrics.parts.cleaned import bare, cleaned
from medslake.metrics.parts.closed_labels import paper_containment, strict_label
from medslake.metrics.parts.entity_lists import entity_names, found_names
from medslake.metrics.parts.label_choice import chosen_label, label_set, mentions
from medslake.metrics.parts.published_cells import cell, cell_text, unreadable
from medslake.metrics.parts.scored import f1_of, mean_of_rows, missing, pooled, precision_recall_f1
from medslake.metrics.parts.similarity import paper_similarity, strict_similarity
from medslake.metrics.parts.tokens import rouge_words, words

__all__ = [
    "Aggregate",
    "Metric",
    "MetricExample",
    "Pair",
    "Scored",
    "after_lead",
    "bare",
    "cell",
    "cell_text",
    "chosen_label",
    "cleaned",
    "entity_names",
    "f1_of",
    "found_names",
    "label_set",
    "letters",
    "mean_of_rows",
    "mentions",
    "missing",
    "paper_containment",
    "paper_similarity",
    "plain",
    "pooled",
    "precision_recall_f1",
    "right_letters",
    "rouge_words",
    "strict_label",
    "strict_similarity",
    "unreadable",
    "words",
]
