"""What begins and ends by itself is followed, and nobody writes anything."""

from datetime import timedelta

from channel_case import ChannelCase

from odoo import fields


class TestChannelPromotions(ChannelCase):
    def setUp(self):
        super().setUp()
        self.choose(self.shopee)
        self.row = self.announcement(self.shopee)
        now = fields.Datetime.now()
        self.row.write(
            {
                "sale_price": 129.9,
                "sale_date_start": now - timedelta(days=2),
                "sale_date_end": now + timedelta(days=2),
            }
        )
        self.sync(self.product)

    def end_promotion(self):
        ended = fields.Datetime.now() - timedelta(seconds=5)
        self.env.cr.execute(
            "UPDATE plug4market_announcement SET sale_date_end = %s WHERE id = %s",
            [ended, self.row.id],
        )
        self.env.invalidate_all()
        self.env["plug4market.sku.exporter"]._mark_dated(
            ended - timedelta(minutes=1), fields.Datetime.now()
        )
        self.export()

    def test_a_channels_promotion_that_is_over_is_taken_back(self):
        self.assertEqual(self.sent_channels()[26]["forSale"]["salePrice"], 129.9)
        self.end_promotion()
        self.assertIsNone(self.sent_channels()[26]["forSale"])

    def test_a_promotion_that_is_over_is_no_problem_of_its_channel(self):
        self.end_promotion()
        self.assertFalse(self.row.problem)
        self.assertEqual(self.row.state, "synced")
