"""Screens of admin: Flask-Admin's routes, names and registry, with our own reads, writes and templates."""

from app.admin.views.home import HomeView
from app.admin.views.screen import RecordView

__all__ = ["HomeView", "RecordView"]
