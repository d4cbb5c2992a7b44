"""What must pass by the services: organisation, people, families with their check points, accounts at the simulator's partners."""

from typing import Any

from flask import current_app
from sqlalchemy import select

from app.accounts import services as accounts
from app.accounts.models import Organisation, Site
from app.accounts.queries import organisation
from app.accounts.states import Role, Trade
from app.assets import services as assets
from app.assets.models import Family
from app.catalog.services import load_vat_rates
from app.core.checklist import steps
from app.core.config import Settings
from app.core.db import db
from app.core.settings import change_setting, stored
from app.demo.accessories import FAMILIES as ACCESSORIES
from app.demo.catalogue import Kit, Profile, kits, read
from app.demo.diary import Person
from app.demo.team import ACCOUNTS, CLIENTS, DOMAIN, Ground
from app.partners.services import add_account
from app.questionnaires.items import item_from
from app.questionnaires.models import Questionnaire
from app.questionnaires.services import add_questionnaire
from app.questionnaires.states import Use
from app.sandbox import credentials
from app.setup.queries import DISMISSED
from app.setup.services import apply_preset

#: The examples of the standard and of the scheme: nobody's account.
IBAN, BIC, ICS = "FR7630006000011234567890189", "AGRIFRPP", "FR72ZZZ123456"
OPENING = {str(day): [["09:00", "12:30"], ["14:00", "18:00"]] for day in range(6)}
NAMES = {
    "instrument": "d'un instrument",
    "menager": "d'un appareil électrique",
    "informatique": "d'un appareil informatique",
}
USES = {Use.CHECK_IN: "Contrôle à l'entrée", Use.CHECK_OUT: "Contrôle à la sortie"}


def make_ground(profile: Profile, password_hash: str) -> Ground:
    """The organisation and its people, ready for the story. In a transaction; the database has no organisation yet."""
    identity = {**profile.identity, "trade": Trade(profile.identity["trade"])}
    accounts.create_organisation(
        **identity, postcode="83170", town="Brignoles", phone="04 65 71 00 42", opening=OPENING,
        mediator="Médiation Consommation Provence, mediation.example", iban=IBAN, bic=BIC, creditor_id=ICS,
    )  # fmt: skip
    load_vat_rates()
    for preset in profile.presets:
        apply_preset(preset, catalogue=False)
    _forget()
    change_setting("assets.noun", profile.noun)
    change_setting(DISMISSED, [step.key for step in steps()])
    sites = [
        Site(name=name, town="Brignoles", postcode="83170", address=profile.identity["address"])
        for name in profile.sites
    ]
    db.session.add_all(sites)
    db.session.flush()
    people = _people(password_hash, sites[0].id)
    families = _families(profile)
    _partner_accounts(profile)
    _forget()
    fleet = [family_id for family_id, kit in families.items() if kit.trade == profile.fleet_trade]
    more = {
        name: assets.add_family(name=name, icon="music").id for name in ACCESSORIES if profile.fleet_trade == "school"
    }
    return Ground(people, families, [site.id for site in sites], fleet, profile.fleet_size, more)


def _forget() -> None:
    """Read anew what this transaction wrote: revisions, which say so to others, count at its end."""
    organisation.forget()  # type: ignore[attr-defined]
    stored.forget()  # type: ignore[attr-defined]


def _people(password_hash: str, site_id: int) -> dict[str, Person]:
    people = {}
    for login, name, role, hours in ACCOUNTS:
        user = accounts.add_user(
            f"{login}@{DOMAIN}", name, role, password_hash=password_hash, site_id=site_id, hours_per_week=hours
        )
        people[login] = Person(user.id, user.name)
    for login, name in CLIENTS:
        user = accounts.add_user(f"{login}@{DOMAIN}", name, Role.CLIENT, password_hash=password_hash)
        people[login] = Person(user.id, user.name)
    return people


def _families(profile: Profile) -> dict[int, Kit]:
    """Those of the presets where they have that name, else made from the kit."""
    known = {name: family_id for family_id, name in db.session.execute(select(Family.id, Family.name))}
    checks: dict[str, dict[Use, int | None]] = {}
    families = {}
    for kit in kits():
        if kit.trade not in profile.trades:
            continue
        if kit.name not in known:
            if kit.checks not in checks:
                checks[kit.checks] = {use: _questionnaire(kit.checks, use).id for use in USES}
            row = _family(kit)
            assets.choose_questionnaires(row, checks[kit.checks])
            known[kit.name] = row.id
        families[known[kit.name]] = kit
    return families


def _family(kit: Kit) -> Family:
    return assets.add_family(
        name=kit.name, icon=kit.icon, accessories=list(kit.accessories), common_faults=[case.fault for case in kit.cases],
        warranty_months=kit.warranty_months, diagnosis_fee=kit.diagnosis_fee, refusal_notice=kit.refusal_notice, repair_days=kit.repair_days,
    )  # fmt: skip


def _questionnaire(checks: str, use: Use) -> Questionnaire:
    items = [item_from(item) for item in read("checks")[checks][use.value]]
    return add_questionnaire(f"{USES[use]} {NAMES[checks]}", use, items=items, code=f"{checks}-{use.value}")


def _partner_accounts(profile: Profile) -> None:
    """In demonstration, mails and SMS leave for the simulator of this very machine."""
    settings: Settings = current_app.extensions["etabli_settings"]
    if not settings.demo:
        return
    mail = {"host": "127.0.0.1", "security": "none", "user": credentials.MAIL_USER}
    password = {"password": credentials.MAIL_PASSWORD}
    address = f"http://127.0.0.1:{settings.sandbox_port}"
    sender = {"sender": credentials.MAIL_USER, "sender_name": profile.identity["name"]}
    add_account("smtp", "Courriels", {**mail, **sender, "port": settings.catcher_smtp_port}, password)
    add_account("imap", "Réponses", {**mail, "port": settings.catcher_imap_port}, password)
    ovh: dict[str, Any] = {
        "application_key": credentials.OVH_APPLICATION_KEY, "service_name": credentials.OVH_SERVICE, "sender": "", "base_url": f"{address}/ovh/1.0",
    }  # fmt: skip
    add_account(
        "ovh_sms",
        "SMS",
        ovh,
        {"application_secret": credentials.OVH_APPLICATION_SECRET, "consumer_key": credentials.OVH_CONSUMER_KEY},
    )
    platform = {
        "client_id": credentials.AFNOR_CLIENT_ID,
        "token_url": f"{address}/afnor/oauth/token",
        "base_url": f"{address}/afnor",
        "organization": "",
    }
    add_account("afnor", "Plateforme agréée", platform, {"client_secret": credentials.AFNOR_CLIENT_SECRET})
    spare = {"sender": "", "base_url": f"{address}/smsmode"}
    add_account("smsmode", "SMS de secours", spare, {"api_key": credentials.SMSMODE_API_KEY}).active = False
    stripe = {"secret_key": credentials.STRIPE_SECRET_KEY, "webhook_secret": credentials.STRIPE_WEBHOOK_SECRET}
    add_account("stripe", "Paiement en ligne", {"base_url": f"{address}/stripe"}, stripe)


def has_organisation() -> bool:
    """True when this installation already belongs to somebody."""
    return db.session.scalar(select(Organisation.id).limit(1)) is not None
