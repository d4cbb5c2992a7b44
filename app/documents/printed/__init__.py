"""What the text of a printed invoice seems to say: proposed to a person, never believed."""

from app.documents.printed.invoice import Guess, guess_invoice
from app.documents.printed.text import PdfText, text_of
from app.documents.printed.values import flat

__all__ = ["Guess", "PdfText", "flat", "guess_invoice", "text_of"]
