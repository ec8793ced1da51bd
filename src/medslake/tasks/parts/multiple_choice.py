"""How a multiple-choice question and its answer are written in the six languages of MedS-Ins (Spark SQL over silver.questions)."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["HAS_KEYED_ANSWER", "LAYOUTS", "Layout"]

#: Rows that can be asked as multiple choice: every answer key is the key of an option.
HAS_KEYED_ANSWER = "size(options) > 1 and size(answer_keys) > 0 and size(array_except(answer_keys, transform(options, o -> o.key))) = 0"

_OPTIONS = "array_join(transform(options, o -> concat(o.key, ': ', o.text)), '\\t')"
_RIGHT = "array_join(transform(filter(options, o -> array_contains(answer_keys, o.key)), o -> concat(o.key, ': ', o.text)), ', ')"


@dataclass(frozen=True)
class Layout:
    """Words of one language, as printed in the MedS-Ins files. answer/answers: what stands before one or several right options."""

    language: str
    code: str
    question: str
    options: str
    answer: str
    answers: str
    end: str
    stop: str = "."

    @property
    def question_sql(self) -> str:
        """`Question: ...`, a new line, `Options: A: x<TAB>B: y`."""
        return f"concat('{self.question}: ', question, '\\n{self.options}: ', {_OPTIONS})"

    @property
    def answer_sql(self) -> str:
        """`The right answer is B: y`; several right options are joined by a comma and a space."""
        return f"concat(if(size(answer_keys) > 1, '{self.answers} ', '{self.answer} '), {_RIGHT}, '{self.end}')"

    @property
    def choices_sql(self) -> str:
        """Every option as `answer_sql` would write it; where several are right, as the output lists it: `B: y`."""
        alone = f"transform(options, o -> concat('{self.answer} ', o.key, ': ', o.text, '{self.end}'))"
        return f"if(size(answer_keys) = 1, {alone}, transform(options, o -> concat(o.key, ': ', o.text)))"

    @property
    def question_and_answer_sql(self) -> str:
        """The question with its options, a new line, the answer and a full stop."""
        return f"concat({self.question_sql}, '\\n', {self.answer_sql}, '{self.stop}')"


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
