"""What says which conversations are medical: one file per tagger, bound to TAGGER, and what taggers are written with."""

from medslake.taggers.base import Answering, Conversation, Tag, Tagger, TaggerExample, Terms, Verdict
from medslake.taggers.parts.word_lists import WordLists, word_lists

__all__ = ["Answering", "Conversation", "Tag", "Tagger", "TaggerExample", "Terms", "Verdict", "WordLists", "word_lists"]
