"""Screens of admin: Flask-Admin's routes, names and registry, with our own reads, writes and templates."""

from app.admin.views.home import HomeView
from app.admin.views.records import RecordView

__all__ = ["HomeView", "RecordView"]
