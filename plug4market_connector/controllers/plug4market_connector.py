import logging
import re

from odoo import http
from odoo.http import request
from odoo.tools import consteq

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
    """The door for the hub: authenticate, parse, store, answer.

    The notice is unsigned and only a hint ("API notes" 8), so nothing of it is
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
        company = self._find_company(token)
        if not company:
            return self._answer(404, error="unknown webhook address")
        length = request.httprequest.content_length
        if length is None or length > MAX_BODY_BYTES:
            return self._answer(413, error="the notice is too large")
        try:
            notice = parse_webhook(request.httprequest.get_data(cache=False))
        except UnknownNotice:
            return self._answer(200, received=False, ignored="not about an order")
        except MalformedNotice as error:
            return self._answer(400, error=str(error))
        request.env["plug4market.order.event"].sudo()._receive_notice(company, notice)
        return self._answer(200, received=True)

    def _find_company(self, token):
        """The active company whose webhook token this is, compared in constant time."""
        companies = request.env["res.company"].sudo()
        if not token.isprintable():
            return companies  # PostgreSQL refuses to look for a NUL
        company = companies.search_fetch(
            [
                ("plug4market_webhook_token", "=", token),
                ("plug4market_active", "=", True),
            ],
            ["plug4market_webhook_token"],
            limit=1,
        )
        if company and consteq(company.plug4market_webhook_token, token):
            return company
        return companies

    def _answer(self, status, **body):
        return request.make_json_response(body, status=status)
