"""Invented sentences and abstracts in the formats of annotated corpora: IOB, BioC XML and PubTator."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from xml.sax.saxutils import escape

from medslake.synth.words import DISEASES, TEXT_TEMPLATES, tagged_sentence

__all__ = ["IOB_KINDS", "Abstract", "abstract", "bc5cdr_files", "bioc_xml", "iob_file", "iob_splits", "pubtator"]

#: Types of entities that the invented sentences have.
IOB_KINDS = ("Chemical", "Disease")


def iob_file(rng: Random, sentences: int, kind: str) -> str:
    """`sentences` sentences as `token<TAB>tag`; only entities of `kind` (Chemical or Disease) are tagged."""
    out = []
    for _ in range(sentences):
        tokens, tags = tagged_sentence(rng)
        out.append("".join(f"{token}\t{tag if tag.endswith(f'-{kind}') else 'O'}\n" for token, tag in zip(tokens, tags, strict=True)))
    return "\n".join(out) + "\n"


def iob_splits(rng: Random, n: int, kind: str) -> dict[str, str]:
    """train.tsv, devel.tsv and test.tsv with n sentences together."""
    small = max(1, n // 8)
    counts = {"train": max(1, n - 2 * small), "devel": small, "test": small}
    return {f"{split}.tsv": iob_file(rng, count, kind) for split, count in counts.items()}


@dataclass(frozen=True)
class Abstract:
    """mentions: (start, end, type, concept), offsets into title + one sign + text. relations: (chemical, disease) concepts."""

    identity: int
    title: str
    text: str
    mentions: tuple[tuple[int, int, str, str], ...]
    relations: tuple[tuple[str, str], ...]

    @property
    def whole(self) -> str:
        return f"{self.title} {self.text}"


def abstract(rng: Random, identity: int) -> Abstract:
    """A title that names a drug and a disease, and two sentences on them; one in two says that the drug causes the disease."""
    place = rng.randrange(len(DISEASES))
    disease, drug = DISEASES[place].name(), DISEASES[rng.randrange(len(DISEASES))].drug
    causes = rng.random() < 0.5
    claim = f"{drug} may cause {disease} in older people." if causes else f"{drug} did not change {disease}."
    title = f"{drug} and {disease}: report {identity}."
    other = rng.choice([t for t in TEXT_TEMPLATES if "{" not in t]).replace(" .", ".").replace(" ;", ";").replace(" ,", ",")
    found = Abstract(identity, title, f"{other} {claim}", (), ())
    drugs = {d.drug: f"S{at:03}" for at, d in enumerate(DISEASES)}
    names = {d.name(): f"T{at:03}" for at, d in enumerate(DISEASES)}
    mentions = []
    for text, kind, concept in ((drug, "Chemical", drugs[drug]), (disease, "Disease", names[disease])):
        at = found.whole.find(text)
        while at >= 0:
            mentions.append((at, at + len(text), kind, concept))
            at = found.whole.find(text, at + 1)
    relations = ((drugs[drug], names[disease]),) if causes else ()
    return Abstract(identity, title, found.text, tuple(sorted(mentions)), relations)


def pubtator(rng: Random, documents: int, first: int) -> str:
    """`documents` abstracts with ids from `first` on."""
    out = []
    for made in (abstract(rng, first + place) for place in range(documents)):
        lines = [f"{made.identity}|t|{made.title}", f"{made.identity}|a|{made.text}"]
        lines += [
            f"{made.identity}\t{start}\t{end}\t{made.whole[start:end]}\t{kind}\t{concept}" for start, end, kind, concept in made.mentions
        ]
        lines += [f"{made.identity}\tCID\t{head}\t{tail}" for head, tail in made.relations]
        out.append("\n".join(lines) + "\n")
    return "\n".join(out) + "\n"


def bioc_xml(rng: Random, documents: int, first: int) -> str:
    """`documents` abstracts with ids from `first` on, as one BioC collection."""
    out = ["<?xml version='1.0' encoding='UTF-8'?><!DOCTYPE collection SYSTEM 'BioC.dtd'>"]
    out.append("<collection>\n<source>synthetic</source>\n<date>0</date>\n<key>none</key>")
    for made in (abstract(rng, first + place) for place in range(documents)):
        border = len(made.title) + 1
        out.append(f"<document>\n<id>{made.identity}</id>")
        named = list(enumerate(made.mentions))
        out.append(_passage("title", 0, made.title, [m for m in named if m[1][0] < border], made.whole))
        out.append(_passage("abstract", border, made.text, [m for m in named if m[1][0] >= border], made.whole))
        for at, (head, tail) in enumerate(made.relations):
            infons = f'<infon key="relation">CID</infon><infon key="Chemical">{head}</infon><infon key="Disease">{tail}</infon>'
            out.append(f"<relation id='R{at}'>{infons}</relation>")
        out.append("</document>")
    return "\n".join([*out, "</collection>\n"])


def _passage(kind: str, offset: int, text: str, mentions: list[tuple[int, tuple[int, int, str, str]]], whole: str) -> str:
    lines = [f'<passage>\n<infon key="type">{kind}</infon>\n<offset>{offset}</offset>\n<text>{escape(text)}</text>']
    for at, (start, end, name, concept) in mentions:
        infons = f'<infon key="type">{name}</infon><infon key="MESH">{concept}</infon>'
        place = f"<location offset='{start}' length='{end - start}' />"
        lines.append(f"<annotation id='{at}'>{infons}{place}<text>{escape(whole[start:end])}</text></annotation>")
    return "\n".join([*lines, "</passage>"])


def bc5cdr_files(rng: Random, n: int) -> dict[str, str]:
    """About n texts over the sentence and document files of BC5CDR."""
    part = max(1, n // 8)
    files = {
        f"BC5CDR-{folder}-IOB/{split}.tsv": iob_file(rng, part, kind)
        for folder, kind in (("chem", "Chemical"), ("disease", "Disease"))
        for split in ("train", "devel", "test")
    }
    files["CDR_TrainingSet.BioC.xml"] = bioc_xml(rng, part, 910_000)
    files["CDR_DevelopmentSet.PubTator.txt"] = pubtator(rng, part, 920_000)
    files["CDR_TestSet.PubTator.txt"] = pubtator(rng, part, 930_000)
    return files
