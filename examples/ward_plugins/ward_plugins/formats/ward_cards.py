"""Cards: `KEY: value` lines, a blank line ends a card. `_row` counts cards."""

from medslake.formats import Format, FormatExample, Record, paragraphs


def parse(stream, name, options):
    for row, lines in enumerate(paragraphs(stream), start=1):
        cells = dict(line.split(": ", 1) for line in lines if ": " in line)
        named = {key.lower(): value for key, value in cells.items()}
        yield Record(row, named) if len(cells) == len(lines) else Record(row, {}, "card: a line is not KEY: value", "\n".join(lines))


FORMAT = Format(
    name="ward_cards",
    about="KEY: value lines, a blank line ends a card.",
    parse=parse,
    example=FormatExample("A: 1\n\nA: 2\n", schema="a STRING", rows=({"a": "1"}, {"a": "2"})),
)
