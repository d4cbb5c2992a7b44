"""Makes the application: the only file that knows every feature."""

from datetime import timedelta
from importlib import import_module
from pathlib import Path

from flask import Flask
from flask_babel import Babel
from flask_wtf import CSRFProtect
from htmx_flask import Htmx
from werkzeug.middleware.proxy_fix import ProxyFix

from app.core import assets, components, errorpages, headers, health, jinja, tables
from app.core.config import Settings, load_settings
from app.core.db import db, migrate
from app.core.forms import speak_french
from app.core.logs import report_errors, set_up_logs
from app.core.queue import init_queue

ROOT = Path(__file__).resolve().parent.parent

# In order of floors, from the ground up: a feature registers after those it builds on.
FEATURES = (
    "dispatch",
    "accounts",
    "documents",
    "questionnaires",
    "contacts",
    "messaging",
    "partners",
    "assets",
    "catalog",
    "tariffs",
    "planning",
    "stock",
    "tickets",
    "sales",
    "purchasing",
    "payments",
    "members",
    "lending",
    "repairers",
    "concierge",
    "till",
    "einvoicing",
    "portal",
    "insights",
    "exchange",
    "ledger",
    "privacy",
    "setup",
    "admin",
    "operations",
    "demo",
)


def create_app(settings: Settings | None = None) -> Flask:
    """The application with these settings (the environment's by default). Raises SettingError."""
    settings = settings or load_settings()
    set_up_logs(settings)
    report_errors(settings)
    app = Flask(
        __name__,
        root_path=str(ROOT / "app"),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
    )
    app.config.from_mapping(_config(settings))
    app.extensions["etabli_settings"] = settings
    app.extensions["etabli_tables"] = tables.TABLES
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
    CSRFProtect(app)
    speak_french(app)
    Htmx(app)
    Babel(app)
    init_queue(app, settings.redis_url)
    assets.register(app)
    components.register(app)
    jinja.register(app)
    headers.register(app)
    health.register(app)
    errorpages.register(app)
    for feature in FEATURES:
        import_module(f"app.{feature}.wiring").register(app)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _config(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "TESTING": settings.testing,
        "DEMO": settings.demo,
        "BASE_URL": settings.base_url,
        "BABEL_DEFAULT_LOCALE": "fr",
        "BABEL_DEFAULT_TIMEZONE": "Europe/Paris",
        "MAX_CONTENT_LENGTH": 64 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 4 * 1024 * 1024,
        "MAX_FORM_PARTS": 5000,
        "SEND_FILE_MAX_AGE_DEFAULT": timedelta(days=365),
        # A slow answer must not put back the cookie, with its toasts, that a quicker one has replaced.
        "SESSION_REFRESH_EACH_REQUEST": False,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SECURE": settings.https,
        "PERMANENT_SESSION_LIFETIME": timedelta(days=30),
        "WTF_CSRF_TIME_LIMIT": None,
    }
