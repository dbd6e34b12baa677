"""Lots past their removal date, which only a database with product_expiry has."""

from datetime import UTC, datetime, timedelta

import pytest
from hub_control import product_values
from shop import open_shop, wait_until

from devkit import odoo

GOOD, BAD = timedelta(days=30), timedelta(minutes=-5)


@pytest.fixture(scope="module")
def shop():
    with open_shop("expiry") as shop:
        odoo.install(shop.database, ["mrp", "product_expiry"])
        shop.start()
        shop.connect()
        yield shop


@pytest.fixture(autouse=True)
def rested(shop):
    """Nothing was sent a moment ago: what changes goes out at once."""
    shop.send_waiting()


@pytest.fixture(scope="module")
def place(shop):
    """The first warehouse and its stock's location."""
    (warehouse,) = shop.odoo.call(
        "stock.warehouse", "search_read", [], ["lot_stock_id", "out_type_id"], limit=1
    )
    return {
        "warehouse": warehouse["id"],
        "stock": warehouse["lot_stock_id"][0],
        "out": warehouse["out_type_id"][0],
    }


class Dated:
    """A product whose lots expire, on the hub."""

    def __init__(self, shop, place, sku):
        self.shop, self.place, self.sku = shop, place, sku
        values = {
            **product_values(sku, f"Suplemento {sku}", 80),
            "tracking": "lot",
            "use_expiration_date": True,
        }
        (self.id,) = shop.odoo.call("product.product", "create", [values])
        shop.odoo.call("product.product", "action_plug4market_sync", [self.id])

    def lot(self, name, quantity, left):
        """A lot with its stock; ``left``: how long until it is to be removed."""
        values = {"name": name, "product_id": self.id, "expiration_date": False}
        values["removal_date"] = left and moment(left)
        (lot,) = self.shop.odoo.call("stock.lot", "create", [values])
        quant = {
            "product_id": self.id,
            "lot_id": lot,
            "location_id": self.place["stock"],
            "inventory_quantity": quantity,
        }
        counting = {"inventory_mode": True}
        quants = self.shop.odoo.call("stock.quant", "create", [quant], context=counting)
        self.shop.odoo.call("stock.quant", "action_apply_inventory", quants)
        return lot

    def offered(self):
        return self.shop.hub.products()[self.sku]["stock"]

    def shows(self, units):
        self.shop.send_waiting()
        wait_until(lambda: self.offered() == units, f"{units} of {self.sku} on sale")

    def explain(self):
        """[(kind, quantity)] of the dialog."""
        action = self.shop.odoo.call(
            "product.product", "action_plug4market_explain_stock", [self.id]
        )
        return [
            (line["kind"], line["quantity"])
            for line in self.shop.odoo.call(
                "plug4market.stock.explanation.line",
                "search_read",
                [("explanation_id", "=", action["res_id"])],
                ["kind", "quantity"],
            )
        ]


def moment(left):
    return str((datetime.now(UTC) + left).replace(tzinfo=None, microsecond=0))


def move(shop, place, product, quantity, target, lot):
    """A move of a lot that has reserved it, whatever its date."""
    [customers] = shop.odoo.call(
        "stock.location", "search", [("usage", "=", "customer")], limit=1
    )
    target = target or customers
    values = {
        "product_id": product.id,
        "product_uom_qty": quantity,
        "location_id": place["stock"],
        "location_dest_id": target,
        "picking_type_id": place["out"],
    }
    (made,) = shop.odoo.call("stock.move", "create", [values])
    shop.odoo.call(
        "stock.move.line",
        "create",
        [
            {
                "move_id": made,
                "product_id": product.id,
                "lot_id": lot,
                "quantity": quantity,
                "location_id": place["stock"],
                "location_dest_id": target,
            }
        ],
    )
    shop.odoo.call("stock.move", "write", [made], {"state": "assigned"})
    return made


def test_what_is_past_its_removal_date_is_not_offered(shop, place):
    product = Dated(shop, place, "EXP-1")
    product.lot("BOM", 4, GOOD)
    product.lot("VELHO", 7, BAD)
    product.shows(4)
    assert product.explain() == [
        ("on_hand", 11),
        ("expired", -7),
        ("outgoing", 0),
        ("quoted", 0),
        ("buffer", 0),
        ("result", 4),
    ]


def test_a_removal_date_that_is_written_is_told(shop, place):
    product = Dated(shop, place, "EXP-2")
    lot = product.lot("L", 6, GOOD)
    product.shows(6)
    shop.odoo.call("stock.lot", "write", [lot], {"removal_date": moment(BAD)})
    product.shows(0)
    shop.odoo.call("stock.lot", "write", [lot], {"removal_date": moment(GOOD)})
    product.shows(6)


def test_an_expiration_date_that_is_written_sets_the_removal_date(shop, place):
    product = Dated(shop, place, "EXP-3")
    lot = product.lot("L", 6, None)
    product.shows(6)
    shop.odoo.call("stock.lot", "write", [lot], {"expiration_date": moment(BAD)})
    product.shows(0)


def test_a_removal_date_passes_by_itself(shop, place):
    product = Dated(shop, place, "EXP-4")
    lot = product.lot("L", 6, GOOD)
    product.lot("M", 1, GOOD)
    product.shows(7)
    # As if it had been so all along: nobody writes anything.
    soon = "date_trunc('second', now() AT TIME ZONE 'UTC') + interval '1 second'"
    for table, column in (("stock_lot", "id"), ("stock_quant", "lot_id")):
        shop.sql(f"UPDATE {table} SET removal_date = {soon} WHERE {column} = {lot}")
    wait_until(lambda: removed(shop, lot), "the removal date")
    shop.poke("export_products")
    product.shows(1)


def removed(shop, lot):
    (row,) = shop.odoo.call("stock.lot", "read", [lot], ["removal_date"])
    return row["removal_date"] < moment(timedelta())


def test_dates_of_a_product_that_does_not_use_them_mean_nothing(shop, place):
    product = Dated(shop, place, "EXP-5")
    product.lot("L", 6, BAD)
    product.shows(0)
    shop.odoo.call(
        "product.product", "write", [product.id], {"use_expiration_date": False}
    )
    product.shows(6)


def test_what_an_outgoing_move_holds_of_a_lot_is_not_taken_off_twice(shop, place):
    product = Dated(shop, place, "EXP-6")
    product.lot("BOM", 4, GOOD)
    lot = product.lot("VELHO", 7, BAD)
    move(shop, place, product, 3, None, lot)
    product.shows(4)
    assert product.explain()[:3] == [("on_hand", 11), ("expired", -4), ("outgoing", -3)]


def test_what_stays_in_the_warehouse_makes_no_lot_fresh(shop, place):
    product = Dated(shop, place, "EXP-7")
    product.lot("BOM", 4, GOOD)
    lot = product.lot("VELHO", 7, BAD)
    shelf = {"name": "Quarentena", "location_id": place["stock"]}
    (shelf,) = shop.odoo.call("stock.location", "create", [shelf])
    move(shop, place, product, 7, shelf, lot)
    product.shows(4)


def test_a_kit_is_not_made_of_what_expired(shop, place):
    product = Dated(shop, place, "EXP-8")
    product.lot("BOM", 4, GOOD)
    product.lot("VELHO", 7, BAD)
    shaker = shop.add_product("COQ", "Coqueteleira", 15, stock=9)
    (kit,) = shop.odoo.call(
        "product.product", "create", [product_values("KIT-E", "Jogo", 159.9)]
    )
    (template,) = shop.odoo.call("product.product", "read", [kit], ["product_tmpl_id"])
    parts = [
        {"product_id": product.id, "product_qty": 2},
        {"product_id": shaker, "product_qty": 1},
    ]
    bom = {
        "product_tmpl_id": template["product_tmpl_id"][0],
        "type": "phantom",
        "bom_line_ids": [(0, 0, part) for part in parts],
    }
    shop.odoo.call("mrp.bom", "create", [bom])
    shop.odoo.call("product.product", "action_plug4market_sync", [kit])
    shop.send_waiting()
    assert shop.hub.products()["KIT-E"]["stock"] == 2

    action = shop.odoo.call(
        "product.product", "action_plug4market_explain_stock", [kit]
    )
    lines = shop.odoo.call(
        "plug4market.stock.explanation.line",
        "search_read",
        [("explanation_id", "=", action["res_id"]), ("kind", "=", "component")],
        ["quantity", "is_scarcest"],
    )
    assert [(line["quantity"], line["is_scarcest"]) for line in lines] == [
        (2, True),
        (9, False),
    ]


def test_the_expired_number_opens_the_lots(shop, place):
    product = Dated(shop, place, "EXP-9")
    product.lot("BOM", 4, GOOD)
    lot = product.lot("VELHO", 7, BAD)
    action = shop.odoo.call(
        "product.product", "action_plug4market_explain_stock", [product.id]
    )
    [line] = shop.odoo.call(
        "plug4market.stock.explanation.line",
        "search",
        [("explanation_id", "=", action["res_id"]), ("kind", "=", "expired")],
    )
    opened = shop.odoo.call(
        "plug4market.stock.explanation.line", "action_open_counted", [line]
    )
    quants = shop.odoo.call(
        opened["res_model"], "search_read", opened["domain"], ["lot_id"]
    )
    assert [quant["lot_id"][0] for quant in quants] == [lot]


def test_the_logs_hold_no_complaint(shop):
    # ``send_waiting`` writes SKUs while the job merges their marks: that tries again.
    shop.assert_clean_logs("could not serialize access")
