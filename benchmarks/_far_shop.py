"""A shop whose hub is far away: its stores, a backlog, and what arrived when."""

import contextlib
import math
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from hub_control import STORE_CNPJ, product_values
from shop import open_shop

from devkit import postgres

from . import _many_stores
from ._door import Door, notice
from ._inside import environment, registry_of
from ._order_shop import sell

LIMIT = 100
BUDGET = 95
JITTER = 0.3
LOOK = 0.2  # seconds between two looks at what is measured


@contextlib.contextmanager
def far_shop(
    name, *, latency=1.0, stores=1, backlog=0, servers=1, options=None, **lots
):
    """Have Odoo servers and their stores, whose hub answers after ``latency``.

    ``backlog``: SKUs of each store that wait to be published from the start.
    ``options``: entries of the servers' configuration file.
    """
    with open_shop(f"bench_far_{name}") as shop:
        shop.stores = _many_stores.open_stores(shop, stores)
        with registry_of(shop.database) as registry, environment(registry) as env:
            limit = env["ir.config_parameter"].sudo()
            limit.set_param("plug4market_connector.calls_per_minute", BUDGET)
            publish(env, backlog)
        shop.hub.settings(rate_limit=LIMIT)
        travel(shop.hub, latency, **lots)
        shop.hub.forget_calls()
        for _server in range(servers):
            shop.start(**(options or {}))
        shop.sign_in()
        # The crons' own notice went out before anybody listened.
        postgres.sql(f"NOTIFY cron_trigger, '{shop.database}'", "postgres")
        yield shop


def travel(hub, latency, **lots):
    """Put the hub so far away that an answer takes ``latency`` seconds."""
    far = {"calls": None, "seconds": latency, "jitter": JITTER, **lots}
    hub.faults(distance=far if latency or lots else 0)


def publish(env, number):
    """Let ``number`` SKUs of each store wait, as if they had been enabled just now."""
    values = [product_values(f"B-{n:04}", f"Produto {n}", 20) for n in range(number)]
    products = env["product.product"].create(values)
    companies = env["res.company"].search([("plug4market_active", "=", True)])
    for company in companies if products else ():
        products.with_company(company).write({"plug4market_enabled": True})
        rows = env["plug4market.sku"]._ensure(company, products)
        rows.with_company(company)._mark_pending()


def watch(look, seconds):
    """Return the first true value of ``look()`` within ``seconds``, else the last."""
    deadline = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < deadline:
        time.sleep(LOOK)
    return found


# -- orders -------------------------------------------------------------------


def announce(shop, number):
    """Sell on every store and post the notices; return when each was posted."""
    sold = [
        (cnpj, order["id"])
        for _ in range(math.ceil(number / len(shop.stores)))
        for cnpj in shop.stores
        for order in sell(shop.hub, 1, cnpj)
    ]
    door, posted = Door(shop), {}

    def post(cnpj, order_id):
        posted[order_id] = time.time()
        assert door.post(notice(order_id, cnpj)) == 200

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda one: post(*one), sold))
    return posted


def confirmations(shop, posted, seconds):
    """Return the seconds from notice to confirmation of those done in time, sorted."""

    def confirmed():
        made = shop.hub.calls(path_prefix="/orders", method="POST")
        done = {}
        for call in made:
            order_id = call["path"].split("/")[2].lower()
            if call["path"].endswith("/confirm") and call["status"] < 300:
                done.setdefault(order_id, moment(call) + call["ms"] / 1000)
        return {key: done[key] for key in posted if key in done}

    watch(lambda: len(confirmed()) == len(posted), seconds)
    return sorted(at - posted[order_id] for order_id, at in confirmed().items())


def moment(call):
    return datetime.fromisoformat(call["at"]).timestamp()


def share_of(sorted_values, share):
    """Return the value below which this share of the values lies."""
    return sorted_values[max(0, math.ceil(share * len(sorted_values)) - 1)]


# -- the catalogue ------------------------------------------------------------


def product_calls(shop, **filters):
    return shop.hub.calls(path_prefix="/products", **filters)


def begun(shop, seconds=90):
    """Wait for the first call of every store's backlog; return when it arrived."""

    def arrived():
        arrivals = shop.hub.arrivals()
        return len(arrivals) == len(shop.stores) and arrivals

    arrivals = watch(arrived, seconds)
    assert arrivals, "a store's backlog does not begin"
    return {store: at[0] for store, at in arrivals.items()}


def synced(shop, sku="B-%"):
    """Return a product that is up to date on the hub, and its SKU, if there is one."""
    rows = shop.sql(
        "SELECT product_id, sent_sku FROM plug4market_sku "
        f"WHERE state = 'synced' AND lease_id IS NULL AND sent_sku LIKE '{sku}' "
        "ORDER BY id LIMIT 1"
    )
    return (int(rows[0][0]), rows[0][1]) if rows else None


def main_store_calls(shop):
    return shop.hub.arrivals().get(STORE_CNPJ, [])
