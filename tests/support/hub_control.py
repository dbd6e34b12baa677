"""Playing the marketplace's side: the simulator's control routes, from Python."""

from datetime import datetime, timedelta

import requests
from patience import PATIENCE

STORE_CNPJ = "11222333000181"


def product_values(sku, name, price):
    """The values of a product that lacks nothing the hub asks for."""
    return {
        "name": name,
        "default_code": sku,
        "list_price": price,
        "type": "consu",
        "is_storable": True,
        "weight": 0.35,
        "description_sale": f"{name} de teste",
        "plug4market_width": 12,
        "plug4market_height": 10,
        "plug4market_length": 9,
    }


class HubControl:
    """A running simulator, driven as its panel would."""

    def __init__(self, url):
        self.url = url
        self.session = requests.Session()

    def _call(self, verb, path, body=None, /, **params):
        answer = self.session.request(
            verb,
            f"{self.url}/__control__{path}",
            json=body,
            params=params,
            timeout=PATIENCE,
        )
        assert answer.ok, f"{verb} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def reset(self):
        """Forget every store, product, order, fault and call."""
        self._call("POST", "/reset")
        self._call("DELETE", "/faults")
        self._call("DELETE", "/calls")
        self.settings(rate_limit=None, webhook_url=None)

    def store(self, cnpj=STORE_CNPJ, name="Loja Teste"):
        """Create the store if needed and return its tokens."""
        return self._call("POST", "/stores", {"cnpj": cnpj, "name": name})

    def new_tokens(self, cnpj=STORE_CNPJ, **options):
        """Press Gerar Tokens."""
        return self._call("POST", f"/stores/{cnpj}/tokens", options)

    def settings(self, **values):
        return self._call("PUT", "/settings", values)

    def faults(self, **values):
        """Switch faults on; each call replaces what was on."""
        return self._call("PUT", "/faults", values)

    def calls(self, **filters):
        return self._call("GET", "/calls", **filters)

    def arrivals(self):
        """When the calls that the limit covers arrived, by store, in order."""
        return self._call("GET", "/calls/arrivals")

    def most_in_a_minute(self, store):
        """The most calls of a store that arrived in any 60 seconds."""
        return self._call("GET", "/calls/max-per-minute", store=store)["max"]

    def under_way(self):
        """How many calls are waiting for their answers."""
        return self._call("GET", "/calls/at-once")["now"]

    def most_at_once(self):
        return self._call("GET", "/calls/at-once")["most"]

    def forget_calls(self):
        self._call("DELETE", "/calls")

    def order(self, items, *, store=STORE_CNPJ, **values):
        """Make an order as a marketplace would; ``items``: (sku, quantity, price)."""
        listed = [
            {"sku": sku, "quantity": quantity, "price": price}
            for sku, quantity, price in items
        ]
        return self._call(
            "POST",
            "/orders",
            {"store": store, "items": listed, "notify": False, **values},
        )

    def set_status(self, order_id, status):
        return self._call("POST", f"/orders/{order_id}/status", {"status": status})

    def change(self, order_id, patch):
        """Let the marketplace change what an order says."""
        return self._call("PATCH", f"/orders/{order_id}", patch)

    def notify(self, order_id, times=1):
        return self._call("POST", f"/orders/{order_id}/webhook", {"times": times})

    def get_order(self, order_id):
        (order,) = [o for o in self._call("GET", "/orders") if o["id"] == order_id]
        return order

    def orders(self):
        """All orders by their id."""
        return {order["id"]: order for order in self._call("GET", "/orders")}

    def set_product(self, sku, *, store=STORE_CNPJ, **values):
        """Make or change a SKU in the panel; None takes a field away."""
        return self._call("PUT", f"/products/{sku}", values, store=store)

    def products(self, store=STORE_CNPJ):
        return {p["sku"]: p for p in self._call("GET", "/products", store=store)}


def most_in_a_minute(calls):
    """Return the largest number of limited calls in any 60 seconds, of one store."""
    moments = sorted(
        datetime.fromisoformat(call["at"])
        for call in calls
        if not call["path"].startswith("/auth")
    )
    most = start = 0
    for end, moment in enumerate(moments):
        while moments[start] <= moment - timedelta(seconds=60):
            start += 1
        most = max(most, end - start + 1)
    return most
