"""Invoices as suppliers print them, without data for machines: several layouts, and files that are not what they seem."""

from io import BytesIO

import typst
from PIL import Image
from pypdf import PdfReader, PdfWriter

SELLER = "Vents & Anches SARL\\ 12 rue des Luthiers\\ 88500 Mirecourt\\ SIRET 732 829 320 00074 - TVA FR44732829320"
BUYER = "La Gamme\\ 4 place du Marché\\ 80000 Amiens"


def _made(body: str) -> bytes:
    return bytes(typst.compile(f'#set page("a4", margin: 18mm)\n#set text(size: 9pt)\n{body}'.encode()))


def _lines(count: int, price: str) -> str:
    rows = "".join(f"[Anches n° {rank}], [1], [{price}], [{price}]," for rank in range(1, count + 1))
    return f"#table(columns: (1fr, auto, auto, auto), [Désignation], [Qté], [PU HT], [Total HT], {rows})"


def usual(number: str = "F-2026-0815", order: str = "CF-2026-0001") -> bytes:
    """One column: labels beside their values, thousands by a space."""
    return _made(
        f"""{SELLER}

*FACTURE N° {number}*

Date : 12/11/2026 #h(2em) Date d'échéance : 12/12/2026 #h(2em) Votre commande : {order}

{BUYER}

{_lines(3, "411,52 €")}

#align(right)[Total HT : 1 234,56 €

TVA 20,00 % : 246,91 €

*Total TTC : 1 481,47 €*]

Pénalités de retard : 3 fois le taux légal ; indemnité de recouvrement 40,00 €. Capital social 10 000,00 €."""
    )


def two_columns() -> bytes:
    """Particulars as a row of headings above a row of values; the totals a table of headings and values."""
    return _made(
        f"""#grid(columns: (1fr, 1fr), [{SELLER}], align(right)[{BUYER}])

#v(1em)
#table(columns: (1fr, 1fr, 1fr, 1fr), [N° de facture], [Date de facture], [Échéance], [Réf. client], [VA/2026/77], [3 novembre 2026], [1er décembre 2026], [C 0042])

{_lines(2, "1 000,00")}

#table(columns: (1fr, 1fr, 1fr), [Total HT], [Total TVA], [Net à payer], [2 000,00 €], [400,00 €], [2 400,00 €])"""
    )


def english() -> bytes:
    """Thousands by a comma, months in words."""
    return _made(
        """Reeds Ltd\\ Dublin\\ VAT number IE6388047V

*Invoice number: INV-20931*

Invoice date: November 3, 2026 #h(2em) Due date: December 3, 2026

#align(right)[Subtotal 2,500.00 EUR

VAT 20% 500.00 EUR

Total due 3,000.00 EUR]"""
    )


def credit_note() -> bytes:
    """What lowers what is to be paid."""
    return _made(
        f"""{SELLER}

*AVOIR N° AV-118*

Date : 20.11.26

Sur votre facture F-2026-0815 du 12/11/2026

#align(right)[Montant HT -100,00

TVA (20 %) -20,00

Total TTC -120,00]"""
    )


def two_rates() -> bytes:
    """A table of taxes at two rates, points for thousands."""
    return _made(
        f"""{SELLER}

Facture n°: 2026-4411 du 05/11/2026

#table(columns: (1fr, 1fr, 1fr), [Taux], [Base HT], [Montant TVA], [20,00 %], [1.000,00], [200,00], [5,50 %], [200,00], [11,00])

#align(right)[Total HT 1.200,00

TVA 20 % 200,00

TVA 5,5 % 11,00

NET À PAYER 1.411,00 EUR]

Conditions de règlement : 30 jours fin de mois"""
    )


def without_vat() -> bytes:
    """A small seller who charges no tax."""
    return _made(
        """Jeanne Martin, accordeuse\\ SIRET 404 833 048 00022

FACTURE 2026-17

Émise le 8 nov. 2026

#align(right)[Total 150,00 €

Total HT 150,00 €

Net à payer 150,00 €]

TVA non applicable, art. 293 B du CGI"""
    )


def scan() -> bytes:
    """A picture in a PDF."""
    out = BytesIO()
    Image.new("RGB", (800, 1100), "white").save(out, "PDF")
    return out.getvalue()


def locked() -> bytes:
    """It asks for a password."""
    writer, out = PdfWriter(clone_from=PdfReader(BytesIO(usual()))), BytesIO()
    writer.encrypt("secret", "owner", algorithm="AES-256")
    writer.write(out)
    return out.getvalue()


def owned() -> bytes:
    """Anybody may read it; nobody may change it."""
    writer, out = PdfWriter(clone_from=PdfReader(BytesIO(usual()))), BytesIO()
    writer.encrypt("", "owner", algorithm="AES-256")
    writer.write(out)
    return out.getvalue()


def cut() -> bytes:
    """The download stopped half-way."""
    whole = usual()
    return whole[: len(whole) // 2]


def swollen() -> bytes:
    """Little on the disk, ten thousand times as much once opened."""
    writer, out = PdfWriter(), BytesIO()
    page = writer.add_blank_page(595, 842)
    from pypdf.generic import NameObject, StreamObject

    stream = StreamObject()
    stream.set_data(b"BT /F1 9 Tf (x) Tj ET " * 5_000_000)
    page[NameObject("/Contents")] = writer._add_object(stream.flate_encode(9))
    writer.write(out)
    return out.getvalue()
