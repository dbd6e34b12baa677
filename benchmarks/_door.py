"""Posting notices to the webhook's door over connections that stay open."""

import threading

import requests
from hub_control import STORE_CNPJ


def notice(order_id, cnpj=STORE_CNPJ, status="APPROVED"):
    """Return what the hub posts when an order changes."""
    return {
        "order": {"orderId": order_id, "status": status, "storeCnpj": cnpj},
        "webhookName": "banco de provas",
        "resourceUrl": f"http://127.0.0.1/orders/{order_id}",
    }


class Door:
    """A route of a shop's Odoo; each thread has a connection of its own."""

    def __init__(self, shop, path=None):
        token = shop.value(
            "SELECT plug4market_webhook_token FROM res_company "
            "WHERE plug4market_webhook_token IS NOT NULL ORDER BY id LIMIT 1"
        )
        self.url = shop.server.url + (path or f"/plug4market/webhook/{token}")
        self.own = threading.local()

    def post(self, body):
        """Post one body and return the status of the answer."""
        if not hasattr(self.own, "session"):
            self.own.session = requests.Session()
        return self.own.session.post(self.url, json=body, timeout=60).status_code
