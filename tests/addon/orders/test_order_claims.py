"""Which product was sold: several may claim one SKU, and then nobody guesses."""

from odoo_case import Plug4marketCase

from odoo.fields import Command


class TestOrderClaims(Plug4marketCase):
    def setUp(self):
        super().setUp()
        self.ask_in_english()
        self.other = self.new_product("PRATO-1")

    def new_product(self, sku, **values):
        return self.env["product.product"].create(
            {"name": f"Produto {sku}", "default_code": sku, "lst_price": 10, **values}
        )

    def sell(self, sku="CAN-325"):
        _hub, order = self.import_order([(sku, 1, 10)])
        return order

    def on_hub(self, product, sku):
        """Let Odoo have sent the product under this SKU."""
        row = self.env["plug4market.sku"]._ensure(self.env.company, product)
        row.write({"sent_sku": sku, "state": "synced"})
        return row

    def assertSold(self, order, product):
        self.assertEqual(order.order_line[0].product_id, product)
        self.assertEqual(order.state, "sale", order.plug4market_attention)

    def assertAsks(self, order, *products):
        self.assertTrue(order.order_line[0].plug4market_unmatched)
        self.assertEqual(order.state, "draft")
        for product in products:
            self.assertIn(product.display_name, order.plug4market_attention)

    # -- two products with one SKU --------------------------------------------

    def test_two_products_with_one_sku_ask_which(self):
        twin = self.new_product("CAN-325")
        self.assertAsks(self.sell(), self.product, twin)

    def test_two_archived_products_with_one_sku_ask_too(self):
        twin = self.new_product("CAN-325", active=False)
        self.product.active = False
        self.assertAsks(self.sell(), self.product, twin)

    def test_an_archived_twin_leaves_no_doubt(self):
        self.new_product("CAN-325", active=False)
        self.assertSold(self.sell(), self.product)

    def test_another_companys_twin_leaves_no_doubt(self):
        other = self.env["res.company"].create({"name": "Outra"})
        self.new_product("CAN-325", company_id=other.id)
        self.assertSold(self.sell(), self.product)

    def test_the_one_that_is_on_the_hub_was_sold(self):
        twin = self.new_product("CAN-325")
        self.on_hub(twin, "CAN-325")
        self.assertSold(self.sell(), twin)

    def test_the_order_goes_on_once_the_twin_has_another_sku(self):
        for settle in ("renamed", "archived", "deleted"):
            with self.subTest(settle):
                twin = self.new_product("CAN-325")
                order = self.sell()
                self.assertAsks(order, twin)
                if settle == "renamed":
                    twin.default_code = "CAN-999"
                elif settle == "archived":
                    twin.active = False
                else:
                    twin.unlink()
                self.assertSold(order, self.product)

    def test_a_person_may_choose_the_product(self):
        twin = self.new_product("CAN-325")
        order = self.sell()
        order.order_line = [
            Command.update(order.order_line[0].id, {"product_id": twin.id})
        ]
        self.assertSold(order, twin)

    # -- an SKU that moves ----------------------------------------------------

    def test_an_sku_that_is_still_another_products_on_the_hub_asks(self):
        row = self.on_hub(self.other, "CAN-325")
        order = self.sell()
        self.assertAsks(order, self.product, self.other)
        row.sent_sku = False
        self.assertSold(order, self.product)

    def test_swapped_skus_ask_until_the_hub_has_them(self):
        rows = self.on_hub(self.product, "CAN-325"), self.on_hub(self.other, "PRATO-1")
        (self.product | self.other).default_code = False
        self.product.default_code, self.other.default_code = "PRATO-1", "CAN-325"
        order = self.sell()
        self.assertAsks(order, self.product, self.other)
        rows[0].sent_sku, rows[1].sent_sku = "PRATO-1", "CAN-325"
        self.assertSold(order, self.other)

    def test_what_was_renamed_here_is_sold_under_the_name_it_has_there(self):
        self.on_hub(self.product, "CAN-325")
        self.product.default_code = "CAN-400"
        self.assertSold(self.sell(), self.product)

    def test_another_companys_store_says_nothing_of_this_ones(self):
        other = self.env["res.company"].create({"name": "Outra"})
        row = self.env["plug4market.sku"]._ensure(other, self.other)
        row.sent_sku = "CAN-325"
        self.assertSold(self.sell(), self.product)
