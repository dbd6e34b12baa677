"""Orders of a marketplace that reach several Odoo processes on one database."""

import concurrent.futures
import random

import requests
from hub_control import STORE_CNPJ
from patience import PATIENCE
from shop import wait_until

SKU = "CAN-325"


def sell(shop, number):
    """Make approved orders that nobody has announced yet."""
    return [shop.hub.order([(SKU, 1, 39.9)]) for _ in range(number)]


def announce(shop, orders, times=1, seed=0, store=STORE_CNPJ):
    """Post the notices of all orders to all processes at once, in random order."""
    token = shop.value(
        "SELECT plug4market_webhook_token FROM res_company ORDER BY id LIMIT 1"
    )
    posts = [
        (shop.servers[number % len(shop.servers)], order)
        for number in range(times)
        for order in orders
    ]
    random.Random(seed).shuffle(posts)

    def post(target):
        server, order = target
        body = {
            "order": {
                "orderId": order["id"],
                "status": order["status"],
                "storeCnpj": store,
            }
        }
        url = f"{server.url}/plug4market/webhook/{token}"
        assert requests.post(url, json=body, timeout=PATIENCE).status_code == 200

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(post, posts))


def waiting(shop):
    return int(
        shop.value("SELECT count(*) FROM plug4market_order_event WHERE state='pending'")
    )


def wait_for_all(shop, orders):
    """Wait until the hub knows every order's number and nothing waits any more."""
    ids = {order["id"] for order in orders}

    def confirmed():
        known = shop.hub.orders()
        return all(known[uid]["integratedStore"] for uid in ids)

    wait_until(confirmed, "the confirmation of every order")
    wait_until(lambda: waiting(shop) == 0, "an empty queue")


def assert_once(shop, orders):
    """Every order is in Odoo once and the hub knows its number."""
    in_odoo = shop.orders()
    in_hub = shop.hub.orders()
    for order in orders:
        uid = order["id"]
        assert uid in in_odoo
        assert in_hub[uid]["orderIdStore"] == in_odoo[uid]["name"]
        assert in_odoo[uid]["state"] == "sale"
    failed = shop.sql(
        "SELECT kind, message FROM plug4market_order_event WHERE state = 'failed'"
    )
    assert failed == []


def confirmations(shop, order):
    return shop.hub.calls(method="POST", path_prefix=f"/orders/{order['id']}/confirm")
