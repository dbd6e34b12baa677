"""Kits, which only a database with Manufacturing has."""

import pytest
from hub_control import product_values
from shop import open_shop, wait_until

from devkit import odoo


@pytest.fixture(scope="module")
def shop():
    with open_shop("kits") as shop:
        odoo.install(shop.database, ["mrp"])
        shop.start()
        shop.connect()
        yield shop


@pytest.fixture(scope="module")
def parts(shop):
    return {
        "cup": shop.add_product("XIC", "Xícara", 15, stock=10),
        "saucer": shop.add_product("PIR", "Pires", 9, stock=9),
    }


@pytest.fixture(scope="module")
def kit(shop, parts):
    """Two cups and three saucers, on the hub; its components are not."""
    (kit,) = shop.odoo.call(
        "product.product", "create", [product_values("KIT", "Jogo de chá", 59.9)]
    )
    (template,) = shop.odoo.call("product.product", "read", [kit], ["product_tmpl_id"])
    bom = {
        "product_tmpl_id": template["product_tmpl_id"][0],
        "type": "phantom",
        "bom_line_ids": [
            (0, 0, {"product_id": parts["cup"], "product_qty": 2}),
            (0, 0, {"product_id": parts["saucer"], "product_qty": 3}),
        ],
    }
    shop.odoo.call("mrp.bom", "create", [bom])
    shop.odoo.call("product.product", "action_plug4market_sync", [kit])
    return kit


def offered(shop):
    return shop.hub.products()["KIT"]["stock"]


@pytest.fixture(autouse=True)
def rested(shop, kit):
    """Nothing was sent a moment ago: what changes goes out at once."""
    shop.send_waiting()


def test_a_kit_offers_what_its_scarcest_component_allows(shop, kit):
    assert offered(shop) == 3


def test_a_kit_follows_its_components(shop, kit, parts):
    shop.add_stock(parts["saucer"], 5)
    wait_until(lambda: offered(shop) == 1, "the kit's new stock")
    shop.send_waiting()
    shop.add_stock(parts["saucer"], 2)
    wait_until(lambda: offered(shop) == 0, "the kit sold out")
    shop.send_waiting()
    shop.add_stock(parts["saucer"], 90)
    wait_until(lambda: offered(shop) == 5, "the cups as the limit")


def test_a_sold_kit_takes_its_components_off_sale(shop, kit):
    company = shop.odoo.call("res.company", "search", [], limit=1)
    for target, sold, left in (("quotation", 1, 4), ("sale_order", 2, 2)):
        shop.send_waiting()
        shop.odoo.call(
            "res.company", "write", company, {"plug4market_order_target": target}
        )
        shop.hub.order([("KIT", sold, 59.9)], notify=True)
        wait_until(lambda left=left: offered(shop) == left, f"{left} kits left")


def test_the_logs_hold_no_complaint(shop):
    shop.assert_clean_logs()
