"""What insights gives the house."""

from flask import Flask
from flask_login import current_user

from app.core.i18n import _
from app.core.menu import Entry, declare_menu
from app.core.panels import Panel, declare_panels
from app.core.permissions import Permission, declare_permissions
from app.core.settings import setting
from app.insights.views import bp, figures
from app.insights.views.dashboard import OWN

G, A, C, T, K = "gerant", "accueil", "commercial", "technicien", "comptable"

VIEW = "report.view"
CHARTS = (
    Panel("months", "insights/_chart.html", 10, figures.months_chart, "ticket.statistics"),
    Panel("states", "insights/_states.html", 20, figures.states_chart, "ticket.view"),
    Panel("load", "insights/_chart.html", 30, figures.load_chart, "ticket.statistics"),
    Panel("ages", "insights/_chart.html", 40, figures.ages_chart, "ticket.view"),
)
MONEY = (
    Panel("accepted", "insights/_chart.html", 10, figures.accepted_chart, "quote.view"),
    Panel("answers", "insights/_chart.html", 20, figures.answers_chart, "quote.view"),
)


def register(app: Flask) -> None:
    """Start-up."""
    app.register_blueprint(bp)
    app.jinja_env.globals.update(logements_geres=lambda: bool(setting("concierge.active")))
    declare_permissions(Permission(VIEW, "Voir les rapports", "Réparations", (G, A, C, T, K)))
    declare_panels("dashboard.charts", *CHARTS)
    declare_panels("dashboard.money", *MONEY)
    declare_menu(
        Entry("home", _home, "home", "insights.dashboard", VIEW, 10, shown=_staff, short=_home_short),
        Entry("reports", "Rapports", "chart-bar", "insights.reports", VIEW, 390, "Base"),
    )


def _home() -> str:
    return _("Ma journée") if current_user.role in OWN else _("Tableau de bord")


def _home_short() -> str:
    return _("Ma journée") if current_user.role in OWN else _("Accueil")


def _staff() -> bool:
    return bool(current_user.is_authenticated) and not current_user.is_client
