"""The borrower's own page of a loan: a signed link, in our messages; the same verbs serve his account."""

from app.core import links
from app.core.db import db, require_transaction
from app.core.subject import subject_of
from app.core.urls import absolute
from app.lending.models import Loan

LINK, LINK_DAYS = "loan", 400


def borrower_link(loan: Loan) -> str:
    """The address of the page where the borrower sees his loan, tells an incident, keeps it longer; made when there is none."""
    require_transaction()
    about = subject_of(loan)
    token = links.token_of(LINK, about)
    if token is None:
        token = links.issue(LINK, about, days=LINK_DAYS)
        db.session.flush()
    return absolute("lending.mine", token=token)
