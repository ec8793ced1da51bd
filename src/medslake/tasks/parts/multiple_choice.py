"""How a multiple-choice question and its answer are written in the six languages of MedS-Ins (Spark SQL over silver.questions)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

__all__ = ["HAS_KEYED_ANSWER", "LAYOUTS", "Layout"]

#: Rows that can be asked as multiple choice: every answer key is the key of an option.
HAS_KEYED_ANSWER = "size(options) > 1 and size(answer_keys) > 0 and size(array_except(answer_keys, transform(options, o -> o.key))) = 0"

#: What the published multiple-choice files write before an answer, in one number for all.
_PUBLISHED = {"fr": "Les bonnes réponses est", "ru": "Правильные ответ:", "es": "La respuesta correcta es:"}


@dataclass(frozen=True)
class Layout:
    """Words of one language, as printed in the MedS-Ins files. answer/answers: what stands before one or several right options.

    listed, right, key: SQL for the options, for the keys of the right ones, and for the key of an option `o` as it is shown.
    """

    language: str
    code: str
    question: str
    options: str
    answer: str
    answers: str
    end: str
    stop: str = "."
    listed: str = "options"
    right: str = "answer_keys"
    key: str = "o.key"

    @property
    def lettered(self) -> Self:
        """For options that bear small letters or numbers: capitals are shown."""
        return replace(self, key="upper(translate(o.key, '12345', 'ABCDE'))")

    @property
    def published(self) -> Self:
        """With what the published multiple-choice files write before the answer, be there one or several."""
        before = _PUBLISHED.get(self.code)
        return replace(self, answer=before, answers=before) if before else self

    @property
    def question_sql(self) -> str:
        """`Question: ...`, a new line, `Options: A: x<TAB>B: y`."""
        options = f"array_join(transform({self.listed}, o -> {self._shown}), '\\t')"
        return f"concat('{self.question}: ', question, '\\n{self.options}: ', {options})"

    @property
    def listed_below_sql(self) -> str:
        """`Question: ...`, a line `Options:`, and a line for each: `A. x`."""
        options = f"array_join(transform({self.listed}, o -> concat({self.key}, '. ', o.text)), '\\n')"
        return f"concat('{self.question}: ', question, '\\n{self.options}:\\n', {options})"

    @property
    def answer_sql(self) -> str:
        """`The right answer is B: y`; several right options are joined by a comma and a space."""
        right = f"array_join(transform(filter({self.listed}, o -> array_contains({self.right}, o.key)), o -> {self._shown}), ', ')"
        return f"concat(if(size({self.right}) > 1, '{self.answers} ', '{self.answer} '), {right}, '{self.end}')"

    @property
    def choices_sql(self) -> str:
        """Every option as `answer_sql` would write it; where several are right, as the output lists it: `B: y`."""
        alone = f"transform({self.listed}, o -> concat('{self.answer} ', {self.key}, ': ', o.text, '{self.end}'))"
        return f"if(size({self.right}) = 1, {alone}, transform({self.listed}, o -> {self._shown}))"

    @property
    def question_and_answer_sql(self) -> str:
        """The question with its options, a new line, the answer and a full stop."""
        return f"concat({self.question_sql}, '\\n', {self.answer_sql}, '{self.stop}')"

    @property
    def published_question_and_answer_sql(self) -> str:
        """The same as the published files have it: with a tab behind the last option, too."""
        return f"concat({self.question_sql}, '\\t\\n', {self.answer_sql}, '{self.stop}')"

    @property
    def _shown(self) -> str:
        return f"concat({self.key}, ': ', o.text)"


LAYOUTS = {
    layout.code: layout
    for layout in (
        Layout("English", "en", "Question", "Options", "The right answer is", "The right answer is", ""),
        Layout("Chinese", "zh", "问题", "选项", "正确答案是", "正确答案是", "", "。"),
        Layout("French", "fr", "Question", "Options", "La bonne réponse est", "Les bonnes réponses sont", ""),
        Layout("Japanese", "ja", "質問", "オプション", "正しい答えは", "正しい答えは", " です", "。"),
        Layout("Russian", "ru", "Вопрос", "Варианты", "Правильный ответ:", "Правильные ответы:", ""),
        Layout("Spanish", "es", "Pregunta", "Opciones", "La respuesta correcta es", "Las respuestas correctas son", ""),
    )
}
