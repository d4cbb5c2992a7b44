"""What can be checked of a PDF/A-3 and Factur-X file without veraPDF (french-rules §9.2). Not a certificate."""

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
from lxml import etree

NS = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
    "fx": "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#",
}
FX = {"DocumentType": "INVOICE", "DocumentFileName": "factur-x.xml", "Version": "1.0", "ConformanceLevel": "EN 16931"}


def faults_of(pdf: bytes, *, carries_xml: bool = True) -> list[str]:
    """What is wrong; [] for a file without a fault. An order or a delivery carries no XML: an accessible archive all the same."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        found = [*_structure(file), *_metadata(file, carries_xml=carries_xml), *_objects(file)]
        if carries_xml:
            return [*found, *_attachment(file)]
        return [*found, "carries a file"] if "/AF" in file.Root else found


def _structure(file: pikepdf.Pdf) -> Iterator[str]:
    if file.is_encrypted:
        yield "encrypted"
    if "/ID" not in file.trailer:
        yield "no /ID"
    if str(file.Root.get("/Lang", "")) != "fr-FR":
        yield "no language"
    if "/StructTreeRoot" not in file.Root or not file.Root.get("/MarkInfo", {}).get("/Marked", False):
        yield "not tagged"
    intents = file.Root.get("/OutputIntents", [])
    if not any(intent.get("/S") == "/GTS_PDFA1" and "/DestOutputProfile" in intent for intent in intents):
        yield "no ICC output intent"


def _metadata(file: pikepdf.Pdf, *, carries_xml: bool) -> Iterator[str]:
    if "/Metadata" not in file.Root:
        yield "no XMP /Metadata"
        return
    root = etree.fromstring(file.Root.Metadata.read_bytes())

    def one(path: str) -> str:
        found = root.xpath(f"string(//{path})", namespaces=NS) or root.xpath(
            f"string(//rdf:Description/@{path})", namespaces=NS
        )
        return str(found)

    if one("pdfaid:part") != "3" or one("pdfaid:conformance") not in ("A", "B"):
        yield "not PDF/A-3"
    if one("pdfuaid:part") != "1":
        yield "not PDF/UA-1"
    if not carries_xml:
        return
    for name, value in FX.items():
        if one(f"fx:{name}") != value:
            yield f"fx:{name}"
    uris = root.xpath("//pdfaExtension:schemas//pdfaSchema:namespaceURI/text()", namespaces=NS)
    if NS["fx"] not in uris:
        yield "no extension schema for fx"
    if len(root.xpath("//pdfaExtension:schemas", namespaces=NS)) != 1:
        yield "extension schemas declared twice"


def _attachment(file: pikepdf.Pdf) -> Iterator[str]:
    files = list(file.Root.get("/AF", []))
    if len(files) != 1:
        yield f"{len(files)} associated files"
        return
    spec = files[0]
    if str(spec.get("/AFRelationship")) not in ("/Data", "/Alternative", "/Source"):
        yield "no AFRelationship"
    if str(spec.get("/F")) != "factur-x.xml" or str(spec.get("/UF")) != "factur-x.xml":
        yield "wrong name of the XML"
    stream = spec.EF.F
    if str(stream.get("/Subtype")) != "/text/xml":
        yield "wrong type of the XML"
    if "/ModDate" not in stream.get("/Params", {}):
        yield "no ModDate"
    if "/Names" not in file.Root or "/EmbeddedFiles" not in file.Root.Names:
        yield "not in EmbeddedFiles"


def _objects(file: pikepdf.Pdf) -> Iterator[str]:
    for item in file.objects:
        if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
            yield from _object(item)


def _object(item: Any) -> Iterator[str]:
    if item.get("/Type") == "/FontDescriptor" and not {"/FontFile", "/FontFile2", "/FontFile3"} & set(item.keys()):
        yield f"font not embedded: {item.get('/FontName')}"
    for key in ("/AA", "/JS", "/JavaScript"):
        if key in item:
            yield f"active content: {key}"
    if item.get("/S") in ("/JavaScript", "/Launch"):
        yield "active content: action"
    filters = item.get("/Filter", [])
    if "/LZWDecode" in ([filters] if isinstance(filters, pikepdf.Name) else list(filters)):
        yield "LZW"


def attached_xml(pdf: bytes) -> bytes:
    """The bytes of the attached XML."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        return bytes(file.Root.AF[0].EF.F.read_bytes())
