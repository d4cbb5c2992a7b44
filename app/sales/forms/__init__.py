"""Forms of quotes and of the documents that follow them."""

from app.sales.forms.documents import (
    CreditForm,
    DepositForm,
    HeadForm,
    InstalmentForm,
    LineForm,
    NewForm,
    ProgressForm,
    QuantitiesForm,
    RepeatForm,
    ThirdForm,
)
from app.sales.forms.quotes import AnswerForm, SendForm, TermsForm

__all__ = [
    "AnswerForm", "CreditForm", "DepositForm", "HeadForm", "InstalmentForm", "LineForm", "NewForm", "ProgressForm", "QuantitiesForm",
    "RepeatForm", "SendForm", "TermsForm", "ThirdForm",
]  # fmt: skip
