"""N-gram overlap: how much of a benchmark row stands on the other side, word for word, in runs of 13 tokens.

The length, the treatment of frequent n-grams and the comparison with a whole side, in which no single row need hold much, follow Brown et
al. 2020 (GPT-3, appendix C): what more than 10 distinct texts of one set hold is boilerplate (a questionnaire, a report form, the sentence
that opens every question) and counts neither as found nor as missing. Texts of fewer than 13 tokens are not judged; the exact and the
near-duplicate test see them.
"""

from medslake.leak_tests import LeakExample, LeakTest, grams

LENGTH = 13

_VIGNETTE = (
    "A man of 54 years comes to the clinic since he has had pain in the left knee for three weeks and cannot climb the stairs of his house."
)
#: Of 29 tokens and 17 runs, the first 18 tokens hold 6 runs and the last 17 hold 5.
_HEAD, _TAIL = " ".join(_VIGNETTE.split()[:18]), " ".join(_VIGNETTE.split()[12:])

LEAK_TEST = LeakTest(
    name="ngram",
    about="share of the benchmark row's 13-token runs that stand on the side",
    says="holds {part} of the 13-token runs, of which the side holds {score}, of",
    threshold=0.5,
    policy={"train": "tag", "shot": "tag", "encounter": "off", "bench": "note"},
    hashes=f"if(size(split(tokens, ' ')) < {LENGTH}, array(), {grams('tokens', LENGTH)})",
    score=None,
    common=10,
    examples=(
        LeakExample({"input": f"Case 7. {_VIGNETTE} The doctor taps the joint."}, {"input": _VIGNETTE}, 1.0),
        LeakExample({"input": f"{_HEAD} yes"}, {"input": _VIGNETTE}, 11 / 17, others=({"input": f"No {_TAIL}"},)),
        LeakExample({"input": f"{_HEAD} yes"}, {"input": _VIGNETTE}, None),
        LeakExample({"input": _VIGNETTE}, {"input": _VIGNETTE.replace("left knee", "right hip").replace("stairs", "ladder")}, None),
    ),
)
