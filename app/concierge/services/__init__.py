"""What one does with lodgings, mandates, stays and months."""

from app.concierge.services.terms import data_of, terms_of

__all__ = ["data_of", "terms_of"]
