"""Rounds of the exporter: what they send, and what stops whom."""

from unittest.mock import patch

from odoo_case import Plug4marketCase


class ExporterCase(Plug4marketCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.exporter = cls.env["plug4market.sku.exporter"]

    def publish(self, products, company=None):
        """Let these products wait to be sent for the first time."""
        products.product_tmpl_id.plug4market_enabled = True
        rows = self.env["plug4market.sku"]._ensure(company or self.company, products)
        rows._mark_pending()
        self.env.flush_all()
        return rows

    def rounds(self, number=20):
        """Work until a round finds nothing to do; return how many rounds did.

        What changed goes out at once: every SKU had its rest since it was sent.
        """
        self.env["plug4market.sku"].search([]).synced_at = "2020-01-01"
        self.env.flush_all()
        for done in range(number):
            if not self.exporter._run():
                self.env.invalidate_all()
                return done
        self.fail("the exporter finds no end")

    def products(self, number, **values):
        return self.env["product.product"].union(
            *(
                self.make_product(f"SKU-{n:03}", f"Produto {n}", 10 + n, **values)
                for n in range(number)
            )
        )

    def verbs(self):
        return [(call["method"], call["path"]) for call in self.hub.calls()]


class TestRounds(ExporterCase):
    def test_a_new_product_is_one_call_and_then_up_to_date(self):
        row = self.publish(self.product)
        self.rounds()

        self.assertEqual(self.verbs(), [("POST", "/products")])
        self.assertEqual(row.state, "synced")
        self.assertTrue(row.synced_at)

    def test_a_renamed_sku_is_retired_and_made_again_one_call_each(self):
        row = self.publish(self.product)
        self.rounds()
        self.hub.forget_calls()
        self.product.default_code = "CAN/325+é b"
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.rounds()

        self.assertEqual(
            self.verbs(),
            [("PUT", "/products/CAN-325"), ("POST", "/products")],
        )
        listed = self.hub.products()
        self.assertEqual(
            (listed["CAN-325"]["active"], listed["CAN-325"]["stock"]), (False, 0)
        )
        self.assertTrue(listed["CAN/325+é b"]["active"])

        self.product.lst_price = 45
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.rounds()
        self.assertEqual(self.hub.products()["CAN/325+é b"]["price"], 45)
        self.assertEqual(row.state, "synced")

    def test_what_the_hub_has_already_is_updated(self):
        self.publish(self.product)
        self.hub.faults(duplicate_sku={"calls": 0})
        self.rounds()
        row = self.product.plug4market_sku_ids
        row.write({"sent_sku": False, "sent_body": False, "state": "pending"})
        self.product.lst_price = 41
        self.env.flush_all()
        self.hub.forget_calls()
        self.rounds()

        self.assertEqual(
            self.verbs(),
            [
                ("POST", "/products"),
                ("GET", "/products/CAN-325"),
                ("PUT", "/products/CAN-325"),
            ],
        )
        self.assertEqual(self.hub.products()["CAN-325"]["price"], 41)
        self.assertEqual((row.state, row.error), ("synced", False))

    def test_a_duplicate_of_something_else_ends_with_its_own_words(self):
        self.hub.faults(duplicate_sku={"calls": None, "form": "other_group"})
        row = self.publish(self.product)
        self.rounds()

        self.assertEqual(
            self.verbs(), [("POST", "/products"), ("GET", "/products/CAN-325")]
        )
        self.assertEqual(row.state, "error")
        self.assertIn("relacionado com outro ID Produto", row.error)

    def test_a_refused_product_stops_no_other(self):
        products = self.products(3)
        rows = self.publish(products)
        self.hub.faults(bad_request={"calls": 1, "path_prefix": "/products"})
        self.rounds()

        self.assertEqual(sorted(rows.mapped("state")), ["error", "synced", "synced"])
        self.assertEqual(len(self.hub.products()), 2)

    def test_a_product_that_cannot_be_read_stops_no_other(self):
        products = self.products(3)
        rows = self.publish(products)
        model = type(self.env["product.product"])
        prepare = model._plug4market_prepare_body

        def broken(product, *arguments):
            if product == products[1]:
                raise ZeroDivisionError("odd data")
            return prepare(product, *arguments)

        with (
            patch.object(model, "_plug4market_prepare_body", broken),
            self.assertLogs("odoo.addons.plug4market_connector", "ERROR"),
        ):
            self.rounds()

        self.assertEqual(rows.mapped("state"), ["synced", "error", "synced"])
        self.assertIn("odd data", rows[1].error)

    def test_an_expired_token_is_renewed_and_the_products_go_out(self):
        before = self.company._plug4market_connection().access_token
        self.hub.faults(expired_access={"until_refresh": True})
        rows = self.publish(self.products(3))
        self.rounds()
        rows.next_attempt_at = "2020-01-01"
        self.env.flush_all()
        self.rounds()

        self.assertEqual(set(rows.mapped("state")), {"synced"})
        self.assertNotEqual(self.company._plug4market_connection().access_token, before)

    def test_dead_tokens_stop_the_store_and_keep_what_waits(self):
        self.hub.new_tokens(revoke_old=True)
        rows = self.publish(self.products(3))
        with self.assertLogs("odoo.addons.plug4market_connector", "WARNING"):
            self.rounds()
        self.hub.forget_calls()
        rows.next_attempt_at = "2020-01-01"
        self.env.flush_all()
        self.rounds()

        self.assertFalse(self.hub.calls())
        self.assertEqual(set(rows.mapped("state")), {"pending"})
        self.assertIn("Gerar Tokens", rows[0].error)

    def test_a_hub_that_is_down_costs_one_call_a_round_and_one_attempt(self):
        self.hub.faults(bad_gateway={"calls": None})
        rows = self.publish(self.products(5))
        self.exporter._run()
        self.env.invalidate_all()

        self.assertEqual(len(self.hub.calls()), 1)
        self.assertEqual(sorted(rows.mapped("attempts")), [0, 0, 0, 0, 1])
        self.assertEqual(set(rows.mapped("state")), {"pending"})
        failed = rows.filtered("attempts")
        self.assertIn("does not answer", failed.error)

    def test_a_pause_the_hub_asks_for_is_kept(self):
        self.hub.faults(too_many_requests={"calls": 1, "retry_after": 30})
        rows = self.publish(self.products(3))
        self.rounds()

        self.assertEqual(len(self.hub.calls()), 1)
        self.assertEqual(set(rows.mapped("state")), {"pending"})

    def test_no_more_calls_are_made_than_the_minute_has(self):
        key = "plug4market_connector.calls_per_minute"
        self.env["ir.config_parameter"].set_param(key, "30")
        rows = self.publish(self.products(40))
        self.rounds()

        self.assertEqual(len(self.hub.calls()), 25)
        self.assertEqual(len(rows.filtered(lambda row: row.state == "pending")), 15)
        self.assertEqual(set(rows.mapped("attempts")), {0})

    def test_sold_out_stock_goes_first_and_may_use_the_last_calls(self):
        key = "plug4market_connector.calls_per_minute"
        self.env["ir.config_parameter"].set_param(key, "30")
        first = self.products(1, stock=4)
        self.publish(first)
        self.rounds()
        others = self.env["product.product"].union(
            *(self.make_product(f"Z-{n}", f"Z {n}", 5) for n in range(40))
        )
        self.publish(others)
        self.rounds()
        self.assertEqual(len(self.hub.calls()), 25)

        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        self.env["stock.quant"]._update_available_quantity(
            first, warehouse.lot_stock_id, -4
        )
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.rounds()

        sold_out = self.hub.calls(path_prefix="/products/SKU-000")
        self.assertEqual(len(sold_out), 1)
        self.assertEqual(self.hub.products()["SKU-000"]["stock"], 0)


class TestBadProducts(ExporterCase):
    """A product that cannot be computed is a problem of its own SKU alone."""

    def setUp(self):
        super().setUp()
        self.bad, self.good, self.other = products = self.products(3, stock=4)
        self.rows = self.publish(products)
        self.rounds()
        self.hub.forget_calls()

    def row(self, product):
        return self.rows.filtered(lambda row: row.product_id == product)

    def break_stock_of(self, *products):
        """Let these have a kit's bill of materials of which nothing can be said."""
        broken = self.env["product.product"].union(*products)
        model = type(broken)
        compute = model._plug4market_stocks

        def stocks(asked, company):
            if asked & broken:
                raise ZeroDivisionError("odd data")
            return compute(asked, company)

        self.enterContext(patch.object(model, "_plug4market_stocks", stocks))

    def sell_out(self, *products):
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        for product in products:
            self.env["stock.quant"]._update_available_quantity(
                product, warehouse.lot_stock_id, -4
            )
        self.env.flush_all()
        self.env.cr.precommit.run()

    def test_a_stock_that_cannot_be_computed_stops_no_other(self):
        self.break_stock_of(self.bad)
        self.sell_out(self.bad, self.good, self.other)
        with self.assertLogs("odoo.addons.plug4market_connector", "ERROR"):
            self.rounds()

        listed = self.hub.products()
        self.assertEqual(
            [listed[row.sent_sku]["stock"] for row in self.rows], [4, 0, 0]
        )
        self.assertEqual(self.rows.mapped("state"), ["error", "synced", "synced"])
        self.assertIn("odd data", self.row(self.bad).error)

    def test_sold_out_goes_first_beside_a_stock_that_cannot_be_computed(self):
        self.break_stock_of(self.bad)
        self.other.lst_price = 5
        self.sell_out(self.bad, self.good)
        with self.assertLogs("odoo.addons.plug4market_connector", "ERROR"):
            self.rounds()

        self.assertEqual(
            [path for _verb, path in self.verbs()],
            ["/products/SKU-001", "/products/SKU-002"],
        )
