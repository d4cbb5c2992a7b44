"""What a supplier sends: a Factur-X PDF with its lines (UN/CEFACT CII, EN 16931), written by these tests."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import NamedTuple

import facturx
from pypdf import PdfWriter

RAM = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
RSM = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
UDT = "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"


class Sold(NamedTuple):
    """A line of the supplier's: how many, the price of one in cents without tax, the supplier's reference."""

    label: str
    quantity: int
    price: int
    reference: str = ""


def _line(rank: int, line: Sold) -> str:
    reference = f"<ram:SellerAssignedID>{line.reference}</ram:SellerAssignedID>" if line.reference else ""
    return f"""<ram:IncludedSupplyChainTradeLineItem>
<ram:AssociatedDocumentLineDocument><ram:LineID>{rank}</ram:LineID></ram:AssociatedDocumentLineDocument>
<ram:SpecifiedTradeProduct>{reference}<ram:Name>{line.label}</ram:Name></ram:SpecifiedTradeProduct>
<ram:SpecifiedLineTradeAgreement><ram:NetPriceProductTradePrice><ram:ChargeAmount>{line.price / 100:.2f}</ram:ChargeAmount></ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement>
<ram:SpecifiedLineTradeDelivery><ram:BilledQuantity unitCode="C62">{line.quantity}</ram:BilledQuantity></ram:SpecifiedLineTradeDelivery>
<ram:SpecifiedLineTradeSettlement><ram:ApplicableTradeTax><ram:TypeCode>VAT</ram:TypeCode><ram:CategoryCode>S</ram:CategoryCode><ram:RateApplicablePercent>20.00</ram:RateApplicablePercent></ram:ApplicableTradeTax>
<ram:SpecifiedTradeSettlementLineMonetarySummation><ram:LineTotalAmount>{line.quantity * line.price / 100:.2f}</ram:LineTotalAmount></ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement>
</ram:IncludedSupplyChainTradeLineItem>"""


def a_facturx_xml(
    number: str, seller: str, lines: Sequence[Sold], *, order: str = "", siret: str = "", on: date
) -> bytes:
    """The XML of an invoice at 20 %."""
    net = sum(line.quantity * line.price for line in lines)
    vat = round(net / 5)
    legal = f'<ram:SpecifiedLegalOrganization><ram:ID schemeID="0002">{siret}</ram:ID></ram:SpecifiedLegalOrganization>'
    ordered = f"<ram:BuyerOrderReferencedDocument><ram:IssuerAssignedID>{order}</ram:IssuerAssignedID></ram:BuyerOrderReferencedDocument>"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice xmlns:rsm="{RSM}" xmlns:ram="{RAM}" xmlns:udt="{UDT}">
<rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter><ram:ID>urn:cen.eu:en16931:2017</ram:ID></ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>
<rsm:ExchangedDocument><ram:ID>{number}</ram:ID><ram:TypeCode>380</ram:TypeCode><ram:IssueDateTime><udt:DateTimeString format="102">{on:%Y%m%d}</udt:DateTimeString></ram:IssueDateTime></rsm:ExchangedDocument>
<rsm:SupplyChainTradeTransaction>{"".join(_line(rank, line) for rank, line in enumerate(lines, 1))}
<ram:ApplicableHeaderTradeAgreement><ram:SellerTradeParty><ram:Name>{seller}</ram:Name>{legal if siret else ""}<ram:PostalTradeAddress><ram:CountryID>FR</ram:CountryID></ram:PostalTradeAddress></ram:SellerTradeParty>
<ram:BuyerTradeParty><ram:Name>Atelier Second Souffle</ram:Name><ram:PostalTradeAddress><ram:CountryID>FR</ram:CountryID></ram:PostalTradeAddress></ram:BuyerTradeParty>{ordered if order else ""}</ram:ApplicableHeaderTradeAgreement>
<ram:ApplicableHeaderTradeDelivery/>
<ram:ApplicableHeaderTradeSettlement><ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
<ram:ApplicableTradeTax><ram:CalculatedAmount>{vat / 100:.2f}</ram:CalculatedAmount><ram:TypeCode>VAT</ram:TypeCode><ram:BasisAmount>{net / 100:.2f}</ram:BasisAmount><ram:CategoryCode>S</ram:CategoryCode><ram:RateApplicablePercent>20.00</ram:RateApplicablePercent></ram:ApplicableTradeTax>
<ram:SpecifiedTradePaymentTerms><ram:Description>30 jours</ram:Description></ram:SpecifiedTradePaymentTerms>
<ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:LineTotalAmount>{net / 100:.2f}</ram:LineTotalAmount><ram:TaxBasisTotalAmount>{net / 100:.2f}</ram:TaxBasisTotalAmount><ram:TaxTotalAmount currencyID="EUR">{vat / 100:.2f}</ram:TaxTotalAmount><ram:GrandTotalAmount>{(net + vat) / 100:.2f}</ram:GrandTotalAmount><ram:DuePayableAmount>{(net + vat) / 100:.2f}</ram:DuePayableAmount></ram:SpecifiedTradeSettlementHeaderMonetarySummation>
</ram:ApplicableHeaderTradeSettlement></rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>""".encode()


def a_facturx_pdf(xml: bytes) -> bytes:
    """A PDF that carries this XML."""
    blank, page = PdfWriter(), BytesIO()
    blank.add_blank_page(595, 842)
    blank.write(page)
    made: bytes = facturx.generate_from_binary(page.getvalue(), xml, check_xsd=False, check_schematron=False)
    return made
