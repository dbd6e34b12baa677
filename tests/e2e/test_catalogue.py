"""A backlog of products, two Odoo processes, and the hub's limit of calls."""

import pytest
from hub_control import most_in_a_minute, product_values
from shop import open_shop, wait_until

LIMIT = 40
SKUS = 60


@pytest.fixture(scope="module")
def shop():
    with open_shop("catalogue") as shop:
        shop.start()
        shop.connect()
        shop.start(workers=2)
        key = "plug4market_connector.calls_per_minute"
        shop.odoo.call("ir.config_parameter", "set_param", key, str(LIMIT))
        shop.hub.settings(rate_limit=LIMIT)
        yield shop


def states(shop):
    rows = shop.sql("SELECT state, count(*) FROM plug4market_sku GROUP BY state")
    return {state: int(count) for state, count in rows}


def test_a_backlog_keeps_to_the_limit_and_delays_no_order(shop):
    values = [product_values(f"SKU-{n:03}", f"Produto {n}", 20) for n in range(SKUS)]
    products = shop.odoo.call("product.product", "create", values)
    shop.odoo.call("product.product", "action_plug4market_sync", products)
    wait_until(lambda: states(shop).get("synced", 0) >= 10, "the first products")

    (order,) = [shop.hub.order([("SKU-000", 1, 20)], notify=True)]
    wait_until(
        lambda: shop.hub.get_order(order["id"])["integratedStore"],
        "the order, while products wait",
    )
    wait_until(lambda: states(shop) == {"synced": SKUS}, "all products")
    calls = shop.hub.calls(limit=1000)
    paths = [call["path"] for call in calls]
    confirmed = paths.index(f"/orders/{order['id']}/confirm")
    assert "/products" in paths[confirmed:], "the order came after the backlog"
    assert {call["status"] for call in calls} <= {200, 201}
    assert most_in_a_minute(calls) <= LIMIT
    assert len(shop.hub.products()) == SKUS


def test_the_logs_hold_no_complaint(shop):
    shop.assert_clean_logs()
