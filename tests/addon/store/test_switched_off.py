"""A company that was switched off: what changed meanwhile is compared."""

from odoo_case import Plug4marketCase


class TestSwitchedOff(Plug4marketCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mug = cls.make_product("CAN-001", "Caneca azul", 25, stock=5)
        cls.jug = cls.make_product("JAR-001", "Jarra", 60, stock=5)

    def setUp(self):
        super().setUp()
        self.sync(self.mug | self.jug)
        self.export()

    def switch(self, on):
        """Switch the integration on or off; what follows is compared at once."""
        self.settings(active=on)
        self.env.cr.precommit.run()
        self.compare_stores()

    def change(self, product, *, stock=None, **values):
        """Change a product in a transaction of its own."""
        product.write(values)
        if stock is not None:
            self.env["stock.quant"].search(
                [
                    ("product_id", "=", product.id),
                    ("location_id.usage", "=", "internal"),
                ]
            ).quantity = stock
        self.env.flush_all()
        self.env.cr.precommit.run()

    def on_hub(self, sku):
        return self.hub.products()[sku]

    def test_stock_that_was_sold_meanwhile_is_told(self):
        self.switch(False)
        self.change(self.mug, stock=0)
        self.switch(True)
        self.export()
        self.assertEqual(self.on_hub("CAN-001")["stock"], 0)

    def test_a_price_that_changed_meanwhile_is_told(self):
        self.switch(False)
        self.change(self.mug, list_price=31)
        self.switch(True)
        self.export()
        self.assertEqual(self.on_hub("CAN-001")["price"], 31)

    def test_words_that_changed_meanwhile_are_told(self):
        self.switch(False)
        self.change(self.mug, name="Caneca azul grande")
        self.switch(True)
        self.export()
        self.assertEqual(self.on_hub("CAN-001")["name"], "Caneca azul grande")

    def test_a_product_that_was_archived_meanwhile_goes_off_sale(self):
        self.switch(False)
        self.change(self.mug, active=False)
        self.switch(True)
        self.export()
        self.assertFalse(self.on_hub("CAN-001")["active"])

    def test_the_sold_out_goes_before_the_others(self):
        self.switch(False)
        self.change(self.jug, stock=3)
        self.change(self.mug, stock=0)
        self.switch(True)
        self.hub.forget_calls()
        self.export()
        paths = [c["path"] for c in self.hub.calls() if c["method"] == "PUT"]
        self.assertTrue(paths[0].endswith("CAN-001"), paths)

    def test_what_did_not_change_makes_no_call(self):
        self.switch(False)
        self.switch(True)
        self.hub.forget_calls()
        self.export()
        self.assertFalse(self.hub.calls())

    def test_on_again_while_it_is_on_compares_nothing(self):
        self.switch(True)
        self.assertFalse(self.env["plug4market.sku.change"].search([]))
