"""What the first screen says was sold, and what of it is sold out."""

from datetime import timedelta

from desk_case import DeskCase

from odoo import fields


class TestDeskSales(DeskCase):
    def sales(self, role="marketplace", **asked):
        return self.desk(role, **asked)["sales"]

    def move_to(self, order, days):
        """Let an order be so many days old."""
        order.date_order = fields.Datetime.now() - timedelta(days=days)

    def test_a_sale_of_today_counts_today_and_in_the_period(self):
        before = self.sales()
        _hub, order = self.import_order([("CAN-325", 2, 39.9)])
        self.move_to(order, 0)
        after = self.sales()
        for what in ("today", "period"):
            self.assertEqual(after[what]["count"], before[what]["count"] + 1)
            gained = after[what]["amount"] - before[what]["amount"]
            self.assertAlmostEqual(gained, order.plug4market_total)
        period = after["period"]
        self.assertAlmostEqual(period["ticket"], period["amount"] / period["count"])

    def test_an_older_sale_is_of_the_longer_periods_alone(self):
        _hub, order = self.import_order()
        self.move_to(order, 0)
        recent = {days: self.sales(days=days)["period"]["count"] for days in (7, 90)}
        self.move_to(order, 40)
        self.assertEqual(self.sales(days=7)["period"]["count"], recent[7] - 1)
        self.assertEqual(self.sales(days=90)["period"]["count"], recent[90])

    def test_a_cancelled_sale_is_counted_and_brings_nothing(self):
        _hub, order = self.import_order()
        self.move_to(order, 0)
        before = self.sales()
        order.plug4market_status = "CANCELED"
        after = self.sales()

        def cancelled(sales):
            return sum(row["steps"].get("CANCELED", 0) for row in sales["channels"])

        self.assertEqual(cancelled(after), cancelled(before) + 1)
        gained = after["period"]["amount"] - before["period"]["amount"]
        self.assertAlmostEqual(gained, -order.plug4market_total)

    def test_the_graph_has_each_day_and_the_whole_amount(self):
        _hub, order = self.import_order()
        self.move_to(order, 0)
        sales = self.sales(days=7)
        days = sales["days"]
        self.assertEqual(len(days["labels"]), 7)
        drawn = sum(sum(channel["amounts"]) for channel in days["channels"])
        self.assertAlmostEqual(drawn, sales["period"]["amount"])
        [channel] = [
            row
            for row in days["channels"]
            if row["name"] == order.plug4market_channel_id.name
        ]
        self.assertGreaterEqual(channel["amounts"][-1], order.plug4market_total)

    def test_another_channel_sold_nothing_of_it(self):
        _hub, order = self.import_order()
        self.move_to(order, 0)
        other = self.env["plug4market.sales.channel"].create(
            {"name": "Outro", "hub_id": 990099}
        )
        sales = self.sales(channel_id=other.id)
        self.assertEqual(sales["period"]["count"], 0)
        self.assertEqual(sales["channels"], [])

    def test_what_sells_most_and_is_sold_out(self):
        product = self.make_product("LUM-LED", "Luminária", 10)
        _hub, order = self.import_order([("LUM-LED", 5000, 10)])
        self.move_to(order, 0)
        best = self.sales()["best"][0]
        self.assertEqual((best["id"], best["units"]), (product.id, 5000))

        row = self.env["plug4market.sku"]._ensure(self.company, product)
        for stock, told in [(3, False), (0, True)]:
            row.write({"sent_sku": "LUM-LED", "sent_body": {"stock": stock}})
            sold_out = [found["id"] for found in self.sales()["sold_out"]]
            self.assertEqual(product.id in sold_out, told, stock)

    def test_who_works_in_the_warehouse_sees_no_sales(self):
        self.assertFalse(self.sales("stock"))
        self.assertFalse(self.desk("stock")["health"])
