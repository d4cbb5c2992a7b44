"""What makes a PDF with an attached XML a Factur-X: its particulars in the XMP metadata, beside those of PDF/A and PDF/UA.

`facturx.generate_from_binary` would replace the metadata and lose PDF/UA; so ours are added to what Typst wrote.
"""

import io

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
EXTENSION = "http://www.aiim.org/pdfa/ns/extension/"
FX = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
PROPERTIES = {
    "DocumentFileName": "name of the embedded XML invoice file",
    "DocumentType": "INVOICE",
    "Version": "version of the Factur-X standard",
    "ConformanceLevel": "profile of the embedded XML invoice",
}
_PROPERTY = (
    '<rdf:li rdf:parseType="Resource"><pdfaProperty:name>{name}</pdfaProperty:name>'
    "<pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>"
    "<pdfaProperty:description>{told}</pdfaProperty:description></rdf:li>"
)
_SCHEMA = (
    f'<rdf:li xmlns:rdf="{RDF[1:-1]}" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" '
    'xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" rdf:parseType="Resource">'
    "<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>"
    f"<pdfaSchema:namespaceURI>{FX}</pdfaSchema:namespaceURI><pdfaSchema:prefix>fx</pdfaSchema:prefix>"
    "<pdfaSchema:property><rdf:Seq>"
    + "".join(_PROPERTY.format(name=name, told=told) for name, told in PROPERTIES.items())
    + "</rdf:Seq></pdfaSchema:property></rdf:li>"
)
_DESCRIPTION = (
    f'<rdf:Description xmlns:rdf="{RDF[1:-1]}" rdf:about="" xmlns:fx="{FX}"><fx:DocumentType>INVOICE</fx:DocumentType>'
    "<fx:DocumentFileName>factur-x.xml</fx:DocumentFileName><fx:Version>1.0</fx:Version>"
    "<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel></rdf:Description>"
)
_HEAD = b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
_TAIL = b'\n<?xpacket end="w"?>'


def add_particulars(pdf: bytes) -> bytes:
    """The PDF with the particulars of Factur-X; the same bytes for the same bytes.

    Raises ValueError for a PDF whose metadata declare no PDF/A extension: it did not come from our engine.
    """
    import pikepdf
    from lxml import etree

    with pikepdf.open(io.BytesIO(pdf)) as file:
        root = etree.fromstring(file.Root.Metadata.read_bytes())
        bag = root.find(f".//{{{EXTENSION}}}schemas/{RDF}Bag")
        told = root.find(f".//{RDF}RDF")
        if bag is None or told is None:
            raise ValueError("the metadata have no PDF/A extension schemas")
        bag.append(etree.fromstring(_SCHEMA))
        told.append(etree.fromstring(_DESCRIPTION))
        file.Root.Metadata = file.make_stream(
            _HEAD + etree.tostring(root, encoding="utf-8") + _TAIL, Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML
        )
        out = io.BytesIO()
        file.save(out, deterministic_id=True, preserve_pdfa=True)
    return out.getvalue()
