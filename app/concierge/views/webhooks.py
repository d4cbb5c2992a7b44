"""What Smoobu tells by itself: the address is secret, and the event is believed in nothing but which stay to read again."""

from flask import Blueprint, Response, make_response, request

from app.concierge.services import hooks as services
from app.core.db import transaction
from app.core.permissions import public
from app.core.web import or_404

hooks = Blueprint("stay_hooks", __name__)


@hooks.post("/webhooks/smoobu/<token>")
@public
def smoobu_told(token: str) -> Response:
    """An event: 200 at once, the stay is read in a job. 404 when the address is none of ours."""
    account = or_404(services.account_at(token))
    stay_id = services.named_stay(request.get_json(silent=True))
    if stay_id and account.active:
        with transaction():
            services.ask_again(account, stay_id)
    return make_response("", 200)
