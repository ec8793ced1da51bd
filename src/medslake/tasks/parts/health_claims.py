"""Claims of PUBHEALTH and the texts that they rest on, in Spark SQL over silver.pairs."""

from __future__ import annotations

from typing import Any

__all__ = ["PARAGRAPH_AND_CLAIM", "PUBLISHED_PARAGRAPH_AND_CLAIM", "public_claim"]

#: As the examples of Super-NaturalInstructions have it, the blank before the line break included.
PARAGRAPH_AND_CLAIM = "concat('Paragraph: ', candidates[0].text, ' \\nClaim: ', text)"
#: As its instances have it.
PUBLISHED_PARAGRAPH_AND_CLAIM = "concat('Paragraph: ', candidates[0].text, ' Claim: ', text)"


def public_claim(record: str, claim: str, text: str, verdict: str, explanation: str | None = None) -> dict[str, Any]:
    """A row for examples."""
    candidate = {"id": None, "text": text, "label": verdict, "explanation": explanation}
    return {"record_id": record, "text": claim, "candidates": [candidate], "label_set": "claim_verdict"}
