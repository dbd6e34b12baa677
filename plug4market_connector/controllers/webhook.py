import logging
import re

from odoo import http
from odoo.http import request

from ..hub import MalformedNotice, UnknownNotice, parse_webhook

MAX_BODY_BYTES = 64 * 1024
SECRET_PATH = re.compile(r"(/plug4market/webhook/)[^\s?\"]+")


def hide_token(record):
    """Keep the webhook's address, which is its password, out of the access log."""
    line = record.getMessage()
    if "/plug4market/webhook/" in line:
        record.msg, record.args = SECRET_PATH.sub(r"\1***", line), ()
    return True


logging.getLogger("werkzeug").addFilter(hide_token)


class Plug4marketWebhook(http.Controller):
    """The door for the hub: parse, then authenticate and store at once, answer.

    The notice is unsigned and only a hint (docs/hub-api.md 8), so nothing of it is
    believed: the order is read from the store's own API address by the queue.
    """

    @http.route(
        "/plug4market/webhook/<string:token>",
        type="http",
        auth="none",
        methods=["POST"],
        csrf=False,
        save_session=False,
        readonly=False,
    )
    def receive(self, token):
        if not token.isprintable():
            return self._turn_away()  # PostgreSQL refuses to look for a NUL
        length = request.httprequest.content_length
        if length is None or length > MAX_BODY_BYTES:
            return self._refuse(token, 413, error="the notice is too large")
        try:
            notice = parse_webhook(request.httprequest.get_data(cache=False))
        except UnknownNotice:
            return self._refuse(token, 200, ignored="not about an order")
        except MalformedNotice as error:
            return self._refuse(token, 400, error=str(error))
        if not self._events()._receive_notice(token, notice):
            return self._turn_away()
        return self._answer(200, received=True)

    def _refuse(self, token, status, **why):
        """Say why nothing was kept, to nobody but who knows the address."""
        if not self._events()._is_known_address(token):
            return self._turn_away()
        return self._answer(status, received=False, **why)

    def _turn_away(self):
        return self._answer(404, error="unknown webhook address")

    def _events(self):
        return request.env["plug4market.order.event"].sudo()

    def _answer(self, status, **body):
        return request.make_json_response(body, status=status)
