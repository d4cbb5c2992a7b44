"""The application that gunicorn and `flask` load."""

from app.factory import create_app

app = create_app()
