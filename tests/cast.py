"""The cast: a workshop, its team, a client and a stranger. Ask for `cast` and name them."""

from dataclasses import dataclass

import pytest
from flask import Flask

from app.accounts.models import Organisation, User
from app.accounts.states import Role
from app.contacts.models import Contact
from tests.factories.accounts import a_user, an_organisation
from tests.factories.contacts import a_contact


@dataclass
class Cast:
    """Who is there. Camille manages, Nadia is at the desk, Inès repairs, Hugo repairs outside, Sonia sells,
    Karim is a client with an account, Dan a client who must never see Karim's things."""

    organisation: Organisation
    camille: User
    nadia: User
    sonia: User
    ines: User
    hugo: User
    claude: User
    karim: Contact
    dan: Contact


@pytest.fixture
def cast(app: Flask) -> Cast:
    organisation = an_organisation()
    karim_user = a_user(Role.CLIENT, email="client@demo.example", name="Karim Benyahia")
    dan_user = a_user(Role.CLIENT, email="dan@demo.example", name="Dan Lestrange")
    return Cast(
        organisation=organisation,
        camille=a_user(Role.MANAGER, email="gerant@demo.example", name="Camille Ferrand"),
        nadia=a_user(Role.DESK, email="accueil@demo.example", name="Nadia Belkacem"),
        sonia=a_user(Role.SALES, email="commercial@demo.example", name="Sonia Maurel"),
        ines=a_user(Role.TECHNICIAN, email="technicien@demo.example", name="Inès Rousseau"),
        hugo=a_user(Role.REPAIRER, email="luthier@demo.example", name="Hugo Lemoine"),
        claude=a_user(Role.ACCOUNTANT, email="compta@demo.example", name="Claude Perrin"),
        karim=a_contact(
            name="Karim Benyahia", email="karim@benyahia.example", phone="06 71 48 20 95", user_id=karim_user.id
        ),
        dan=a_contact(name="Dan Lestrange", email="dan@lestrange.example", phone="06 99 00 00 01", user_id=dan_user.id),
    )
