"""Verbs of tariffs."""

from app.tariffs.services.brought import Brought, brought, in_option
from app.tariffs.services.engine import Priced, Reason, Rule, Situation, price_of
from app.tariffs.services.offers import Offer, followed, know_people, offer, offers, offers_to
from app.tariffs.services.rules import (
    add_rule,
    archive_rule,
    change_rule,
    check_rule,
    families_above,
    plain,
    plain_rules,
    price_for,
    restore_rule,
)
from app.tariffs.services.towns import (
    PACKAGE,
    add_zone,
    archive_zone,
    load_towns,
    put_towns,
    read_list,
    remove_town,
    rename_zone,
)

__all__ = [
    "PACKAGE", "Brought", "Offer", "Priced", "Reason", "Rule", "Situation", "add_rule", "add_zone", "archive_rule", "archive_zone", "brought", "change_rule",
    "check_rule", "families_above", "followed", "in_option", "know_people", "load_towns", "offer", "offers", "offers_to", "plain", "plain_rules", "price_for", "price_of", "put_towns", "read_list", "remove_town",
    "rename_zone", "restore_rule",
]  # fmt: skip
