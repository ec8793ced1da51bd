"""What an entity task writes when a text holds no entity."""

__all__ = ["NO_ENTITY"]

#: The spelling is that of MedS-Bench: the released scorer knows an empty answer by this sentence alone, letter for letter. Golds and
#: definitions quote it from here, so another spelling is one edit (and a raised `version` of the tasks).
NO_ENTITY = "There is no related enetity."
