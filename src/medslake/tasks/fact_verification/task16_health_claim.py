"""Does a text bear out a claim on public health?"""

from medslake.tasks import PARAGRAPH_AND_CLAIM, PUBLISHED_PARAGRAPH_AND_CLAIM, Bench, Task, TaskExample, one_of, public_claim, wordings

LABELS = ("0", "1", "2")
VERDICT = "candidates[0].label"

TASK = Task(
    id="task16",
    name="healthfact_classification",
    category="Fact Verification",
    domain="Medical Knowledge",
    source="pubhealth",
    kind="pairs",
    where="label_set = 'claim_verdict'",
    requires={"no text": "trim(candidates[0].text) <> ''", "no settled verdict": f"{VERDICT} in ('false', 'mixture', 'true')"},
    input_sql=PARAGRAPH_AND_CLAIM,
    output_sql=f"case {VERDICT} when 'false' then '0' when 'mixture' then '1' when 'true' then '2' end",
    choices_sql=one_of(LABELS),
    paper={"input_sql": PUBLISHED_PARAGRAPH_AND_CLAIM},
    labels=LABELS,
    definitions=wordings(__file__),
    bench=Bench("fact_verification", ("fact_verification",), "PUBLICHEALTH", size=1188),
    notes="Claims that are unproven are left out, as in MedS-Bench. A text that holds one of the digits does so by chance.",
    example=TaskExample(
        public_claim("7", "Tea heals.", "Nobody was healed by tea.", "false"),
        (("Paragraph: Nobody was healed by tea. \nClaim: Tea heals.", "0"), ("Paragraph: Nine rested. \nClaim: Rest helps.", "2")),
        others=(public_claim("8", "Rest helps.", "Nine rested.", "true"), public_claim("9", "Milk glows.", "It is dark.", "unproven")),
    ),
    version=2,
)
