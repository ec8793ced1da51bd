"""What all tasks share when definitions are combined: frames in five styles, who is asked, verbs that can stand for each other, labels."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["FRAMES", "LABELS", "LABELS_OF_SEVERAL", "ROLES", "VERBS"]

#: Style -> sentences around what is asked. {ask}: an order in the infinitive; {given}: what the input is; {role}: who is asked; a capital
#: makes the first letter one. What the answer must look like comes behind them.
FRAMES: Mapping[str, tuple[str, ...]] = {
    "plain": (
        "{Ask}.",
        "Please {ask}.",
        "Your task is to {ask}.",
        "You are given {given}. {Ask}.",
        "Below you find {given}. {Ask}.",
        "Given {given}, {ask}.",
        "Here you have {given}. Please {ask}.",
        "I will give you {given}. Please {ask}.",
        "I would like you to {ask}. For this you get {given}.",
        "In this task you receive {given}, and you have to {ask}.",
        "What follows is the input: {given}. Use it to {ask}.",
        "You will see {given}. What you have to do is to {ask}.",
    ),
    "role": (
        "As {role}, {ask}.",
        "You are {role}. {Ask}.",
        "You are {role}, and what you have before you is {given}. {Ask}.",
        "Act as {role} and {ask}. You work from {given}.",
        "Imagine that you are {role}, and that your job is to {ask}.",
        "Put yourself in the place of {role}. You receive {given}. {Ask}.",
        "Suppose you work as {role} and somebody sends you {given}. You have to {ask}.",
        "You work as {role}, and a colleague asks you to {ask}.",
        "Answer as {role} would. Your input is {given}, and your job is to {ask}.",
        "Take the part of {role}: {ask}.",
    ),
    "stepwise": (
        "First read the input: {given}. Then {ask}.",
        "Step 1: read the whole input. Step 2: {ask}. Step 3: check the form of your answer.",
        "Begin by reading all that you are given. Once you have understood it, {ask}.",
        "Start with the input, {given}. Go through it once from start to end, and then {ask}.",
        "Work in two steps. In the first, take in the input. In the second, {ask}.",
        "Before you write anything, read the input to its end. Next, {ask}. Finally, see that your answer has the form asked for.",
        "Take {given} as your input. Read with care, consider what matters, and only then {ask}.",
        "Go about it in this order: read the input, think about it, {ask}, and look over what you have written.",
        "Step 1: see what you have, namely {given}. Step 2: {ask}.",
    ),
    "formal": (
        "The task is to {ask}.",
        "The input consists of {given}. The task is to {ask}.",
        "The objective is to {ask}, on the basis of {given}.",
        "You will be presented with {given}. You are asked to {ask}.",
        "This task requires you to {ask}.",
        "Provided with {given}, you are required to {ask}.",
        "As its input the system receives {given}. It is expected to {ask}.",
        "For the purpose of this task the input is {given}. You are to {ask}.",
    ),
    "terse": (
        "{Ask}.",
        "Task: {ask}.",
        "Input: {given}. Task: {ask}.",
        "{Ask}. Input: {given}.",
        "You get {given}. {Ask}.",
        "To do: {ask}.",
    ),
}
#: Category -> who would be asked. A task may name others (`# roles` of its wordings).
ROLES: Mapping[str, tuple[str, ...]] = {
    "Clinical Outcome Prediction": (
        "an emergency physician",
        "a triage nurse with long experience",
        "a clinician who reviews emergency visits",
        "a data scientist of an emergency department",
    ),
    "Text Summarization": (
        "a medical writer",
        "an editor of clinical summaries",
        "a physician who writes for colleagues in a hurry",
        "a documentation specialist in a hospital",
    ),
    "Natural Language Inference": (
        "a physician who checks statements against notes",
        "a reviewer of clinical text",
        "a specialist in clinical language",
        "an expert on medical reasoning",
    ),
    "Wrong Candidate Generation": (
        "an author of exam questions",
        "a terminologist who sets tests",
        "a lecturer who needs plausible wrong answers",
        "an editor of a medical quiz",
    ),
    "Text Classification": (
        "a medical librarian",
        "an indexer of medical literature",
        "an annotator of medical texts",
        "a curator of a text collection in medicine",
    ),
    "Sentence Composition Analysis": (
        "a linguist who works on medical texts",
        "a proofreader of scientific articles",
        "an annotator of biomedical sentences",
        "an editor with a background in medicine",
    ),
    "Fact Verification": (
        "a fact checker for health news",
        "a reviewer of medical claims",
        "an editor who verifies statements on health",
        "an epidemiologist who checks evidence",
    ),
    "Question Answering": (
        "a physician with broad knowledge",
        "an expert who answers medical questions",
        "a teacher of medicine",
        "a clinician at a university hospital",
    ),
    "Intent Identification": (
        "an analyst who studies what authors intend",
        "an annotator of intentions in text",
        "a reader trained in the analysis of discourse",
        "a specialist in text analysis",
    ),
    "Explanation": (
        "a physician who explains things well",
        "a lecturer at a medical school",
        "an author of a medical handbook",
        "a tutor of medical students",
    ),
    "Information Extraction": (
        "a curator of biomedical data",
        "an annotator of clinical studies",
        "a specialist in text mining",
        "a research assistant who fills in a database",
    ),
    "Translation": (
        "a translator of health texts",
        "a professional translator in public health",
        "a bilingual editor",
        "a translator at a health agency",
    ),
    "Text Completion": (
        "a medical author",
        "an editor of biomedical texts",
        "an expert in medical terminology",
        "a scientist who writes carefully",
    ),
    "Text Retrieval": (
        "a librarian for medical questions",
        "an expert in medical search",
        "a moderator of a health forum",
        "a specialist in finding answers",
    ),
    "Word Relation Classification": (
        "a curator of a medical ontology",
        "a terminologist in medicine",
        "an editor of a disease vocabulary",
        "an expert on medical terms",
    ),
    "Treatment Planning": (
        "an oncologist",
        "a member of a tumour board",
        "a radiation oncologist",
        "a physician who plans treatment",
    ),
    "Named Entity Recognition": (
        "an annotator of biomedical text",
        "a curator of a biomedical database",
        "a specialist in text mining",
        "a biologist who reads with a marker in hand",
    ),
    "Diagnosis": (
        "a physician on duty",
        "a general practitioner",
        "an internist who has taken the history",
        "a diagnostician",
    ),
    "Dialogue": (
        "a family doctor",
        "a doctor who answers patients online",
        "a physician with time for questions",
        "an experienced clinician",
    ),
}
#: Beginnings that can stand for each other without a change of meaning; the first words of an order or of a sentence on the answer.
VERBS: tuple[tuple[str, ...], ...] = (
    ("list", "write down"),
    ("find", "identify", "pick out"),
    ("decide whether", "judge whether", "determine whether", "say whether"),
    ("decide which", "judge which", "determine which", "say which"),
    ("choose", "select", "pick"),
    ("summarise", "sum up"),
    ("determine the", "establish the", "work out the"),
    ("write a", "compose a", "draft a"),
    ("write the", "compose the", "draft the"),
    ("predict whether", "forecast whether", "estimate whether"),
    ("Write", "Output", "Return", "Give"),
    ("Reply with", "Answer with", "Respond with"),
    ("The output shall", "The response shall", "The answer shall"),
)
#: Sentences that name the labels ({labels}) where one of them is the answer, and where any number is.
LABELS = (
    "Choose from {labels}.",
    "The possible answers are {labels}.",
    "Only these answers are allowed: {labels}.",
    "Take one of the following: {labels}.",
    "The options are as follows: {labels}.",
    "There are {count} possibilities, namely {labels}.",
    "Options: {labels}.",
)
LABELS_OF_SEVERAL = (
    "The labels are {labels}.",
    "Choose among {labels}.",
    "These are the labels that can apply: {labels}.",
    "There are {count} labels, namely {labels}.",
    "Use these labels: {labels}.",
    "Labels: {labels}.",
)
