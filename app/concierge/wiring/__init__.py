"""What the concierge gives the house."""

from flask import Flask

from app.concierge.commands import statements
from app.concierge.personal import PERSONAL
from app.concierge.services.retaining import already_paid
from app.concierge.views import bp
from app.concierge.views.blueprint import APPROVE, MANAGE, MONTHS, VIEW
from app.concierge.views.tabs import tabs
from app.concierge.views.webhooks import hooks, smoobu_told
from app.concierge.wiring import invoicing, lodgings, settings, stays, templates, verbs
from app.core.permissions import Permission, declare_permissions
from app.core.personal import declare_personal
from app.sales.services.facturx.shape import paid_before

G, A, C = "gerant", "accueil", "comptable"
GROUP = "Conciergerie"


def register(app: Flask) -> None:
    """Start-up."""
    declare_personal(PERSONAL)
    app.register_blueprint(bp)
    app.register_blueprint(hooks)
    app.extensions["csrf"].exempt(smoobu_told)  # no form of ours: its address stands for it, and all is read again
    app.cli.add_command(statements)
    app.jinja_env.globals.update(concierge_tabs=tabs)
    declare_permissions(
        Permission(VIEW, "Voir les logements, les séjours et les relevés", GROUP, (G, A, C)),
        Permission(MANAGE, "Régler logements, propriétaires, mandats et séjours", GROUP, (G, A)),
        Permission(MONTHS, "Compter et corriger les mois", GROUP, (G, C)),
        Permission(APPROVE, "Approuver les relevés et les envoyer", GROUP, (G,)),
    )
    settings.declare()
    lodgings.declare()
    verbs.declare()
    stays.declare()
    templates.declare()
    invoicing.declare()
    paid_before(already_paid)
