"""The blueprint of members, its rights, and how its pages find what they are about."""

from flask import Blueprint
from flask_login import current_user

from app.contacts.models import Contact
from app.contacts.queries import contact_for
from app.core.web import or_404
from app.members.models import Household
from app.members.queries import household_by_id

VIEW, EDIT, SETTINGS = "member.view", "member.edit", "member.settings"

bp = Blueprint("members", __name__)


def the_person(contact_id: int) -> Contact:
    """The contact, or the 404 page; an organisation is no member."""
    contact = or_404(contact_for(current_user, contact_id))
    return or_404(None if contact.is_company else contact)


def the_home(household_id: int) -> Household:
    """The household, or the 404 page."""
    return or_404(household_by_id(household_id))
