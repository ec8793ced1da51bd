"""N-gram overlap: how much of a benchmark row stands in a row of the other side, word for word, in runs of 13 tokens.

The length and the treatment of frequent n-grams follow Brown et al. 2020 (GPT-3, appendix C): what more than 10 distinct texts of one set
hold is boilerplate (a questionnaire, a report form, the sentence that opens every question) and counts neither as found nor as missing.
Texts of fewer than 13 tokens are not judged; the exact and the near-duplicate test see them.
"""

from medslake.leakage.base import LeakExample, LeakTest
from medslake.leakage.normalise import grams

LENGTH = 13

_VIGNETTE = (
    "A man of 54 years comes to the clinic since he has had pain in the left knee for three weeks and cannot climb the stairs of his house."
)

TEST = LeakTest(
    name="ngram",
    about="share of the benchmark row's 13-token runs that the other row holds",
    says="holds {score} of the 13-token runs of",
    threshold=0.5,
    policy={"train": "tag", "shot": "tag", "bench": "note"},
    marks=f"if(size(split(tokens, ' ')) < {LENGTH}, array(), {grams('tokens', LENGTH)})",
    score="n / r_marks",
    common=10,
    nominees=10,
    examples=(
        LeakExample({"input": f"Case 7. {_VIGNETTE} The doctor taps the joint."}, {"input": _VIGNETTE}, 1.0),
        LeakExample({"input": _VIGNETTE}, {"input": _VIGNETTE.replace("left knee", "right hip").replace("stairs", "ladder")}, None),
    ),
)
