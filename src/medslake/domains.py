"""The five domains of MedS-Ins, which every row of silver and every task bears."""

from __future__ import annotations

__all__ = ["DOMAINS"]

DOMAINS = ("Clinical Text", "Exam", "Academical Papers", "Medical Knowledge", "Daily Conversation")
