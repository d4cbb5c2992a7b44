"""Addresses that leave the site: in mails, slips and codes. They work in jobs too, where there is no request."""

from typing import Any

from flask import current_app


def path(endpoint: str, **values: Any) -> str:
    """The path of a route, without needing a request."""
    adapter = current_app.url_map.bind("etabli")
    return adapter.build(endpoint, values)


def absolute(endpoint: str, **values: Any) -> str:
    """The address from BASE_URL."""
    return site(path(endpoint, **values))


def site(path: str) -> str:
    """The address of a path of this site, from BASE_URL."""
    return str(current_app.config["BASE_URL"]).rstrip("/") + path
