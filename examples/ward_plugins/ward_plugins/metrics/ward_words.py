"""Whether an answer has the words of the reference, in any order."""

from medslake.metrics import Metric, MetricExample, Pair, mean_of_rows

from .parts.words import words


def _scored(pairs, form):
    hits = [float(p.prediction is not None and form(p.prediction) == form(p.reference)) for p in pairs]
    return mean_of_rows(pairs, {"accuracy": hits}, signature="ward-words-1")


METRIC = Metric(
    name="ward_words",
    about="Share of answers that equal the reference; strict: in their words.",
    paper=lambda pairs: _scored(pairs, str),
    strict=lambda pairs: _scored(pairs, words),
    example=MetricExample(
        (Pair("Well slept.", "slept well"), Pair("Eat.", "Eat."), Pair(None, "Rest.")), {"accuracy": 100 / 3}, {"accuracy": 200 / 3}
    ),
)
