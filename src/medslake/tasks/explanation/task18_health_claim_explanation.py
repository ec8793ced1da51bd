"""Why a claim on public health holds, or does not, by the text that it rests on."""

from medslake.tasks import PARAGRAPH_AND_CLAIM, PUBLISHED_PARAGRAPH_AND_CLAIM, Bench, Task, TaskExample, holds, public_claim, wordings

FILLED = {"no text": "trim(candidates[0].text) <> ''", "no explanation": "trim(candidates[0].explanation) <> ''"}
WHY = "Those who drank tea fared no better than those who did not."

TASK = Task(
    id="task18",
    name="healthfact_sentence_generation",
    category="Explanation",
    domain="Medical Knowledge",
    source="pubhealth",
    kind="pairs",
    where="label_set = 'claim_verdict'",
    requires={**FILLED, "the text holds the explanation": f"not {holds('candidates[0].text', 'candidates[0].explanation')}"},
    input_sql=PARAGRAPH_AND_CLAIM,
    output_sql="candidates[0].explanation",
    paper={"requires": FILLED, "input_sql": PUBLISHED_PARAGRAPH_AND_CLAIM},
    definitions=wordings(__file__),
    bench=Bench("explanation", ("explanation",), "PUBLICHEALTH"),
    notes="MedS-Ins trains on supported claims and asks all claims of the test set; here both have claims of every verdict.",
    example=TaskExample(
        public_claim("7", "Tea heals.", "Nobody was healed by tea.", "false", WHY),
        (("Paragraph: Nobody was healed by tea. \nClaim: Tea heals.", WHY),),
        others=(public_claim("8", "Rest helps.", "Nine rested.", "true"),),
    ),
    version=2,
)
