"""A hypothesis that a clinical premise of MedNLI rules out."""

from medslake.tasks import Task, TaskExample, hypotheses, premise, wordings

TASK = Task(
    id="task43",
    name="mednli_wrong_textual_entailment_generative",
    category="Wrong Candidate Generation",
    domain="Clinical Text",
    source="mednli",
    kind="pairs",
    **hypotheses("contradiction"),
    definitions=wordings(__file__),
    notes="The wrong statements are those that the clinicians of MedNLI wrote; none is drawn.",
    example=TaskExample(
        premise(" the MRI is normal ", ("a", "the MRI shows a tumor.", "contradiction"), ("b", "There is no tumor.", "entailment")),
        (("The MRI is normal", "The MRI shows a tumor."),),
    ),
)
