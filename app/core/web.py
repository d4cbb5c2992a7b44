"""Pages and fragments: one URL, two renderings. Views return `page(...)`, `saved(...)` or `go(...)`, nothing else."""

import re
from typing import Any, NoReturn, TypeVar
from urllib.parse import urlsplit

from flask import Response, abort, current_app, flash, get_flashed_messages, make_response, redirect, request
from markupsafe import Markup

T = TypeVar("T")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")  # browsers drop them: « /\t/elsewhere » would read « //elsewhere »


def wants_fragment() -> bool:
    """True when htmx asks for a part of the page."""
    htmx = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request  # type: ignore[union-attr]


def _render_block(template: str, block: str, context: dict[str, Any]) -> str:
    current_app.update_template_context(context)
    found = current_app.jinja_env.get_template(template)
    return "".join(found.blocks[block](found.new_context(context)))


def page(
    template: str, *, block: str | None = None, status: int = 200, oob: tuple[str, ...] = (), **context: Any
) -> Response:
    """The whole page, or its named block when htmx asks; toasts and the blocks of `oob` go along out of band."""
    if block and wants_fragment():
        parts = [_render_block(template, block, dict(context))]
        parts += [_render_block(template, name, {**context, "oob": True}) for name in oob]
        parts.append(_toasts())
        response = make_response("".join(parts), status)
    else:
        full = current_app.jinja_env.get_or_select_template(template)
        values = dict(context)
        current_app.update_template_context(values)
        response = make_response(full.render(values), status)
    response.vary.add("HX-Request")
    return response


def _toasts() -> str:
    messages = get_flashed_messages(with_categories=True)
    if not messages:
        return ""
    template = current_app.jinja_env.get_template("components/toasts_oob.html")
    return template.render(messages=messages)


def say(message: str, category: str = "success") -> None:
    """A toast on the next page or fragment: "success", "info", or "error" (stays until closed)."""
    flash(message, category)


def go(url: str) -> Response:
    """After a change: show that page. A redirect for a browser, `HX-Redirect` for htmx."""
    url = _CONTROL.sub("", url)  # what was typed into an address never breaks its header
    if wants_fragment():
        response = make_response("", 200)
        if "#" in url and _shown(url):  # a browser sent to a place of the page it shows only scrolls: it reads it again
            response.headers["HX-Refresh"] = "true"
        else:
            response.headers["HX-Redirect"] = url
        return response
    return make_response(redirect(url, 303))


def _shown(url: str) -> bool:
    """True when that page is the one on the screen, whatever its anchor."""
    here, asked = urlsplit(request.headers.get("HX-Current-URL", "")), urlsplit(url)
    return (here.path, here.query) == (asked.path, asked.query)


def or_404(found: T | None) -> T:
    """The row, or the 404 page: what one may not see does not exist."""
    if found is None:
        abort(404)
    return found


def not_found() -> NoReturn:
    """The 404 page."""
    abort(404)


def local_url(url: str | None, fallback: str) -> str:
    """`url` when it is a path of this site, else `fallback`: no redirect leads away."""
    if url and url.startswith("/") and not url.startswith(("//", "/\\")) and not _CONTROL.search(url):
        return url
    return fallback


def client_address() -> str:
    """The visitor's address (behind TRUSTED_PROXIES proxies)."""
    return request.remote_addr or ""


def raw(html: str) -> Markup:
    """Mark trusted markup made by our own code."""
    return Markup(html)  # noqa: S704
