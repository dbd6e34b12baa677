"""Orders of a hub, and what importing them takes, inside this process."""

import random
import uuid
from unittest.mock import patch

from hub_control import STORE_CNPJ, product_values

from . import _catalogue_data as data
from ._inside import environment
from ._report import timed

BATCH = 40
SKUS = 20


def stock_up(registry):
    """Make the products that are sold, and one for the freight."""
    with environment(registry) as env:
        fields = env["product.product"]._fields
        values = [product_values(f"S-{n}", f"Produto {n}", 20) for n in range(SKUS)]
        values.append({"name": "Frete", "type": "service", "default_code": "FRETE"})
        env["product.product"].create(
            [{k: v for k, v in known.items() if k in fields} for known in values]
        )


def sell(hub, number, store=STORE_CNPJ, **patched):
    """Make approved orders of two lines and freight; their buyers are all different."""
    return [
        hub.order(
            [(sku, random.randint(1, 3), 19.9) for sku in two_skus()],
            store=store,
            patch=patched,
        )
        for _ in range(number)
    ]


def two_skus():
    return [f"S-{n}" for n in random.sample(range(SKUS), 2)]


def unknown_order():
    """An order that the hub refuses to give."""
    return {"id": str(uuid.uuid4()), "status": "APPROVED"}


class Importer:
    """The connector on one database, connected to a simulator."""

    def __init__(self, registry, hub):
        self.registry = registry
        self.hub = hub
        stock_up(registry)
        tokens = hub.store()
        with environment(registry) as env:
            data.connect(env, hub.url)
            env.company.write(
                {
                    "plug4market_access_token": tokens["accessToken"],
                    "plug4market_refresh_token": tokens["refreshToken"],
                }
            )

    def announce(self, hub_orders):
        """Let notices of these orders wait in the queue."""
        with environment(self.registry) as env:
            env["plug4market.order.event"]._enqueue(
                [
                    {
                        "company_id": env.company.id,
                        "kind": "notice",
                        "order_uid": hub_order["id"],
                        "order_uid_raw": hub_order["id"],
                        "hub_status": hub_order["status"],
                    }
                    for hub_order in hub_orders
                ]
            )

    def work(self):
        """Work the queue to its end, as its job does."""
        worked = True
        while worked:
            with environment(self.registry) as env:
                worked = env["plug4market.event.worker"]._run()

    def import_orders(self, hub_orders):
        """Return the seconds from the notices in the queue to the confirmed orders."""
        self.announce(hub_orders)
        return timed(self.work)

    def imported(self, hub_orders, state="sale"):
        """Return how many of the orders are in Odoo in this state."""
        with environment(self.registry) as env:
            uids = [hub_order["id"] for hub_order in hub_orders]
            domain = [("plug4market_order_uid", "in", uids), ("state", "=", state)]
            return env["sale.order"].search_count(domain)

    def poll(self):
        with environment(self.registry) as env:
            env["plug4market.event.worker"]._poll_company(env.company)


def poisoned(registry, how):
    """Make Odoo fail with every order whose note is "poison", in one of three ways."""
    from odoo.exceptions import UserError

    if how == "cannot be confirmed":
        model = registry["sale.order"]
        confirm = model.action_confirm

        def fail_to_confirm(orders):
            if any("poison" in (order.note or "") for order in orders):
                raise UserError("poison")
            return confirm(orders)

        return patch.object(model, "action_confirm", fail_to_confirm)
    model = registry["plug4market.order.import"]
    prepare = model._prepare_order_values

    def prepared(importer, lookup, hub_order, *partners):
        values = prepare(importer, lookup, hub_order, *partners)
        if hub_order.note == "poison" and how == "cannot be prepared":
            raise UserError("poison")
        if hub_order.note == "poison":
            values["warehouse_id"] = -1
        return values

    return patch.object(model, "_prepare_order_values", prepared)
