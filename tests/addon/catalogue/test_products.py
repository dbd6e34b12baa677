"""Product synchronisation: what the hub gets, and what the user sees."""

from datetime import datetime, timedelta

from product_case import ProductCase

from odoo import fields
from odoo.tests import freeze_time


class TestProductSynchronisation(ProductCase):
    def test_a_product_is_on_the_hub_with_name_price_stock_and_units_of_the_wire(self):
        self.sync()

        self.assertEqual(self.product.plug4market_state, "synced")
        sent = self.hub.products()["GAR-750"]
        self.assertEqual(sent["name"], "Garrafa")
        self.assertEqual(sent["price"], 119.9)
        self.assertEqual(sent["stock"], 45)
        self.assertEqual(sent["weight"], 350)
        self.assertEqual(sent["width"], 12)

    def test_name_and_price_edited_on_the_screen_are_what_is_sent(self):
        self.product.plug4market_name = "Garrafa térmica"
        self.product.plug4market_price = 99.5
        self.sync()

        sent = self.hub.products()["GAR-750"]
        self.assertEqual((sent["name"], sent["price"]), ("Garrafa térmica", 99.5))
        self.assertEqual(self.product.lst_price, 119.9)

    def test_creating_falls_back_to_updating_what_the_hub_has(self):
        self.sync()
        row = self.product.plug4market_sku_ids
        row.sent_sku = False
        self.product.plug4market_price = 88.0
        self.sync()

        self.assertEqual(self.product.plug4market_state, "synced")
        self.assertEqual(self.hub.products()["GAR-750"]["price"], 88.0)

    def test_updating_keeps_the_channels_that_were_chosen_on_the_hub(self):
        self.sync()
        self.hub.forget_calls()
        self.sync()

        (call,) = self.hub.calls(method="PUT")
        self.assertNotIn("salesChannels", call["body"])

    def test_missing_data_is_listed_before_anything_is_sent(self):
        self.product.write({"weight": 0, "plug4market_width": 0})
        self.hub.forget_calls()
        shown = self.sync()

        self.assertEqual(self.product.plug4market_state, "error")
        self.assertIn("weight", self.product.plug4market_error)
        self.assertIn("width", shown["message"])
        self.assertFalse(self.hub.calls())

    def test_a_renamed_sku_goes_off_sale_and_the_new_one_is_created(self):
        self.sync()
        self.product.default_code = "GAR-751"
        self.export()

        products = self.hub.products()
        self.assertFalse(products["GAR-750"]["active"])
        self.assertEqual(products["GAR-750"]["stock"], 0)
        self.assertTrue(products["GAR-751"]["active"])

    def test_many_are_sent_and_one_bad_one_does_not_stop_the_others(self):
        bad = self.make_product("", "Sem SKU", 10)
        good = self.make_product("MOC-20L", "Mochila", 189.9)
        shown = self.sync(bad | self.product | good)

        self.assertEqual(shown["type"], "warning")
        self.assertEqual(bad.plug4market_state, "error")
        self.assertEqual(set(self.hub.products()), {"GAR-750", "MOC-20L"})

    def test_the_cron_sends_what_waits(self):
        self.sync()
        self.product.plug4market_price = 77.0
        self.export()
        self.env.invalidate_all()

        self.assertEqual(self.product.plug4market_state, "synced")
        self.assertEqual(self.hub.products()["GAR-750"]["price"], 77.0)

    def test_what_the_hub_refuses_is_shown_on_the_product(self):
        self.hub.faults(
            bad_request={"calls": 1, "path_prefix": "/products", "form": "objects"}
        )
        self.sync()

        self.assertEqual(self.product.plug4market_state, "error")
        self.assertIn("refused", self.product.plug4market_error)

    def test_stock_is_what_is_on_hand_minus_demand_quotations_and_buffer(self):
        self.settings(stock_buffer=3)
        self.settings(order_target="quotation")
        self.product.product_tmpl_id.plug4market_enabled = True
        self.import_order([("GAR-750", 2, 119.9)])
        self.settings(order_target="sale_order")
        self.import_order([("GAR-750", 5, 119.9)])
        self.env.invalidate_all()

        stocks = self.product._plug4market_stocks(self.company)
        self.assertEqual(stocks[self.product.id], 45 - 3 - 2 - 5)


class TestFollowing(ProductCase):
    """Stock and price follow by themselves, and cost no more calls than they must."""

    def setUp(self):
        super().setUp()
        self.sync()
        self.export()
        self.hub.forget_calls()

    def test_a_hundred_moves_of_one_sku_are_one_call_that_says_only_the_stock(self):
        for _move in range(100):
            self.move(self.product, -0.25)
        self.export()

        (call,) = self.hub.calls()
        self.assertEqual(
            call["body"], {"productId": call["body"]["productId"], "stock": 20}
        )
        self.assertEqual(self.hub.products()["GAR-750"]["stock"], 20)

    def test_what_did_not_change_makes_no_call(self):
        self.move(self.product, 5)
        self.move(self.product, -5)
        self.product.product_tmpl_id.name = self.product.name
        self.export()

        self.assertFalse(self.hub.calls())
        self.assertEqual(self.product.plug4market_state, "synced")

    def test_price_lists_and_price_changes_follow(self):
        self.product.lst_price = 130
        self.export()
        self.assertEqual(self.hub.products()["GAR-750"]["price"], 130)

        pricelist = self.env["product.pricelist"].create(
            {"name": "Marketplace", "currency_id": self.company.currency_id.id}
        )
        self.settings(pricelist_id=pricelist.id)
        self.env["product.pricelist.item"].create(
            {
                "pricelist_id": pricelist.id,
                "compute_price": "percentage",
                "percent_price": 10,
            }
        )
        self.export()
        self.assertEqual(self.hub.products()["GAR-750"]["price"], 117)

    def test_a_price_that_begins_by_itself_is_sent_by_itself(self):
        pricelist = self.env["product.pricelist"].create(
            {"name": "Marketplace", "currency_id": self.company.currency_id.id}
        )
        self.settings(pricelist_id=pricelist.id)
        start = datetime.now() + timedelta(hours=1)
        self.env["product.pricelist.item"].create(
            {
                "pricelist_id": pricelist.id,
                "compute_price": "fixed",
                "fixed_price": 88,
                "date_start": start,
            }
        )
        self.export()
        self.assertEqual(self.hub.products()["GAR-750"]["price"], 119.9)

        items = self.env["product.pricelist.item"]
        with freeze_time(start + timedelta(minutes=1)):
            items._plug4market_mark_dated(start - timedelta(minutes=1), datetime.now())
            self.env.flush_all()
            self.env.cr.precommit.run()
            self.env["plug4market.sku.change"]._merge()
            self.env["plug4market.sku"].search([]).next_attempt_at = "2020-01-01"
            self.env.flush_all()
            while self.env["plug4market.sku.exporter"]._run():
                pass
        self.assertEqual(self.hub.products()["GAR-750"]["price"], 88)

    def test_an_imported_order_takes_its_units_off_sale(self):
        self.import_order([("GAR-750", 5, 119.9)])
        self.export()
        self.assertEqual(self.hub.products()["GAR-750"]["stock"], 40)

    def test_what_is_sold_out_goes_before_everything_else(self):
        other = self.make_product("MOC-20L", "Mochila", 189.9, stock=3)
        self.sync(other)
        self.export()
        self.hub.forget_calls()

        self.product.lst_price = 125
        self.move(self.product, -1)
        self.move(other, -3)
        self.export()
        self.assertEqual(
            [call["path"] for call in self.hub.calls()],
            ["/products/MOC-20L", "/products/GAR-750"],
        )

    def test_an_archived_product_goes_off_sale(self):
        self.product.product_tmpl_id.active = False
        self.export()
        sent = self.hub.products()["GAR-750"]
        self.assertEqual((sent["active"], sent["stock"]), (False, 0))

    def test_a_product_deleted_on_the_hub_is_published_again(self):
        client = self.company._plug4market_client("click")
        client.request("DELETE", "/products/GAR-750", expect="any")
        self.move(self.product, -5)
        self.export()
        self.assertEqual(self.product.plug4market_state, "synced")

    def sent_just_now(self):
        self.product.plug4market_sku_ids.synced_at = fields.Datetime.now()

    def test_moves_in_one_minute_are_two_calls_whenever_they_come(self):
        self.sent_just_now()
        for _move in range(10):
            self.move(self.product, -1)
            self.export(later=False)
        self.assertFalse(self.hub.calls(), "it was sent a moment ago")
        self.assertEqual(self.product.plug4market_state, "pending")

        self.export()
        self.assertEqual(len(self.hub.calls()), 1)
        self.assertEqual(self.hub.products()["GAR-750"]["stock"], 35)

    def test_what_is_sold_out_does_not_rest(self):
        self.sent_just_now()
        self.move(self.product, -1)
        self.export(later=False)
        self.move(self.product, -44)
        self.export(later=False)
        self.assertEqual(len(self.hub.calls()), 1)
        self.assertEqual(self.hub.products()["GAR-750"]["stock"], 0)

    def test_a_change_while_the_sku_is_sent_is_sent_next(self):
        row = self.product.plug4market_sku_ids
        exporter = self.env["plug4market.sku.exporter"]
        row._mark_pending()
        self.env.flush_all()
        self.enterContext(exporter._at_work())
        self.assertEqual(exporter._lease_due(None), row.ids)
        self.move(self.product, -1)
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env["plug4market.sku.change"]._merge()
        exporter._settle([(row, {"state": "synced"})])
        self.env.invalidate_all()
        self.assertEqual(row.state, "pending")

        self.export()
        self.assertEqual(self.hub.products()["GAR-750"]["stock"], 44)
        self.assertEqual(row.state, "synced")
