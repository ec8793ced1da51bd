"""PubMedQA passages in Spark SQL, and which rows of it the tasks take."""

__all__ = ["HAS_CONCLUSION", "HAS_PASSAGE", "NEAR_PAPER_SIZE", "PASSAGE", "PUBLISHED_PASSAGE"]

#: The passages of an abstract without their section names, one a line.
PASSAGE = "array_join(transform(context, c -> c.text), '\\n')"
#: The same in one line, as an instance of MedS-Bench has it.
PUBLISHED_PASSAGE = "array_join(transform(context, c -> c.text), ' ')"

#: All expert-labelled rows and a seeded 2.6 % of the 211,269 artificial ones: about 6,500, as many as MedS-Ins has for each of tasks 11
#: to 15.
NEAR_PAPER_SIZE = "topic = 'PQA-L' or pmod(xxhash64(record_id, 2025), 1000) < 26"

HAS_PASSAGE = "size(context) > 0"

#: Rows whose abstract has a conclusion, which PubMedQA keeps apart from the passages as the long answer.
HAS_CONCLUSION = "trim(long_answer) <> ''"
