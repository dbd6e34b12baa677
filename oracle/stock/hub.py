"""A hub in this process: SKUs by store as dicts, and the troubles of a network.

It has the semantics of docs/hub-api.md 5.1 and 5.4, and no HTTP.
"""

import copy
import itertools
from contextlib import contextmanager
from unittest.mock import patch

from odoo.addons.plug4market_connector.hub import (
    AlreadyExists,
    NotFoundInHub,
    Plug4MarketClient,
    RejectedByHub,
)
from odoo.addons.plug4market_connector.hub.errors import HubUnavailable, HubUnreachable
from odoo.addons.plug4market_connector.tests.fake_hub import URL, make_tokens
from odoo.addons.plug4market_connector.tests.samples import make_order

CONNECTION = (
    "odoo.addons.plug4market_connector.models.store.plug4market_connection"
    ".Plug4marketConnection._bare_client"
)


class StockHub:
    """SKUs of each store, and what goes wrong with the next calls."""

    def __init__(self):
        self.stores = {}
        # "unavailable", "silent" or "lost", for the next calls.
        self.troubles = []
        self.refused = set()
        self.calls = 0
        self.categories = []
        self.numbers = itertools.count(1)

    def store(self, company_id):
        return self.stores.setdefault(company_id, {})

    def answer(self, company_id, method, path, json):
        self.calls += 1
        trouble = self.troubles.pop(0) if self.troubles else None
        if trouble == "unavailable":
            raise HubUnavailable("Plug4Market answered 503", status=503)
        if trouble == "silent":
            raise HubUnreachable("Plug4Market did not answer")
        answer = self._do(company_id, method, path, json)
        if trouble == "lost":
            raise HubUnreachable("The answer of Plug4Market was lost")
        return answer

    def _do(self, company_id, method, path, json):
        _root, resource, *rest = path.split("/")
        if resource == "products":
            return self._product(self.store(company_id), method, rest, json)
        if resource == "custom-categories":
            return self._category(method, json)
        return [] if method == "GET" else {}

    def _product(self, store, method, rest, json):
        if method == "POST" and not rest:
            if json["sku"] in store:
                said = "Produto não atualizado"
                raise AlreadyExists(said, status=400, messages=[said])
            store[json["sku"]] = {"active": True, **copy.deepcopy(json)}
            return store[json["sku"]]
        sku = rest[0]
        if sku not in store:
            said = "Produto não encontrado"
            raise NotFoundInHub(said, status=404, messages=[said])
        if method == "PUT":
            if sku in self.refused and {"name", "description"} & json.keys():
                said = "name deve ter no máximo 60 caracteres"
                raise RejectedByHub(said, status=400, messages=[said])
            told = copy.deepcopy(json)
            if "salesChannels" in told:
                had = store[sku].get("salesChannels") or []
                told["salesChannels"] = _channels_after(had, told["salesChannels"])
            store[sku].update(told)
        return copy.deepcopy(store[sku])

    def _category(self, method, json):
        if method == "GET":
            return self.categories
        if "name" in json:
            self.categories.append(
                {
                    "id": f"{next(self.numbers):024x}",
                    "alternativeId": json["alternativeId"],
                    "parent": json.get("fatherAlternativeId") or "#",
                    "text": json["name"],
                    "children": False,
                }
            )
        return {}


def _channels_after(had, told):
    """The channels after a PUT: they replace all, but keep what is left out of each.

    docs/hub-api.md 5.3, rules 1 and 4.
    """
    kept = {channel["id"]: channel for channel in had}
    after = []
    for channel in told:
        before = kept.get(channel["id"], {})
        own = {name: before[name] for name in ("price", "forSale") if name in before}
        after.append({**own, **channel})
    return after


@contextmanager
def spoken_to(hub):
    """Let every store speak to this hub, for the block."""

    def bare_client(connection, **_hooks):
        company_id = connection.company_id.id

        class Client(Plug4MarketClient):
            def request(self, method, path, *, json=None, **_options):
                return hub.answer(company_id, method, path, json)

        return Client(URL)

    with patch(CONNECTION, bare_client):
        yield hub


def connect(company, cnpj):
    """Let a company be a store of the hub."""
    tokens = make_tokens(cnpj)
    company.write(
        {
            "plug4market_environment": "production",
            "plug4market_api_url": URL,
            "plug4market_active": True,
        }
    )
    company.write(
        {
            "plug4market_access_token": tokens["accessToken"],
            "plug4market_refresh_token": tokens["refreshToken"],
        }
    )


def order_json(uid, items, order_type=0):
    """An approved order of these (SKU, units) at 10.00 each."""
    return make_order(
        id=uid,
        saleChannelOrderId=uid,
        orderType=order_type,
        totalAmount=10.0 * sum(units for _sku, units in items),
        shippingCost=0,
        interest=0,
        orderItems=[
            {
                "orderItemId": str(place),
                "productId": sku,
                "sku": sku,
                "name": sku,
                "quantity": units,
                "price": 10.0,
                "originalPrice": 10.0,
                "discount": 0,
                "total": 10.0 * units,
            }
            for place, (sku, units) in enumerate(items, start=1)
        ],
    )
