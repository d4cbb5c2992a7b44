"""Forms of quotes and of the documents that follow them."""

from app.sales.forms.documents import (
    CreditForm,
    DeliveryForm,
    DepositForm,
    HeadForm,
    InstalmentForm,
    LineForm,
    NewForm,
    ProgressForm,
    QuantitiesForm,
    RepeatForm,
    ReturnForm,
    ThirdForm,
)
from app.sales.forms.offers import OfferForm, OfferLineForm
from app.sales.forms.quotes import AnswerForm, SendForm, TermsForm

__all__ = [
    "AnswerForm", "CreditForm", "DeliveryForm", "DepositForm", "HeadForm", "InstalmentForm", "LineForm", "NewForm", "OfferForm", "OfferLineForm", "ProgressForm", "QuantitiesForm",
    "RepeatForm", "ReturnForm", "SendForm", "TermsForm", "ThirdForm",
]  # fmt: skip
