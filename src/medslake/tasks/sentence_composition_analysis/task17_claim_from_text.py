"""A claim that a text on public health bears out."""

from medslake.tasks import Task, TaskExample, public_claim, wordings

TASK = Task(
    id="task17",
    name="healthfact_sentence_generation",
    category="Sentence Composition Analysis",
    domain="Medical Knowledge",
    source="pubhealth",
    kind="pairs",
    where="label_set = 'claim_verdict' and candidates[0].label = 'true'",
    requires={"no text": "trim(candidates[0].text) <> ''"},
    input_sql="concat('Paragraph: ', candidates[0].text)",
    # Some claims begin with a no-break space.
    output_sql="trim(BOTH ' \\u00a0' FROM text)",
    paper={"output_sql": "text"},
    definitions=wordings(__file__),
    notes="A claim may be a sentence of its text by design. No published file was at hand.",
    example=TaskExample(
        public_claim("8", "\u00a0Rest helps.", "Nine rested and got well.", "true"),
        (("Paragraph: Nine rested and got well.", "Rest helps."),),
        others=(public_claim("7", "Tea heals.", "Nobody was healed by tea.", "false"),),
    ),
)
