"""ECDC translation memory: sentences of the site of the European Centre for Disease Prevention and Control, in up to 25 languages.

One TMX file holds all languages; a unit may lack some. Of the file itself the layout alone was at hand, with a sentence in two languages.
"""

from medslake.sources import Download, Example, NativeFile, Source, by_hash, mapped, row_number
from medslake.synth import Twin, TwinFile, plain_text
from medslake.synth.parts.translations import translation_unit

#: Codes are written EN, or EN-GB.
_CODE = "lower(substring(t.language, 1, 2))"
_TEXT = r"trim(BOTH ' \n\t' FROM t.segment)"
_TOLD = f"transform(filter(variants, t -> {_TEXT} != ''), t -> named_struct('key', {_CODE}, 'value', {_TEXT}))"
_TWICE = f"size(array_distinct({_TOLD}.key)) < size({_TOLD})"


def _unit(**texts: str) -> str:
    return "<tu>" + "".join(f'<tuv xml:lang="{code}"><seg>{text}</seg></tuv>' for code, text in texts.items()) + "</tu>"


_HEAD = '<!DOCTYPE tmx\n  SYSTEM "tmx14.dtd">'
_ABOUT = '<header segtype="sentence" datatype="text" adminlang="EN" srclang="EN"><prop type="Name">synthetic</prop></header>\n<body>\n'

SOURCE = Source(
    name="ecdc_tm",
    title="ECDC translation memory",
    citation=(
        "Steinberger R, Ebrahim M, Poulis A, Carrasco-Benitez M, Schluter P, Przybyszewski M, Gilbro S. An overview of the "
        "European Union's highly multilingual parallel corpora. Language Resources and Evaluation 48:679-707 (2014)."
    ),
    licence="CC BY 4.0, (c) European Union and ECDC",
    access="public",
    domain="Medical Knowledge",
    page="https://joint-research-centre.ec.europa.eu/language-technology-resources/ecdc-translation-memory_en",
    downloads=(Download("https://wt-public.emm4u.eu/Resources/ECDC-TM/ECDC-TM.zip"),),
    files=(
        NativeFile(
            "units",
            ("ECDC.tmx", "ECDC-TM/ECDC.tmx", "en2*/ECDC-TM/ECDC.tmx"),
            "xml_records",
            "variants ARRAY<STRUCT<language: STRING, segment: STRING>>",
            options={
                "record": "tu",
                "paths": {"variants": "tuv", "variants.language": "@xml:lang", "variants.segment": "seg"},
                # What these hold are codes of the document's layout.
                "without": ("bpt", "ept", "it", "ph", "ut"),
            },
            all_globs=True,
        ),
    ),
    split=by_hash("record_id"),
    silver={
        "parallel_texts": mapped(
            "units",
            aside={"language: a unit has two texts of one language": _TWICE},
            record_id=row_number("nullif(regexp_extract(_file, '(?:^|/)(en2[a-z]+)/', 1), '')"),
            texts=f"IF({_TWICE}, map(), map_from_entries({_TOLD}))",
        )
    },
    example=Example(
        files={
            "ECDC.tmx": '<!DOCTYPE tmx\n  SYSTEM "tmx14.dtd">\n<tmx version="1.4"><header srclang="EN"/><body>\n'
            + _unit(EN="Rest <bpt i='1'>{b}</bpt>a week<ept i='1'>{/b}</ept>.\n", FR="Reposez-vous.", SV=" ")
            + _unit(EN="Drink tea &amp; wait.", DE="Trinken Sie Tee.")
            + _unit(**{"EN": "Wash.", "EN-GB": "Wash up."})
            + "</body></tmx>\n",
            "en2bg/ECDC-TM/ECDC.tmx": f'<tmx version="1.4"><body>{_unit(EN="Sleep.", BG="Спете.")}</body></tmx>\n',
        },
        rows={
            "parallel_texts": [
                {"record_id": "000001", "language": "en", "texts": {"en": "Rest a week.", "fr": "Reposez-vous."}},
                {"record_id": "000002", "texts": {"en": "Drink tea & wait.", "de": "Trinken Sie Tee."}},
                {"record_id": "en2bg/000001", "texts": {"en": "Sleep.", "bg": "Спете."}},
            ]
        },
    ),
    twin=Twin(
        TwinFile(
            "ECDC.tmx",
            translation_unit,
            plain_text(header=f'{_HEAD}\n<tmx version="1.4">\n{_ABOUT}', separator="\n", footer="\n</body></tmx>\n"),
            2_600,
        )
    ),
)
